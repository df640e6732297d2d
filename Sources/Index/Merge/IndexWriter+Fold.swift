// Folding: a young level that has grown is moved into the blocks of its namespace, in bounded steps while the writer has
// nothing else to do. What is answered stays the same.

internal import Platform
internal import Synchronization

extension IndexWriter {
  /// Whether a young level is being folded.
  package var isFolding: Bool { !folding.isEmpty }

  /// Folds a bounded part of a young level; nothing while a reader holds an old snapshot, since pages that it needs are not
  /// used again, or while the disk has no room.
  ///
  /// - Returns: whether it did something.
  package func fold() throws(IndexError) -> Bool {
    guard !index.isHeld, !index.hasOldSnapshots, let space = try spaceToFold() else { return false }
    guard try index.freeDiskBytes() - limits.diskReserveBytes >= limits.transactionBytes else { return false }
    try checkMayChange()
    try checkMap()
    let snapshot = index.snapshot
    var state = index.state.withLock { $0 }
    state.version += 1
    let part = try blocksToFold(of: space, snapshot)
    var change = PendingChange(state: state, dataset: 0)
    let input = MergeInput(
      SpaceDraft(space, sets: state.sets[Int(space.id)], setsMax: limits.datasetSetsMax), snapshot: snapshot,
      state: state)
    var merge = try BlockMerge(input, compression: compression)
    var blocks = part.blocks[...]
    try editBlocks(&merge, change: &change) { _ in blocks.popFirst() }
    _ = merge.finish()
    let draft = input.draft.value
    draft.update(&change.state.counts)
    change.state.sets[Int(space.id)] = draft.sets
    try finish(change, drafts: [draft], removed: nil)
    folding[space.id] = .some(part.end)
    return true
  }

  /// The namespace whose young level is being folded, or should be.
  private func spaceToFold() throws(IndexError) -> KeySpace? {
    let snapshot = index.snapshot
    folding = folding.filter { snapshot.young[$0.key] != nil }
    for (id, level) in snapshot.young {
      guard let space = snapshot.spaces[id] else { continue }
      if folding[id] != nil { return space }
      let share = snapshot.directories[id].map { $0.keyCount / limits.youngShare } ?? 0
      let byteCount = try index.byteCount(of: IndexFormat.youngDatabases(space))
      guard level.directory.keyCount > share || byteCount > limits.youngBytes else { continue }
      folding[id] = .some(nil)
      return space
    }
    return nil
  }

  /// The next blocks into which keys of a young level belong, and the key up to which they are folded then; nil for all.
  private func blocksToFold(of space: KeySpace, _ snapshot: Snapshot) throws(IndexError)
    -> (blocks: [Int], end: StoredKey?)
  {
    var blocks: [Int] = []
    guard let directory = snapshot.directories[space.id],
      var young = YoungCursor(snapshot, space, with: compression)
    else { return ([], nil) }
    var low = folding[space.id] ?? nil
    while blocks.count < limits.foldedBlocks, let key = try young.key(after: low) {
      let block = directory.blockIndex(for: key)
      blocks.append(block)
      low = snapshot.range(ofBlock: block, of: space).high
      if low == nil { break }
    }
    // Loads may have put more in front.
    if blocks.isEmpty, folding[space.id] != .some(nil) {
      folding[space.id] = .some(nil)
      return try blocksToFold(of: space, snapshot)
    }
    return (blocks, low)
  }
}
