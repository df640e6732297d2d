// The dataset sets of one namespace, interned: each distinct set of datasets that some key is in is stored
// once and named by a small number, with the exact count of its keys. Every count and every overlap is a sum
// over this table, never a scan of the keys.
//
// A value: a snapshot's copy and the writer's draft share chunks until one is changed.

/// A dataset in a set: its number, and whether the key is a primary key of rows there.
package struct DatasetToken: Hashable, Comparable, Sendable {
  /// Number times two, plus one where the key is primary.
  let rawValue: UInt16

  /// Makes a token.
  init(dataset: Int, isPrimary: Bool) {
    rawValue = UInt16(dataset << 1 | (isPrimary ? 1 : 0))
  }

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The dataset's number.
  package var dataset: Int { Int(rawValue >> 1) }
  /// Whether the key is a primary key in this dataset.
  package var isPrimary: Bool { rawValue & 1 == 1 }

  /// Order by dataset.
  package static func < (left: DatasetToken, right: DatasetToken) -> Bool { left.rawValue < right.rawValue }
}

/// Interned dataset sets of one namespace. Set 0 is the empty set: a key in it is in no dataset.
package struct DatasetSets: Sendable {
  static let chunkCapacity = 1 << 12

  /// Up to 4,096 sets with consecutive numbers.
  private struct Chunk: Sendable {
    var ends: [UInt32] = []
    var tokens: [UInt16] = []
    var counts: [Int] = []

    func range(_ place: Int) -> Range<Int> {
      (place == 0 ? 0 : Int(ends[place - 1]))..<Int(ends[place])
    }
  }

  private var chunks: [Chunk] = [Chunk(ends: [0], tokens: [], counts: [0])]
  /// How many set numbers are taken, the empty set's included.
  package private(set) var count = 1

  /// An empty table.
  package init() {}

  /// How many keys have this set.
  package func keyCount(of set: UInt32) -> Int {
    chunks[Int(set) / Self.chunkCapacity].counts[Int(set) % Self.chunkCapacity]
  }

  /// How many keys have any set, one without a dataset included. O(sets).
  var keyCount: Int { chunks.reduce(0) { $0 + $1.counts.reduce(0, +) } }

  /// The datasets of a set, in order of their numbers.
  package func tokens(of set: UInt32) -> [DatasetToken] {
    let chunk = Int(set) / Self.chunkCapacity
    return chunks[chunk].tokens[chunks[chunk].range(Int(set) % Self.chunkCapacity)].map(
      DatasetToken.init(rawValue:))
  }

  /// Calls `body` with each dataset number of a set, without allocating.
  @inline(__always)
  package func forEachDataset(of set: UInt32, _ body: (Int) -> Void) {
    let chunk = Int(set) / Self.chunkCapacity
    let place = Int(set) % Self.chunkCapacity
    let start = place == 0 ? 0 : Int(chunks[chunk].ends[place - 1])
    let end = Int(chunks[chunk].ends[place])
    var index = start
    while index < end {
      body(Int(chunks[chunk].tokens[index] >> 1))
      index += 1
    }
  }

  /// How many datasets a set has. O(1).
  package func size(of set: UInt32) -> Int {
    chunks[Int(set) / Self.chunkCapacity].range(Int(set) % Self.chunkCapacity).count
  }

  /// Adds a set and returns its number; the caller has seen that it is new. Amortised O(tokens).
  mutating func append(_ tokens: [DatasetToken], count keys: Int = 0) -> UInt32 {
    if count % Self.chunkCapacity == 0 { chunks.append(Chunk()) }
    let last = chunks.count - 1
    chunks[last].tokens.append(contentsOf: tokens.map(\.rawValue))
    chunks[last].ends.append(UInt32(chunks[last].tokens.count))
    chunks[last].counts.append(keys)
    count += 1
    return UInt32(count - 1)
  }

  /// Gives the number of a set that no key has to another one. O(tokens of 4,096 sets).
  mutating func replace(_ set: UInt32, by tokens: [DatasetToken]) {
    precondition(keyCount(of: set) == 0)
    let chunk = Int(set) / Self.chunkCapacity
    let range = chunks[chunk].range(Int(set) % Self.chunkCapacity)
    chunks[chunk].tokens.replaceSubrange(range, with: tokens.map(\.rawValue))
    let difference = tokens.count - range.count
    guard difference != 0 else { return }
    for place in (Int(set) % Self.chunkCapacity)..<chunks[chunk].ends.count {
      chunks[chunk].ends[place] = UInt32(Int(chunks[chunk].ends[place]) + difference)
    }
  }

  /// Changes how many keys have a set.
  mutating func adjust(_ set: UInt32, by difference: Int) {
    chunks[Int(set) / Self.chunkCapacity].counts[Int(set) % Self.chunkCapacity] += difference
  }

  /// Takes a dataset out of every set that has it, in place; numbers stay, so no key is touched.
  ///
  /// - Returns: the numbers of the sets that changed. O(all tokens).
  mutating func remove(dataset: Int) -> [UInt32] {
    var changed: [UInt32] = []
    for index in chunks.indices {
      guard chunks[index].tokens.contains(where: { Int($0 >> 1) == dataset }) else { continue }
      let old = chunks[index]
      var new = Chunk()
      new.counts = old.counts
      for place in old.ends.indices {
        let range = old.range(place)
        let kept = old.tokens[range].filter { Int($0 >> 1) != dataset }
        if kept.count != range.count { changed.append(UInt32(index * Self.chunkCapacity + place)) }
        new.tokens.append(contentsOf: kept)
        new.ends.append(UInt32(new.tokens.count))
      }
      chunks[index] = new
    }
    return changed
  }

  /// Calls `body` with each non-empty set that some key has: its number, its tokens, its count of keys.
  package func forEachSetInUse(_ body: (UInt32, ArraySlice<UInt16>, Int) -> Void) {
    for (index, chunk) in chunks.enumerated() {
      for place in chunk.ends.indices where chunk.counts[place] != 0 && !chunk.range(place).isEmpty {
        body(
          UInt32(index * Self.chunkCapacity + place), chunk.tokens[chunk.range(place)], chunk.counts[place])
      }
    }
  }

  func hash(of set: UInt32) -> UInt64 {
    let chunk = Int(set) / Self.chunkCapacity
    return Self.hash(chunks[chunk].tokens[chunks[chunk].range(Int(set) % Self.chunkCapacity)])
  }

  static func hash(_ tokens: some Sequence<UInt16>) -> UInt64 {
    var state: UInt64 = 0x2545_F491_4F6C_DD1D
    for token in tokens {
      state = (state ^ UInt64(token)) &* 0x9E37_79B9_7F4A_7C15
      state ^= state >> 29
    }
    return StoredKey.mixWord(state)
  }

  func equals(_ set: UInt32, _ tokens: [DatasetToken]) -> Bool {
    let chunk = Int(set) / Self.chunkCapacity
    return chunks[chunk].tokens[chunks[chunk].range(Int(set) % Self.chunkCapacity)]
      .elementsEqual(tokens.lazy.map(\.rawValue))
  }
}
