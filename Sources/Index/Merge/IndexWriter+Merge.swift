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
    if merge.blockCount > 0, keys <= limits.editedKeysMax,
      min(keys, merge.blockCount) <= limits.editedBlocks(of: merge.blockCount)
    {
      try edit(&merge, snapshot: snapshot, change: &change)
    } else {
      try rewrite(&merge, snapshot: snapshot, change: &change)
    }
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
      var assembler = BlockAssembler(hasSecondHalf: !space.isInteger, limits: limits)
      while try merge.next() { assembler.append(merge.entry, group: merge.listing.span) }
      let blocks = try assembler.finishEvenly().map { block throws(IndexError) in
        try block.packed(limits: limits, with: compression)
      }
      edit.directory.removed.insert(fence)
      edit.removedKeys.append(directory.place(touched).key(hasSecondHalf: !space.isInteger))
      for (position, block) in blocks.enumerated() {
        // The last of the pieces keeps the fence, unless the index's greatest key grew. An erased key stays no fence.
        let isLast = position == blocks.count - 1 && merge.erasure == nil
        edit.blocks.append((isLast ? max(fence, block.lastKey) : block.lastKey, block))
      }
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
      try store(block, fence: fence, space, &transaction, keys: keys, listings: listings, flags: [])
    }
  }

  private func deleteListings(
    _ fence: [UInt8], _ transaction: inout WriteTransaction, _ listings: Database
  ) throws(LMDBError) {
    var part = 0
    while try transaction.delete(ListingPart.key(fence, part).rawSpan, in: listings) { part += 1 }
  }

  private func store(
    _ block: AssembledBlock, fence: StoredKey, _ space: KeySpace, _ transaction: inout WriteTransaction,
    keys: Database, listings: Database, flags: PutFlags
  ) throws(LMDBError) {
    let hasSecondHalf = !space.isInteger
    let key = BigEndian.key(fence, hasSecondHalf: hasSecondHalf)
    try transaction.put(
      KeyBlock.storageKey(fence, block.bytes.rawSpan, hasSecondHalf: hasSecondHalf), block.bytes, in: keys,
      flags: flags)
    for (part, bytes) in block.listingParts.enumerated() {
      try transaction.put(ListingPart.key(key, part), bytes, in: listings, flags: flags)
    }
  }

  /// Rewrites all blocks, merged with the load, as the namespace's next generation. Cost by the size of the
  /// namespace; memory by one block; each transaction is bounded.
  func rewrite(
    _ merge: inout BlockMerge, snapshot: Snapshot, change: inout PendingChange
  ) throws(IndexError) {
    let space = merge.draft.space
    let standing = change.state.generations[space.id]
    var generation = try GenerationWriter(environment, space, after: standing ?? 0)
    let names = IndexFormat.databases(space, generation.number)
    garbage += names
    change.newDatabases += names
    change.state.generations[space.id] = generation.number
    if let standing { change.replacedDatabases += IndexFormat.databases(space, standing) }
    do throws(IndexError) {
      try write(&merge, to: &generation)
    } catch {
      guard case .lmdb(let cause) = error else { throw error }
      throw failure(cause)
    }
  }

  private func write(_ merge: inout BlockMerge, to generation: inout GenerationWriter) throws(IndexError) {
    let space = merge.draft.space
    var assembler = BlockAssembler(hasSecondHalf: !space.isInteger, limits: limits)
    var packer = BlockPacker(limits: limits)
    func store(_ blocks: [AssembledBlock]) throws(IndexError) {
      for block in blocks {
        WorkMark.step()
        try generation.write { (transaction, keys, listings) throws(LMDBError) in
          try self.store(
            block, fence: block.lastKey, space, &transaction, keys: keys, listings: listings, flags: .append)
        }
        generation.byteCount += block.byteCount
        guard generation.byteCount >= limits.transactionBytes else { continue }
        try generation.commit()
        WorkMark.step()
        try checkReserve()
        try generation.begin()
      }
    }
    for index in 0..<max(1, merge.blockCount) {
      WorkMark.step()
      try merge.begin(index)
      while try merge.next() {
        if !assembler.fits(merge.entry, groupBytes: merge.listing.count) {
          try store(packer.add(assembler.finish()))
        }
        assembler.append(merge.entry, group: merge.listing.span)
      }
    }
    if !assembler.isEmpty { try store(packer.add(assembler.finish())) }
    while let blocks = try packer.finish() { try store(blocks) }
    try generation.commit()
  }

  private func checkReserve() throws(IndexError) {
    try checkMap()
    let free = try Folder.freeBytes(index.path) - limits.diskReserveBytes
    guard free >= limits.transactionBytes else {
      throw .disk(freeBytes: free, neededBytes: limits.transactionBytes)
    }
  }
}

/// The sub-databases of a new generation while they are written, and the transaction under way.
private struct GenerationWriter: ~Copyable {
  /// The generation's number: neither of its sub-databases was there before.
  let number: Int
  /// Bytes put into the transaction under way, as its user counts them.
  var byteCount = 0
  private let environment: Environment
  private let space: KeySpace
  private var open: OpenGeneration?

  private struct OpenGeneration: ~Copyable {
    var transaction: WriteTransaction
    let number: Int
    let keys: Database
    let listings: Database
  }

  /// Begins a generation of `space` whose number is greater than `standing`.
  init(_ environment: Environment, _ space: KeySpace, after standing: Int) throws(IndexError) {
    self.environment = environment
    self.space = space
    do throws(LMDBError) {
      let first = try OpeningDatabases.retrying { () throws(LMDBError) in
        try Self.beginNew(environment, space, after: standing)
      }
      number = first.number
      open = consume first
    } catch { throw .lmdb(error) }
  }

  /// Creates both sub-databases and notes them as unfinished.
  private static func beginNew(
    _ environment: Environment, _ space: KeySpace, after standing: Int
  ) throws(LMDBError) -> OpenGeneration {
    var transaction = try environment.write()
    var number = standing + 1
    while true {
      let keys = try transaction.open(IndexFormat.keys(space, number))
      let listings = try transaction.open(IndexFormat.listings(space, number))
      if keys == nil, listings == nil { break }
      number += 1
    }
    let meta = try transaction.create(IndexFormat.meta)
    for name in IndexFormat.databases(space, number) {
      try transaction.put(IndexFormat.unfinishedKey(name), [1], in: meta)
    }
    let keys = try transaction.create(IndexFormat.keys(space, number))
    let listings = try transaction.create(IndexFormat.listings(space, number))
    return OpenGeneration(transaction: transaction, number: number, keys: keys, listings: listings)
  }

  /// Begins a transaction; none may be under way.
  mutating func begin() throws(IndexError) {
    do throws(LMDBError) {
      open = try OpeningDatabases.retrying { [environment, space, number] () throws(LMDBError) in
        var transaction = try environment.write()
        let keys = try transaction.create(IndexFormat.keys(space, number))
        let listings = try transaction.create(IndexFormat.listings(space, number))
        return OpenGeneration(transaction: transaction, number: number, keys: keys, listings: listings)
      }
    } catch { throw .lmdb(error) }
    byteCount = 0
  }

  /// Commits the transaction under way.
  mutating func commit() throws(IndexError) {
    guard let generation = open.take() else { return }
    do throws(LMDBError) { try generation.transaction.commit() } catch { throw .lmdb(error) }
  }

  /// Writes within the transaction under way.
  mutating func write(
    _ body: (inout WriteTransaction, Database, Database) throws(LMDBError) -> Void
  ) throws(IndexError) {
    guard var generation = open.take() else { preconditionFailure("no transaction is under way") }
    do throws(LMDBError) {
      try body(&generation.transaction, generation.keys, generation.listings)
    } catch { throw .lmdb(error) }
    open = consume generation
  }
}
