// The hot path beside a dictionary: blocks whose keys are spread evenly, crowded, few, or as wide apart as can be.

import TestSupport
import Testing

@testable import Index

@Suite("a search in a block")
struct BlockSearchTests {
  /// Sorted keys of a kind that searching could get wrong.
  private func keys(_ kind: String) -> [UInt64] {
    var random = SeededGenerator(state: 9)
    let low = UInt64(1) << 60
    let distances: [UInt64] =
      switch kind {
      case "one": [0]
      case "two": [0, 1]
      case "seven": (0..<7).map { $0 * 3 }
      case "eight": (0..<8).map { $0 * 1 << 40 }
      case "even": (0..<420).map { _ in UInt64.random(in: 0...(1 << 50), using: &random) }
      case "crowded at the front": (0..<400).map { $0 } + [1 << 48]
      case "crowded at the end": [0] + (0..<400).map { (1 << 48) + $0 }
      case "in two crowds": (0..<200).map { $0 * 2 } + (0..<200).map { (1 << 47) + $0 * 2 }
      case "growing": (0..<40).map { 1 << UInt64($0) }
      default: [0, 1, UInt64.max - low - 1, UInt64.max - low]
      }
    return Set(distances.map { low + $0 }).sorted()
  }

  @Test(
    "finds every key with its set, and no other key",
    arguments: [
      "one", "two", "seven", "eight", "even", "crowded at the front", "crowded at the end", "in two crowds",
      "growing", "as wide as can be",
    ])
  func exact(kind: String) throws {
    let keys = keys(kind)
    let entries = keys.enumerated().map {
      BlockEntry(key: StoredKey(high: $1, low: 0), set: UInt32(1 + $0))
    }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    let sets = Dictionary(uniqueKeysWithValues: entries.map { ($0.key.high, $0.set) })
    let asked = Set(keys.flatMap { [$0, $0 &- 1, $0 &+ 1, $0 ^ 1 << 45] } + [0, 1, .max]).sorted()
    // Safe: the page and the view are valid for the calls.
    try unsafe block.withUnsafeBytes { page in
      let place = try unsafe FenceDirectory.Place(
        key: KeyBlock.storageKey(entries.last!.key, block.rawSpan, hasSecondHalf: false).rawSpan, page: page,
        hasSecondHalf: false)
      let directory = FenceDirectory([place], hasSecondHalf: false)
      for start in stride(from: 0, to: asked.count, by: LookupBatch.capacity) {
        var batch = LookupBatch()
        let part = asked[start..<min(start + LookupBatch.capacity, asked.count)]
        for key in part { batch.append(StoredKey(high: key, low: 0), space: 0) }
        unsafe withUnsafePointer(to: directory.view) { unsafe BlockSearch.run(&batch, views: $0) }
        for (index, key) in part.enumerated() {
          let found = batch.set(at: index)
          #expect(found == sets[key] ?? 0, "\(key)")
        }
      }
    }
  }

  @Test("starts within four places of nearly every key that is spread evenly")
  func guess() throws {
    let keys = keys("even")
    let entries = keys.map { BlockEntry(key: StoredKey(high: $0, low: 0), set: 1) }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    // Safe: the page is valid for the call.
    try unsafe block.withUnsafeBytes { page in
      let place = try unsafe FenceDirectory.Place(
        key: KeyBlock.storageKey(entries.last!.key, block.rawSpan, hasSecondHalf: false).rawSpan, page: page,
        hasSecondHalf: false)
      let directory = FenceDirectory([place], hasSecondHalf: false)
      let near = keys.indices.count { index in
        let guess = unsafe FenceDirectory.Block.guess(keys[index] - keys[0], in: directory.view.blocks)
        return abs(guess - index) <= 4
      }
      #expect(near * 100 >= keys.count * 95)
    }
  }

  @Test("refuses a block whose header says more than its page holds")
  func impossibleHeader() throws {
    let entries = (0..<100).map { BlockEntry(key: StoredKey(high: UInt64($0) << 40, low: 0), set: 1) }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    let key = KeyBlock.storageKey(entries.last!.key, block.rawSpan, hasSecondHalf: false)
    // Count, width of a key, width of a set, as they follow the fence.
    for (offset, value) in [(8, 0), (9, 0xFF), (10, 9), (10, 0), (11, 5)] as [(Int, UInt8)] {
      var damaged = key
      damaged[offset] = value
      if offset == 8 { damaged[9] = 0 }
      #expect(throws: IndexError.self) {
        unsafe try block.withUnsafeBytes { page in
          _ = try unsafe FenceDirectory.Place(key: damaged.rawSpan, page: page, hasSecondHalf: false)
        }
      }
    }
    #expect(throws: IndexError.self) {
      unsafe try block.withUnsafeBytes { page in
        _ = try unsafe FenceDirectory.Place(
          key: Array(key.dropLast()).rawSpan, page: page, hasSecondHalf: false)
      }
    }
  }
}
