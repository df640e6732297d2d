// Indexes of earlier programs have no entry for a row that says no more than its key, whatever else its dataset lists for the
// key. What such an index still knows of these rows must not be lost to the next load.

import Testing

@testable import Index

@Suite("a row without an entry")
struct StandingKeyTests {
  private static let link: [UInt8] = [PayloadMark.link, 64, 7]
  private static let row: [UInt8] = [PayloadMark.row, 0, 1, 65, 0]

  /// The payloads of dataset 3 after a load into it.
  private static func merge(
    _ standing: [[UInt8]], _ key: StandingKey, payloads: [[UInt8]], hasBareRow: Bool = false
  ) throws -> [[UInt8]] {
    var group: [UInt8] = []
    // Others' entries are no reason to think anything of this one's.
    ListingGroups.appendEntry(dataset: 2, payload: row[...], to: &group)
    for payload in standing { ListingGroups.appendEntry(dataset: 3, payload: payload[...], to: &group) }
    ListingGroups.appendEntry(dataset: 4, payload: [], to: &group)
    let merged = try ListingGroups.merge(
      group[...], dataset: 3, standing: key, payloads: payloads.map { $0[...] }, hasBareRow: hasBareRow,
      removed: { _ in false })
    let entries = try ListingGroups.entries(of: merged[...])
    #expect(entries.first?.dataset == 2 && entries.last?.dataset == 4)
    return entries.filter { $0.dataset == 3 }.map { Array($0.payload) }
  }

  @Test("gets one when an append brings another row or link of its key")
  func appended() throws {
    #expect(try Self.merge([], .primary, payloads: [Self.row]) == [[], Self.row])
    #expect(try Self.merge([], .secondary, payloads: [Self.link]) == [[], Self.link])
    // The key is primary, so one of the dataset's rows is its own, and there are none but this one.
    #expect(try Self.merge([Self.link], .primary, payloads: [Self.row]) == [[], Self.row, Self.link])
  }

  @Test("is not made up where other rows account for the key")
  func accountedFor() throws {
    #expect(try Self.merge([], .absent, payloads: [Self.row]) == [Self.row])
    #expect(try Self.merge([Self.row], .primary, payloads: [Self.link]) == [Self.row, Self.link])
    #expect(try Self.merge([Self.link], .secondary, payloads: [Self.row]) == [Self.row, Self.link])
  }

  @Test("comes once, and has none where it is all that its dataset lists")
  func once() throws {
    #expect(
      try Self.merge([[], Self.row], .primary, payloads: [Self.row], hasBareRow: true) == [[], Self.row])
    #expect(try Self.merge([Self.row], .primary, payloads: [], hasBareRow: true) == [[], Self.row])
    #expect(try Self.merge([], .primary, payloads: [], hasBareRow: true) == [])
  }
}
