// The three ways in which a change of keys gets into the index. A small load goes into the young level of its namespace, in the
// transaction that makes it visible. A large one, or a first one, writes a new generation of all blocks in several
// transactions; nothing refers to it until the last transaction names it. An erasure edits the blocks that it touches, and
// so does folding; where they are too many, it writes a new generation as well.

internal import LMDB
internal import Platform

extension IndexWriter {
  /// Merges one namespace's staged keys; what remains to be done in the last transaction is added to `change`.
  ///
  /// - Returns: the draft of the namespace's dataset sets after the merge.
  func prepare(
    _ draft: SpaceDraft, _ load: inout StagedLoad, _ filter: SuppressionFilter?, change: inout PendingChange
  ) throws(IndexError) -> SpaceDraft {
    let space = draft.space
    let snapshot = index.snapshot
    var staged = try load.sources(space)
    staged.filter = filter
    if try suitsYoung(rows: staged.rowCount, of: space, snapshot) {
      let input = MergeInput(
        draft, snapshot: snapshot, state: change.state, dataset: change.dataset, staged: staged)
      var merge = try BlockMerge(input, into: .young, compression: compression)
      if let edit = try editYoung(&merge) {
        if !edit.blocks.isEmpty {
          change.young[space.id] = .edited(edit)
          change.state.young[space.id, default: 0] += merge.shadowedMore
        }
        change.imagesLeftOut += merge.finish().imagesLeftOut
        return input.draft.value
      }
    }
    var first = try staged.merge()
    guard try first.advance() else {
      change.imagesLeftOut += first.imagesLeftOut
      return draft
    }
    let input = MergeInput(
      draft, snapshot: snapshot, state: change.state, dataset: change.dataset, staged: staged)
    change.imagesLeftOut += try rewrite(input, change: &change).imagesLeftOut
    return input.draft.value
  }

  /// Whether a load goes into a young level.
  private func suitsYoung(rows: Int, of space: KeySpace, _ snapshot: Snapshot) throws(IndexError) -> Bool {
    guard let directory = snapshot.directories[space.id], directory.count > 0, rows <= limits.youngRowsMax,
      rows <= max(limits.youngRowsAlways, directory.keyCount / 4)
    else { return false }
    guard snapshot.young[space.id] != nil else { return true }
    return try index.byteCount(of: IndexFormat.youngDatabases(space)) <= limits.youngBytesMax
  }

  /// Works out the blocks of a young level that a load changes. Cost by its rows, and by those blocks.
  ///
  /// - Returns: nil where what is listed for a key is too large for the level.
  private func editYoung(_ merge: inout BlockMerge) throws(IndexError) -> BlockEdit? {
    let edit = try edit(&merge) { $0.nextTouchedBlock }
    // Such a block has one key.
    return edit.listedBytesMax <= limits.listingBlockBytes ? edit : nil
  }

  /// Carries an erasure out in the way that suits its size.
  ///
  /// - Parameter keys: how many it touches at most.
  func carryOut(_ input: MergeInput, keys: Int, change: inout PendingChange) throws(IndexError) -> MergeTally
  {
    if keys <= limits.editedKeysMax {
      var merge = try BlockMerge(input, compression: compression)
      if try suitsEditing(merge, change.state) {
        try editBlocks(&merge, change: &change) { $0.nextTouchedBlock }
        return merge.finish()
      }
    }
    return try rewrite(input, change: &change)
  }

  private func suitsEditing(_ merge: borrowing BlockMerge, _ state: IndexState) throws(IndexError) -> Bool {
    guard merge.blockCount > 0, let generation = state.generations[merge.space.id] else { return false }
    return merge.touchedBlocks
      <= limits.editedBlocks(
        of: merge.blockCount, byteCount: try index.generationBytes(merge.space, generation))
  }

  /// Works out the blocks of a generation that change, without those keys of the young level that come along into them.
  ///
  /// - Parameter next: the block to be changed next, in order; nil at the end.
  func editBlocks(
    _ merge: inout BlockMerge, change: inout PendingChange, next: (borrowing BlockMerge) -> Int?
  ) throws(IndexError) {
    let space = merge.space
    change.edits[space.id] = try edit(&merge, next: next)
    guard !merge.folded.isEmpty else { return }
    change.young[space.id] = .edited(try unfolded(merge.folded, of: space))
    change.state.young[space.id, default: 0] += merge.shadowedMore
  }

  /// Works out blocks that change in place. Cost by those blocks, not by the size of the index.
  private func edit(
    _ merge: inout BlockMerge, next: (borrowing BlockMerge) -> Int?
  ) throws(IndexError) -> BlockEdit {
    var edit = BlockEdit(of: merge.space)
    while let touched = next(merge) {
      WorkMark.step()
      try merge.begin(touched)
      // Here, and not on other cores, which large merges use when nobody else does: somebody waits for a small change.
      for block in try merge.merged().splitEvenly(limits: limits) {
        edit.add(try block.packed(limits: limits, with: compression))
      }
      if let directory = merge.directory, touched < directory.count {
        edit.remove(directory.place(touched))
      }
    }
    edit.finish()
    return edit
  }

  /// Works out the blocks of a young level without the keys of some ranges. Cost by the blocks that have any.
  ///
  /// - Parameter ranges: in order; some key is in each.
  private func unfolded(_ ranges: [KeyRange], of space: KeySpace) throws(IndexError) -> BlockEdit {
    let snapshot = index.snapshot
    var edit = BlockEdit(of: space)
    guard let directory = snapshot.young[space.id]?.directory else { return edit }
    var rest = ranges[...]
    for index in 0..<directory.count {
      let place = directory.place(index)
      // Those that end in front of the block.
      while let range = rest.first, let high = range.high, index > 0, high <= directory.place(index - 1).fence
      {
        rest.removeFirst()
      }
      guard let first = rest.first else { break }
      if let low = first.low, low >= place.fence, index < directory.count - 1 { continue }
      var entries: [BlockEntry] = []
      try snapshot.unpackBlock(index, of: space, .young, into: &entries)
      let groups = try snapshot.groups(
        ofBlock: index, of: space, .young, keys: entries.count, with: compression)
      var block = UnpackedBlock(hasSecondHalf: !space.isInteger)
      var kept = 0
      for range in rest {
        let places = range.places(in: entries)
        block.append(kept..<max(kept, places.lowerBound), of: entries, groups)
        kept = max(kept, places.upperBound)
        if range.high == nil || range.high! >= place.fence { break }
      }
      guard kept > 0 else { continue }
      block.append(kept..<entries.count, of: entries, groups)
      WorkMark.step()
      edit.remove(place)
      for part in block.splitEvenly(limits: limits) {
        edit.add(try part.packed(limits: limits, with: compression))
      }
    }
    edit.finish()
    return edit
  }

  /// Stores the blocks of an edit.
  func store(_ edit: BlockEdit, keys: String, listings: String, _ transaction: inout WriteTransaction)
    throws(LMDBError)
  {
    let keys = try transaction.create(keys)
    let listings = try transaction.create(listings)
    for key in edit.removedKeys { try transaction.delete(key.rawSpan, in: keys) }
    for fence in edit.directory.removed {
      try deleteListings(
        BigEndian.key(fence, hasSecondHalf: !edit.space.isInteger), &transaction, listings)
    }
    for (fence, block) in edit.blocks {
      try transaction.store(block, fence: fence, of: edit.space, keys: keys, listings: listings)
    }
  }

  private func deleteListings(
    _ fence: [UInt8], _ transaction: inout WriteTransaction, _ listings: Database
  ) throws(LMDBError) {
    var part = 0
    while try transaction.delete(ListingPart.key(fence, part).rawSpan, in: listings) { part += 1 }
  }

  /// Rewrites all blocks, merged with the young level and the load, as the namespace's next generation. Cost by the size of the
  /// namespace, on several cores; memory and each transaction are bounded.
  func rewrite(_ input: MergeInput, change: inout PendingChange) throws(IndexError) -> MergeTally {
    let space = input.space
    let standing = change.state.generations[space.id]
    var input = input
    let bits = try input.divide(
      standingBytes: try standing.map { (number) throws(IndexError) in
        try index.generationBytes(space, number)
      } ?? 0,
      limits: limits)
    var generation = try GenerationWriter(environment, space, after: standing ?? 0, limits: limits)
    let names = IndexFormat.databases(space, generation.number)
    garbage += names
    change.newDatabases += names
    change.state.generations[space.id] = generation.number
    if let standing { change.replacedDatabases += IndexFormat.databases(space, standing) }
    if change.state.young[space.id] != nil {
      change.young[space.id] = .emptied
      change.state.young[space.id] = 0
    }
    do throws(IndexError) {
      let parts = try PartsMerge(input, bits: bits, limits: limits)
      while let blocks = try parts.next() { try generation.store(blocks, between: checkReserve) }
      try generation.finish()
      return parts.tally
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
