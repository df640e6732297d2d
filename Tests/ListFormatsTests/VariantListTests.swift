// Lists in every format, as they come from other hands: without their header, with another separator, in another order, cut
// to three rows. Each variant gives keys of the list, or is refused; `DamagedListTests` combines more damages at random.

import Foundation
import Testing

@testable import ListFormats

@Suite("A list from another hand")
struct VariantListTests {
  enum Variant: CustomTestStringConvertible, Sendable {
    case headless
    case separator(Character)
    case shuffled
    case threeRows

    static let all: [Variant] =
      [.headless, .shuffled, .threeRows] + [",", ";", "\t", "|"].map { Variant.separator($0) }

    var testDescription: String {
      switch self {
      case .headless: "without its first row"
      case .separator(let separator): "separated by \(separator == "\t" ? "TAB" : String(separator))"
      case .shuffled: "in another order"
      case .threeRows: "of three rows"
      }
    }

    func make(of list: String) -> String {
      var rows = list.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      switch self {
      case .headless: if rows.count > 1 { rows.removeFirst() }
      case .shuffled:
        // The last row is empty; the header is not at the front any more.
        rows =
          Array(
            rows.dropLast().enumerated().sorted { ($0.offset * 7_919) % 997 < ($1.offset * 7_919) % 997 }
              .map(\.element)) + rows.suffix(1)
      case .threeRows: rows = Array(rows.prefix(3)) + [""]
      case .separator(let separator):
        let middle = rows[rows.count / 2]
        guard let present = (["\t", ",", ";", "|", " "] as [Character]).first(where: { middle.contains($0) })
        else {
          break
        }
        rows = rows.map { $0.replacing(String(present), with: String(separator)) }
      }
      return rows.joined(separator: "\n")
    }
  }

  private static func check(_ list: String, _ name: String, as format: ListFormat? = nil, _ variant: Variant)
  {
    let whole = Keys.ofList(Array(list.utf8), as: format)
    #expect(!whole.isEmpty, "\(name)")
    let wrong = Keys.ofList(Array(variant.make(of: list).utf8)).subtracting(whole)
    #expect(wrong.isEmpty, "\(name) \(variant.testDescription): \(wrong.sorted().prefix(3))")
  }

  @Test("gives no other keys: those of the fixtures", arguments: Variant.all)
  func fixtures(_ variant: Variant) throws {
    for expected in ExpectedDataset.all {
      for list in expected.lists {
        let text = try String(contentsOf: Lists.fixtures.appending(path: list), encoding: .utf8)
        Self.check(text, list, as: expected.named, variant)
      }
    }
  }

  @Test("gives no other keys: known tables", arguments: Variant.all)
  func knownTables(_ variant: Variant) {
    for table in KnownTable.all { Self.check(table.sample, table.format.rawValue, variant) }
  }

  @Test(
    "gives no other keys: published lists",
    .enabled(if: Lists.realData != nil, "no published lists here; WHICHSET_DATA names their folder"),
    arguments: Variant.all)
  func published(_ variant: Variant) throws {
    let folder = try #require(Lists.realData).appending(path: "lists")
    for list in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
      let text = try String(contentsOf: list, encoding: .utf8)
      // JSON ends where it ends; of rows, as many as a list is recognised by and some more.
      let isJSON = text.hasPrefix("{") || text.hasPrefix("[")
      let part = isJSON ? text : text.split(separator: "\n").prefix(1_200).joined(separator: "\n") + "\n"
      Self.check(part, list.lastPathComponent, variant)
    }
  }
}
