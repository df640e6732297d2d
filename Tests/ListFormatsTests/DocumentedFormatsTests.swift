// The table of formats in docs/LISTS.md is a promise: each format in it exists, is all there is, and has a fixture that is recognised
// (FixtureTests).

import Foundation
import ListFormats
import Testing

@Suite("the documented formats")
struct DocumentedFormatsTests {
  @Test("are the formats that there are, and each has a list among the fixtures")
  func formats() throws {
    let document = try String(
      contentsOf: Lists.fixtures.appending(path: "../../../docs/LISTS.md"), encoding: .utf8)
    let table = try #require(document.components(separatedBy: "| format | list |\n").dropFirst().first)
    let names = table.components(separatedBy: "\n").dropFirst().prefix { $0.hasPrefix("| ") }.compactMap {
      $0.components(separatedBy: "`").dropFirst().first
    }
    #expect(names.count == Set(names).count)
    #expect(Set(names) == Set(ListFormat.allCases.map(\.rawValue)))
    #expect(Set(names).subtracting(ExpectedDataset.all.map(\.format)).isEmpty)
  }
}
