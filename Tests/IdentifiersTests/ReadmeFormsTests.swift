// README's table of forms is a promise: each of its rows is tried.

import Foundation
import Testing

@testable import Identifiers

@Suite("README's forms")
struct ReadmeFormsTests {
  private static let readme: String = {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: package.appending(path: "README.md"), encoding: .utf8)) ?? ""
  }()

  /// The rows of the table, as identifier and key.
  private static let rows: [Vector] =
    readme.components(separatedBy: "| form | for instance | key |\n").dropFirst().first.map { rest in
      rest.components(separatedBy: "\n").dropFirst().prefix { $0.hasPrefix("| ") }.compactMap { line in
        let texts = line.components(separatedBy: "`")
        // A form may be named in code as well: the last two texts in code are the identifier and its key.
        return texts.count >= 5 ? (texts[texts.count - 4], texts[texts.count - 2]) : nil
      }
    } ?? []

  @Test("give the keys that the table says")
  func forms() {
    #expect(Self.rows.count >= 35)
    check(Self.rows)
  }

  @Test("name all namespaces")
  func namespaces() {
    for namespace in Namespace.allCases {
      #expect(Self.readme.contains("`\(namespace.name)`"), "\(namespace.name)")
    }
  }
}
