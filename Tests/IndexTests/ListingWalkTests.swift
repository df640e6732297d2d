// A walk shows what was loaded: every key, every listing, each once, and nothing that was removed or replaced.

import TestSupport
import Testing

@testable import Index

@Suite("a walk")
struct ListingWalkTests {
  /// Collects what a walk shows.
  private struct Collector: ListingVisitor {
    var listings: [String] = []
    var keys: [String] = []
    /// Keys whose listings are being shown.
    var present: StoredKey?

    mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace) {
      #expect(present == nil || present == key)
      present = key
      listings.append(
        "\(space.id) \(key.high) \(key.low) \(dataset) \(String(decoding: payload, as: UTF8.self))")
    }

    mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) {
      #expect(present == nil || present == key)
      #expect(!datasets.isEmpty)
      present = nil
      for token in datasets {
        keys.append("\(space.id) \(key.high) \(key.low) \(token.dataset) \(token.isPrimary)")
      }
    }
  }

  private typealias Row = (key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)

  private static func rows(_ random: inout SeededGenerator, _ count: Int) -> [Row] {
    (0..<count).map { _ in
      let value = UInt64.random(in: 1...900, using: &random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...3:
        return (
          StoredKey(integer: value), TestSpaces.photos, true,
          ["", "a", "https://example.org/\(value)"].randomElement(using: &random)!
        )
      case 4, 5:
        return (
          StoredKey(high: StoredKey.mix(value % 40), low: value), TestSpaces.texts, true, "text \(value)"
        )
      default:
        // Few accounts, so that their groups go over several parts.
        return (
          StoredKey(high: StoredKey.mix(value % 3), low: 7), TestSpaces.accounts, false, "photo \(value)"
        )
      }
    }
  }

  private static func walk(_ snapshot: Snapshot, _ dataset: Int?) throws -> Collector {
    var collector = Collector()
    var walk = ListingWalk(snapshot, dataset: dataset)
    while try walk.step(&collector) {}
    #expect(walk.blocksDone == walk.blocksTotal)
    #expect(collector.present == nil)
    return collector
  }

  @Test("shows each key and listing of each dataset once, through loads, replacements and removals")
  func everything() throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(state: 5)
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let writer = IndexWriter(index)
    var model: [String: [Row]] = [:]
    func check() throws {
      let snapshot = index.snapshot
      var listings: Set<String> = []
      var keys: [String: Bool] = [:]
      for (slug, rows) in model {
        let number = try #require(snapshot.dataset(slug)).number
        // A row that says no more than its key has an entry beside others only.
        let listed = Set(rows.filter { !$0.payload.isEmpty }.map { "\($0.space.id) \($0.key)" })
        for row in rows {
          let name = "\(row.space.id) \(row.key.high) \(row.key.low) \(number)"
          if listed.contains("\(row.space.id) \(row.key)") { listings.insert("\(name) \(row.payload)") }
          keys[name, default: false] = keys[name, default: false] || row.isPrimary
        }
      }
      let all = try Self.walk(snapshot, nil)
      #expect(all.listings.count == listings.count)
      #expect(Set(all.listings) == listings)
      #expect(all.keys.sorted() == keys.map { "\($0.key) \($0.value)" }.sorted())
      // Each dataset alone shows its part.
      var parts = Collector()
      for number in snapshot.datasets.keys {
        let part = try Self.walk(snapshot, number)
        parts.listings += part.listings
        parts.keys += part.keys
      }
      #expect(parts.listings.sorted() == all.listings.sorted())
      #expect(parts.keys.sorted() == all.keys.sorted())
    }
    try check()
    for slug in ["ants", "bees", "cats"] {
      model[slug] = Self.rows(&random, 2_000)
      _ = try load(model[slug]!, into: slug, mode: .create, index: index, writer: writer)
      try check()
    }
    _ = try writer.remove("bees", now: 1)
    model["bees"] = nil
    try check()
    model["ants"] = Self.rows(&random, 30)
    _ = try load(model["ants"]!, into: "ants", mode: .replace, index: index, writer: writer)
    try check()
    let held = index.snapshot
    let before = try Self.walk(held, nil)
    let more = Self.rows(&random, 900)
    model["cats"]! += more
    _ = try load(more, into: "cats", mode: .append, index: index, writer: writer, sha256: "other")
    try check()
    // A snapshot that is held shows what it showed.
    #expect(try Self.walk(held, nil).listings == before.listings)
  }

  @Test("of a dataset without keys, or of one that is not there, ends at once")
  func nothing() throws {
    let folder = try TemporaryFolder()
    let index = try Index(
      path: folder.path, spaces: TestSpaces.all, limits: .tiny, program: "test", texts: nil)
    let writer = IndexWriter(index)
    #expect(try Self.walk(index.snapshot, nil).keys.isEmpty)
    try writer.describe("empty", ["note": "x"])
    #expect(try Self.walk(index.snapshot, index.snapshot.dataset("empty")!.number).keys.isEmpty)
    _ = try load(
      [(StoredKey(integer: 1), TestSpaces.photos, true, "")], into: "ants", mode: .create, index: index,
      writer: writer)
    #expect(try Self.walk(index.snapshot, 7_000).keys.isEmpty)
    #expect(try Self.walk(index.snapshot, nil).keys.count == 1)
  }

  @Test("a digest of content is the same in any order, and not for other content")
  func digest() {
    let records = ["", "a", "b", "aa"].map { Array($0.utf8) }
    func sum(_ order: [Int]) -> String {
      var digest = ContentDigest()
      for record in order.map({ records[$0] }) { digest.add(ContentDigest(of: record.span)) }
      return digest.hexadecimal
    }
    #expect(sum([]) == String(repeating: "0", count: 32))
    #expect(sum([0, 1, 2, 3]) == sum([3, 1, 0, 2]))
    #expect(sum([1, 2]) != sum([1, 3]))
    #expect(sum([1]) != sum([1, 1]))
    #expect(sum([0]).utf8.count == 32)
  }
}
