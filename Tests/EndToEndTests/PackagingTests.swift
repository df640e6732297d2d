// What the Debian package says of the programs, against the programs and their build.

import Foundation
import Testing

@Suite("The Debian package", .fewAtOnce)
struct PackagingTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func text(_ path: String) throws -> String {
    try String(contentsOfFile: Lists.package + "/" + path, encoding: .utf8)
  }

  /// The names in a text that end as those of packages for building do.
  private static func packages(in text: Substring) -> Set<Substring> {
    Set(text.split { " ,\"\n".contains($0) }.filter { $0.hasSuffix("-dev") })
  }

  @Test("begins its changelog with the programs' version", arguments: [Programs.client, Programs.daemon])
  func version(_ program: String) async throws {
    let version = try await TestedProgram(program, ["--version"], folder: workspace).result().output
      .dropLast()
    let changelog = try text("debian/changelog")
    #expect(changelog.hasPrefix("whichset (\(version)-"), "\(changelog.prefix(40))")
  }

  @Test("is built with the libraries that the build installs")
  func libraries() throws {
    let control = try text("debian/control")
    let field = try #require(control.range(of: "Build-Depends:"))
    let end = try #require(control.range(of: "\n\n", range: field.upperBound..<control.endIndex))
    let script = try text("scripts/install-dependencies")
    let line = try #require(script.split(separator: "\n").first { $0.hasPrefix("packages=") })
    let installed = Self.packages(in: line)
    #expect(installed.count > 5)
    #expect(Self.packages(in: control[field.upperBound..<end.lowerBound]) == installed)
  }
}
