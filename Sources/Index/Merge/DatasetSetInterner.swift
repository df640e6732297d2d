// Finds the number of a dataset set, or gives it one. Only the writer interns, so this hash table is no part
// of a snapshot; it holds numbers only, the tokens stay in `DatasetSets`.

/// The writer's side of `DatasetSets`: from tokens to number. The numbers of sets that no key had when the change began
/// are given out again.
struct DatasetSetInterner: Sendable {
  private var slots: [UInt32] = []
  private var taken = 0
  private let setsMax: Int
  /// Sets that no key has, which nothing refers to; the last one is the next to be given out.
  private var free: [UInt32] = []

  /// Indexes the sets that `sets` has. O(sets).
  init(_ sets: DatasetSets, setsMax: Int) {
    self.setsMax = setsMax
    free = (1..<UInt32(max(1, sets.count))).reversed().filter { sets.keyCount(of: $0) == 0 }
    index(sets)
  }

  private mutating func index(_ sets: DatasetSets) {
    var capacity = 1 << 10
    while capacity < sets.count * 2 { capacity <<= 1 }
    slots = [UInt32](repeating: 0, count: capacity)
    taken = 0
    // In the order of their numbers, falling.
    var unused = free[...]
    for set in 1..<UInt32(max(1, sets.count)) {
      if unused.last == set {
        unused.removeLast()
      } else if sets.size(of: set) > 0 {
        insert(set, hash: sets.hash(of: set))
      }
    }
  }

  /// The number of the set of `tokens`, which are sorted; the empty set is 0. Expected O(tokens).
  mutating func number(of tokens: [DatasetToken], in sets: inout DatasetSets) throws(IndexError) -> UInt32 {
    guard !tokens.isEmpty else { return 0 }
    let hash = DatasetSets.hash(tokens.lazy.map(\.rawValue))
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      if sets.equals(slots[slot], tokens) { return slots[slot] }
      slot = (slot + 1) & (slots.count - 1)
    }
    let set: UInt32
    if let number = free.popLast() {
      set = number
      sets.replace(number, by: tokens)
    } else {
      guard sets.count <= setsMax else {
        throw .full("a namespace distinguishes at most \(setsMax) sets of datasets")
      }
      set = sets.append(tokens)
    }
    if (taken + 1) * 2 > slots.count { index(sets) } else { insert(set, hash: hash) }
    return set
  }

  private mutating func insert(_ set: UInt32, hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = set
    taken += 1
  }
}
