// What the writer does for a compaction: removed datasets leave keys and listings in blocks that nothing has touched
// since; here all blocks are rewritten without them.

internal import LMDB
internal import Synchronization

extension IndexWriter {
  /// Writes all blocks of a namespace as a new generation, without what removed datasets have left in them, and without
  /// sets that no key has. Visible in one step; what is looked up and listed stays the same. O(namespace).
  package func dropRemains(of space: KeySpace) throws(IndexError) {
    try checkMayChange()
    let before = index.state.withLock { $0 }
    guard before.generations[space.id] != nil else { return }
    try checkMap()
    var state = before
    state.version += 1
    var change = PendingChange(state: state, dataset: 0)
    let input = MergeInput(
      try SpaceDraft(renumbering: state.sets[Int(space.id)], of: space, setsMax: limits.datasetSetsMax),
      snapshot: index.snapshot, state: state)
    _ = try rewrite(input, change: &change)
    let draft = input.draft.value
    draft.update(&change.state.counts)
    change.state.sets[Int(space.id)] = draft.sets
    try finish(change, drafts: [draft], removed: nil)
  }

  /// Refuses changes while the data file is about to be replaced, or where it has been, behind the index's back.
  func checkMayChange() throws(IndexError) {
    if index.isHeld { throw .held }
    try index.checkInPlace()
  }
}
