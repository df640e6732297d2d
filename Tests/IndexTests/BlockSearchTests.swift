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
      case "ids": (0..<2_000).map { _ in UInt64.random(in: 0...(1 << 22), using: &random) << 27 }
      case "dense": (0..<9_000).map { $0 << 20 }
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
      "one", "two", "seven", "eight", "even", "ids", "dense", "crowded at the front", "crowded at the end",
      "in two crowds",
      "growing", "as wide as can be",
    ])
  func exact(kind: String) throws {
    // Sets of their own as far as they fit; then few; then hardly any but one.
    try exact(keys(kind)) { UInt32(kind == "ids" || kind == "dense" ? 1 : 1 + $0) }
    try exact(keys(kind)) { UInt32(3 + $0 % (kind == "dense" ? 2 : 3)) }
    try exact(keys(kind)) { $0 % 90 == 7 ? UInt32($0) : 5 }
  }

  private func exact(_ keys: [UInt64], _ set: (Int) -> UInt32) throws {
    let entries = keys.enumerated().map { BlockEntry(key: StoredKey(high: $1, low: 0), set: set($0)) }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    let sets = Dictionary(uniqueKeysWithValues: entries.map { ($0.key.high, $0.set) })
    let asked = Set(keys.flatMap { [$0, $0 &- 1, $0 &+ 1, $0 ^ 1 << 45, $0 ^ 1 << 27] } + [0, 1, .max])
      .sorted()
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

  @Test("starts in the stretch of nearly every key that is spread evenly, or in one beside it")
  func guess() throws {
    let keys = keys("ids")
    let entries = keys.map { BlockEntry(key: StoredKey(high: $0, low: 0), set: 1) }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    // Safe: the page is valid for the call.
    try unsafe block.withUnsafeBytes { page in
      let place = try unsafe FenceDirectory.Place(
        key: KeyBlock.storageKey(entries.last!.key, block.rawSpan, hasSecondHalf: false).rawSpan, page: page,
        hasSecondHalf: false)
      let directory = FenceDirectory([place], hasSecondHalf: false)
      let header = KeyBlock.header(of: entries[...], hasSecondHalf: false)
      let near = keys.indices.count { index in
        let upper = (keys[index] - keys[0]) >> UInt64(header.unitShift + header.lowerBits)
        return unsafe abs(directory.view.blocks[0].guess(upper) - (Int(upper) + index))
          <= KeyBlock.stretchBits
      }
      #expect(near * 100 >= keys.count * 95)
    }
  }

  @Test("refuses a block whose header says more than its page holds")
  func impossibleHeader() throws {
    let entries = (0..<100).map { BlockEntry(key: StoredKey(high: UInt64($0) << 40, low: 0), set: 1) }
    let block = KeyBlock.pack(entries[...], hasSecondHalf: false)
    let key = KeyBlock.storageKey(entries.last!.key, block.rawSpan, hasSecondHalf: false)
    // Count, lower bits, bits of a unit, bits of a set, upper bits, exceptions, as they follow the fence.
    for (offset, value) in [(8, 0), (9, 0xFF), (10, 57), (11, 64), (12, 33), (15, 0xFF), (33, 1)]
      as [(Int, UInt8)]
    {
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

  @Test("tells a damaged block from a missing key, whichever bit was flipped", arguments: [false, true])
  func flippedBits(_ hasSecondHalf: Bool) throws {
    var random = SeededGenerator(state: 27)
    let keys = (0..<360).map { number in
      // Pairs share their high half where there is a second one.
      let high = UInt64(hasSecondHalf ? number / 2 : number) * 1_000_003 << 20
      return StoredKey(high: high, low: hasSecondHalf ? UInt64(number) : 0)
    }
    let entries = keys.enumerated().map { BlockEntry(key: $1, set: UInt32(1 + $0 % 5)) }
    let sets = Dictionary(uniqueKeysWithValues: entries.map { ($0.key, $0.set) })
    let others = keys.map { StoredKey(high: $0.high + 1, low: $0.low) }
    let blocks = (0..<3).map {
      KeyBlock.pack(entries[($0 * 120)..<($0 * 120 + 120)], hasSecondHalf: hasSecondHalf)
    }
    let storageKeys = blocks.enumerated().map {
      KeyBlock.storageKey(entries[$0 * 120 + 119].key, $1.rawSpan, hasSecondHalf: hasSecondHalf)
    }
    var found = (right: 0, damaged: 0)

    func search(_ blocks: [[UInt8]], _ storageKeys: [[UInt8]], _ what: String) throws {
      // Safe: the copies are freed when all was searched.
      let pages = unsafe blocks.map { block in
        let page = UnsafeMutableRawBufferPointer.allocate(byteCount: 4_096, alignment: 8)
        unsafe page.copyBytes(from: block)
        return unsafe page
      }
      defer { unsafe pages.forEach { unsafe $0.deallocate() } }
      var places: [FenceDirectory.Place] = []
      for index in blocks.indices {
        let page = unsafe UnsafeRawBufferPointer(rebasing: pages[index][..<blocks[index].count])
        let storageKey = storageKeys[index]
        // A header that cannot be is refused when the index is opened.
        do {
          unsafe places.append(
            try FenceDirectory.Place(
              key: storageKey.rawSpan, page: page, hasSecondHalf: hasSecondHalf))
        } catch { return }
      }
      let directory = FenceDirectory(places, hasSecondHalf: hasSecondHalf)
      let asked = Array((keys + others).shuffled(using: &random).prefix(64))
      var batch = LookupBatch()
      for key in asked { batch.append(key, space: 0) }
      unsafe withUnsafePointer(to: directory.view) { unsafe BlockSearch.run(&batch, views: $0) }
      for (index, key) in asked.enumerated() {
        let set = batch.set(at: index)
        if unsafe set == BlockSearch.damaged {
          found.damaged += 1
        } else {
          found.right += 1
          #expect(set == sets[key] ?? 0, "\(what): \(key)")
        }
      }
    }

    for _ in 0..<20 { try search(blocks, storageKeys, "sound") }
    #expect(found.damaged == 0)
    for block in blocks.indices {
      for place in blocks[block].indices {
        var damaged = blocks
        damaged[block][place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        try search(damaged, storageKeys, "byte \(place) of block \(block)")
      }
      for bit in 0..<(8 * storageKeys[block].count) {
        var damaged = storageKeys
        damaged[block][bit / 8] ^= 1 << UInt8(bit % 8)
        try search(blocks, damaged, "bit \(bit) of the key of block \(block)")
      }
    }
    #expect(found.damaged > found.right / 10)
  }
}
