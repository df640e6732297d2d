// Takes the keys of a spool in order, each once, and looks them up in one snapshot. Keys that follow each other in
// order are in the same blocks, so a sweep reads each block from a warm cache. One step takes a bounded number of keys.

/// What a sweep shows.
package protocol KeySweepVisitor: ~Copyable {
  /// A distinct key, its dataset set (0 for none), and its labels in order, at least one; 0 stands for none.
  mutating func visit(_ key: StoredKey, in space: KeySpace, set: UInt32, labels: ArraySlice<UInt16>)
    throws(IndexError)
}

/// A sweep over the keys of a spool. Used by one thread at a time.
package struct KeySweep: ~Copyable {
  private let snapshot: Snapshot
  private var spool: KeySpool
  private var spaces: ArraySlice<KeySpace>
  private var merge: StagedMerge?
  private var batch = SweepBatch()

  /// Distinct keys that were shown.
  package private(set) var keysDone = 0
  /// Keys that came, the same one several times included.
  package let keysTotal: Int

  /// A sweep over all keys of `spool`.
  package init(_ spool: consuming KeySpool, in snapshot: Snapshot) {
    spaces = spool.spooledSpaces[...]
    keysTotal = spool.count
    self.snapshot = snapshot
    self.spool = spool
  }

  /// Does one step; false once the sweep has ended.
  ///
  /// - Parameter keys: about how many distinct keys it takes; the usual number is some milliseconds' work where little is
  ///   done with each.
  package mutating func step<Visitor: KeySweepVisitor & ~Copyable>(
    _ visitor: inout Visitor, keys count: Int = SweepBatch.stepKeys
  )
    throws(IndexError) -> Bool
  {
    guard let space = spaces.first else { return false }
    // Taken out of the optional: in it, each look at the group would copy it.
    var merge = if let merge = merge.take() { merge } else { try spool.merge(space) }
    let goal = keysDone + count
    while keysDone < goal {
      let shown = try batch.show(&merge, of: space, in: snapshot, to: &visitor)
      guard shown > 0 else {
        spaces = spaces.dropFirst()
        return !spaces.isEmpty
      }
      keysDone += shown
    }
    self.merge = merge
    return true
  }
}

/// Keys that are looked up together, with their labels.
package struct SweepBatch: ~Copyable {
  private var batch = LookupBatch()
  private var keys: [StoredKey] = []
  private var labels: [UInt16] = []
  private var labelEnds: [Int] = []

  /// Distinct keys of a usual step.
  package static let stepKeys = 1 << 14

  init() {}

  /// Looks up the next keys of `merge` and shows them.
  ///
  /// - Returns: how many they are; 0 at the end.
  mutating func show<Visitor: KeySweepVisitor & ~Copyable>(
    _ merge: inout StagedMerge, of space: KeySpace, in snapshot: Snapshot, to visitor: inout Visitor
  ) throws(IndexError) -> Int {
    batch.removeAll()
    keys.removeAll(keepingCapacity: true)
    labels.removeAll(keepingCapacity: true)
    labelEnds.removeAll(keepingCapacity: true)
    while keys.count < LookupBatch.capacity, try merge.advance() {
      KeySpool.readLabels(merge.group, into: &labels)
      labelEnds.append(labels.count)
      keys.append(merge.group.key)
      batch.append(merge.group.key, space: space.id)
    }
    guard !keys.isEmpty else { return 0 }
    snapshot.look(up: &batch)
    var start = 0
    for index in keys.indices {
      try snapshot.check(batch.set(at: index), space: space.id)
      try visitor.visit(
        keys[index], in: space, set: batch.set(at: index), labels: labels[start..<labelEnds[index]])
      start = labelEnds[index]
    }
    return keys.count
  }
}

extension Snapshot {
  /// Calls `body` with each dataset number of a set that a lookup found.
  @inline(__always)
  package func forEachDataset(of set: UInt32, space: UInt8, _ body: (Int) -> Void) {
    sets[Int(space)].forEachDataset(of: set, body)
  }

  /// Appends the slugs of a set's datasets, ordered by name and separated by commas; nothing if it has none.
  package func appendSlugs(of set: UInt32, space: UInt8, to output: inout [UInt8]) {
    var hit: [UInt8] = []
    guard set != 0, appendHit(of: set, space: space, to: &hit) else { return }
    // `HIT ` and the LF are the reply's.
    output += hit[4..<(hit.count - 1)]
  }
}
