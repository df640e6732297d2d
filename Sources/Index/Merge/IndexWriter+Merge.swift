// The two ways in which a load's keys get into the blocks. A small load edits the blocks that it touches, in the
// transaction that makes it visible. A large one, or a first one, writes a new generation of all blocks in
// several transactions; nothing refers to it until the last transaction names it.

internal import LMDB
internal import Platform

extension IndexWriter {
  /// Merges one namespace's staged keys; what remains to be done in the last transaction is added to `change`.
  ///
  /// - Returns: the draft of the namespace's dataset sets after the merge.
  func prepare(
    _ draft: SpaceDraft, staged: consuming StagedMerge, stagedRows: Int, change: inout PendingChange
  ) throws(IndexError) -> SpaceDraft {
    let snapshot = index.snapshot
    var merge = try BlockMerge(
      draft, snapshot: snapshot, state: change.state, dataset: change.dataset, staged: staged,
      compression: compression)
    guard merge.nextTouchedBlock != nil else { return draft }
    try carryOut(&merge, keys: stagedRows, snapshot: snapshot, change: &change)
    return merge.finish()
  }

  /// Carries a merge out in the way that suits its size.
  ///
  /// - Parameter keys: how many it has at most.
  func carryOut(
    _ merge: inout BlockMerge, keys: Int, snapshot: Snapshot, change: inout PendingChange
  ) throws(IndexError) {
    if keys <= limits.editedKeysMax, try suitsEditing(merge, keys: keys, change.state) {
      try edit(&merge, snapshot: snapshot, change: &change)
    } else {
      try rewrite(&merge, snapshot: snapshot, change: &change)
    }
  }

  private func suitsEditing(_ merge: borrowing BlockMerge, keys: Int, _ state: IndexState)
    throws(IndexError) -> Bool
  {
    guard merge.blockCount > 0, let generation = state.generations[merge.draft.space.id] else { return false }
    return merge.touchedBlocks(keys: keys)
      <= limits.editedBlocks(
        of: merge.blockCount, byteCount: try index.generationBytes(merge.draft.space, generation),
        isErasure: merge.erasure != nil)
  }

  /// Works out the blocks that a small load changes. Cost by the blocks touched, not by the size of the index.
  private func edit(
    _ merge: inout BlockMerge, snapshot: Snapshot, change: inout PendingChange
  ) throws(IndexError) {
    let space = merge.draft.space
    var edit = BlockEdit()
    while let touched = merge.nextTouchedBlock, let directory = snapshot.directories[space.id] {
      let fence = directory.place(touched).fence
      WorkMark.step()
      try merge.begin(touched)
      let blocks = try merge.merged().splitEvenly(limits: limits).map { block throws(IndexError) in
        try block.packed(limits: limits, with: compression)
      }
      edit.directory.removed.insert(fence)
      edit.removedKeys.append(directory.place(touched).key(hasSecondHalf: !space.isInteger))
      // A key that has left the index stays no fence: the file would still have it.
      for block in blocks { edit.blocks.append((block.lastKey, block)) }
    }
    edit.directory.added = edit.blocks.map { fence, block in
      (fence, KeyBlock.storageKey(fence, block.bytes.rawSpan, hasSecondHalf: !space.isInteger))
    }
    change.edits[space.id] = edit
  }

  /// Stores the blocks of an edit.
  func store(
    _ edit: BlockEdit, of space: UInt8, _ transaction: inout WriteTransaction, state: IndexState
  ) throws(LMDBError) {
    guard let space = state.spaces[space], let generation = state.generations[space.id] else { return }
    let keys = try transaction.create(IndexFormat.keys(space, generation))
    let listings = try transaction.create(IndexFormat.listings(space, generation))
    for key in edit.removedKeys { try transaction.delete(key.rawSpan, in: keys) }
    for fence in edit.directory.removed {
      try deleteListings(BigEndian.key(fence, hasSecondHalf: !space.isInteger), &transaction, listings)
    }
    for (fence, block) in edit.blocks {
      try transaction.store(block, fence: fence, of: space, keys: keys, listings: listings)
    }
  }

  private func deleteListings(
    _ fence: [UInt8], _ transaction: inout WriteTransaction, _ listings: Database
  ) throws(LMDBError) {
    var part = 0
    while try transaction.delete(ListingPart.key(fence, part).rawSpan, in: listings) { part += 1 }
  }

  /// Rewrites all blocks, merged with the load, as the namespace's next generation. Cost by the size of the
  /// namespace; memory by one block; each transaction is bounded.
  func rewrite(
    _ merge: inout BlockMerge, snapshot: Snapshot, change: inout PendingChange
  ) throws(IndexError) {
    let space = merge.draft.space
    let standing = change.state.generations[space.id]
    var generation = try GenerationWriter(environment, space, after: standing ?? 0, limits: limits)
    let names = IndexFormat.databases(space, generation.number)
    garbage += names
    change.newDatabases += names
    change.state.generations[space.id] = generation.number
    if let standing { change.replacedDatabases += IndexFormat.databases(space, standing) }
    do throws(IndexError) {
      for index in 0..<max(1, merge.blockCount) {
        WorkMark.step()
        try merge.begin(index)
        while try merge.next() {
          try generation.append(merge.entry, group: merge.listing.span, between: checkReserve)
        }
      }
      try generation.finish(between: checkReserve)
    } catch {
      guard case .lmdb(let cause) = error else { throw error }
      throw failure(cause)
    }
  }

  private func checkReserve() throws(IndexError) {
    try checkMap()
    let free = try Folder.freeBytes(index.path) - limits.diskReserveBytes
    guard free >= limits.transactionBytes else {
      throw .disk(freeBytes: free, neededBytes: limits.transactionBytes)
    }
  }
}
