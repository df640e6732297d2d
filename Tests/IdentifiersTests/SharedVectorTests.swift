// Runs the vectors that are kept outside the project, where they are at hand: `input<TAB>expected` lines in
// `vectors/identify.tsv` below WHICHSET_DATA, or else below `../shared/data` beside the package.

import Foundation
import Testing

@testable import Identifiers

@Suite("Vectors from outside")
struct SharedVectorTests {
  private static let path: String = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["WHICHSET_DATA"] ?? package.path + "/../shared/data"
    return data + "/vectors/identify.tsv"
  }()

  @Test(
    "every vector gives the expected key",
    .enabled(if: FileManager.default.fileExists(atPath: path), "no vectors/identify.tsv: set WHICHSET_DATA"))
  func vectors() throws {
    var parser = IdentifierParser()
    let lines = try String(contentsOfFile: Self.path, encoding: .utf8).split(separator: "\n")
    for line in lines where !line.hasPrefix("# ") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
      try #require(fields.count == 2, "not a vector: \(line)")
      let result = parser.key(String(fields[0]))
      switch (fields[1], result) {
      case ("!unresolvable", .failure(.unresolvable)): break
      case ("!not-flickr-photo", .success(let key)): #expect(key.namespace != .flickr, "\(line)")
      case ("!not-flickr-photo", .failure): break
      case (let expected, .success(let key)): #expect(key.description == expected, "\(line)")
      case (_, .failure(let failure)): Issue.record("\(line): \(failure.code)")
      }
    }
  }
}
