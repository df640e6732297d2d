// The table of forms in docs/IDENTIFIERS.md is a promise: each of its rows is tried.

import Foundation
import Testing

@testable import Identifiers

@Suite("the documented forms")
struct DocumentedFormsTests {
  private static func text(_ path: String) -> String {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: package.appending(path: path), encoding: .utf8)) ?? ""
  }

  private static let document = text("docs/IDENTIFIERS.md")

  /// The rows of a table, as identifier and key: the last two texts in code of each, since a form may be named in code
  /// as well.
  private static func rows(_ document: String, below heading: String) -> [Vector] {
    let rest = document.components(separatedBy: heading + "\n").dropFirst().first ?? ""
    return rest.components(separatedBy: "\n").dropFirst().prefix { $0.hasPrefix("| ") }.compactMap { line in
      let texts = line.components(separatedBy: "`")
      return texts.count >= 5 ? (texts[texts.count - 4], texts[texts.count - 2]) : nil
    }
  }

  @Test("give the keys that the table says")
  func forms() {
    let all = Self.rows(Self.document, below: "| form | for instance | key |")
    #expect(all.count >= 35)
    check(all)
  }

  @Test("name all namespaces")
  func namespaces() {
    for namespace in Namespace.allCases {
      #expect(Self.document.contains("`\(namespace.name)`"), "\(namespace.name)")
    }
  }
}
