// The merge of a load with the standing blocks of one namespace: key by key, in order; or an erasure from them. It reads
// a snapshot and decides; storing what comes out is left to the writer, in place or as a new generation.

/// Merges staged keys into standing blocks, one block at a time.
struct BlockMerge: ~Copyable {
  private(set) var draft: SpaceDraft
  private let snapshot: Snapshot
  private let directory: FenceDirectory?
  private let dataset: Int
  private let live: Set<Int>
  private let hasDead: Bool
  private let compression: Compression
  private var staged: StagedMerge
  /// Whether `staged` stands on a key that is still to be merged.
  private var isPending: Bool
  /// What is erased; nothing is staged then.
  private(set) var erasure: SpaceErasure?

  // The block that is being merged.
  private var entries: [BlockEntry] = []
  private var groups = ListingGroups()
  private var position = 0
  private var fence: StoredKey?
  /// How the load's dataset had the keys of the set that was last asked for.
  private var lastStanding: (set: UInt32, key: StandingKey) = (0, .absent)

  /// The entry that `next` reached last.
  private(set) var entry = BlockEntry(key: StoredKey(high: 0, low: 0), set: 0)
  /// What is listed for it.
  private(set) var listing = Latest<UInt8>()

  /// - Parameters:
  ///   - dataset: the number under which the load is listed.
  ///   - state: the state after the change, which tells which datasets are live.
  init(
    _ draft: SpaceDraft, snapshot: Snapshot, state: IndexState, dataset: Int, staged: consuming StagedMerge,
    erasure: SpaceErasure? = nil, compression: Compression
  ) throws(IndexError) {
    self.draft = draft
    self.snapshot = snapshot
    directory = snapshot.directories[draft.space.id]
    self.dataset = dataset
    live = Set(state.datasets.keys)
    hasDead = live.count < state.nextDataset - 1
    self.staged = staged
    self.erasure = erasure
    self.compression = compression
    isPending = try self.staged.advance()
  }

  /// How many standing blocks there are.
  var blockCount: Int { directory?.count ?? 0 }

  /// How many of them are touched, at most; `keys` are staged.
  func touchedBlocks(keys: Int) -> Int {
    guard let erasure, let directory, directory.count > 0 else { return min(keys, blockCount) }
    return erasure.blocks(of: directory)
  }

  /// The block to which the next key that is staged or erased belongs; nil when there is none left, 0 where no block
  /// stands.
  var nextTouchedBlock: Int? {
    guard let key = isPending ? staged.group.key : erasure?.next else { return nil }
    guard let directory, directory.count > 0 else { return 0 }
    return directory.blockIndex(for: key)
  }

  /// Starts on the block at `index`; the next key that is staged or erased must not belong to an earlier one.
  mutating func begin(_ index: Int) throws(IndexError) {
    entries.removeAll(keepingCapacity: true)
    groups.removeAll()
    position = 0
    guard let directory, index < directory.count else {
      fence = nil
      return
    }
    // The last block takes all that is greater than its fence.
    fence = index == directory.count - 1 ? nil : directory.place(index).fence
    try snapshot.unpackBlock(index, of: draft.space, into: &entries)
    try unpackListings(try snapshot.listingParts(ofBlock: index, of: draft.space))
  }

  private mutating func unpackListings(_ parts: [[UInt8]]) throws(IndexError) {
    var unpacked = ListingGroups()
    let count = entries.count
    for part in parts {
      // Safe: bytes have no padding to see.
      try ListingPart.unpack(unsafe part.span.bytes, with: compression) {
        (ordinal, group) throws(IndexError) in
        guard ordinal < count, ordinal == unpacked.count || ordinal == unpacked.count - 1 else {
          throw .corrupt("listings do not fit their block of keys")
        }
        if ordinal == unpacked.count { unpacked.append(group.span) } else { unpacked.extendLast(group) }
      }
    }
    unpacked.appendEmpty(count - unpacked.count)
    groups = unpacked
  }

  /// Goes to the next entry of the merged block; false at the block's end.
  mutating func next() throws(IndexError) -> Bool {
    while true {
      let isStanding = position < entries.count
      let isStaged = isPending && fence.map { staged.group.key <= $0 } ?? true
      if isStaged, !isStanding || staged.group.key <= entries[position].key {
        let isListedAnew = isStanding && staged.group.key == entries[position].key
        let old = isListedAnew ? entries[position].set : 0
        entry.key = staged.group.key
        entry.set = try draft.add(dataset, isPrimary: staged.group.isPrimary, to: old)
        try list(isListedAnew ? groups.range(position) : 0..<0, of: old, withStaged: true)
        if isListedAnew { position += 1 }
        isPending = try staged.advance()
        return true
      }
      guard isStanding else {
        erasure?.pass(upTo: fence)
        return false
      }
      position += 1
      if erasure?.isTouched(entries[position - 1].key) == true {
        guard try eraseFromLast() else { continue }
        return true
      }
      // A key that is in no dataset any more leaves the index here.
      guard let set = try draft.settle(entries[position - 1].set) else { continue }
      entry = BlockEntry(key: entries[position - 1].key, set: set)
      try list(groups.range(position - 1), of: 0, withStaged: false)
      return true
    }
  }

  /// The block that was begun, merged; none of its entries may have been passed.
  mutating func merged() throws(IndexError) -> UnpackedBlock {
    var block = UnpackedBlock(hasSecondHalf: !draft.space.isInteger)
    block.entries.reserveCapacity(entries.count)
    guard erasure != nil, !hasDead else {
      while try next() { append(to: &block) }
      return block
    }
    // Of an erasure, keys that are not touched stay as they are: they are not looked at one by one.
    while let touched = erasure?.next, fence.map({ touched <= $0 }) ?? true {
      keep(upTo: firstEntry(notBelow: touched), in: &block)
      if position < entries.count, entries[position].key == touched {
        position += 1
        if try eraseFromLast() { append(to: &block) }
      }
      erasure?.pass(upTo: touched)
    }
    keep(upTo: entries.count, in: &block)
    return block
  }

  private mutating func append(to block: inout UnpackedBlock) {
    block.entries.append(entry)
    block.groups.append(listing.span)
  }

  /// Passes entries that stay as they are.
  private mutating func keep(upTo end: Int, in block: inout UnpackedBlock) {
    block.entries += entries[position..<end]
    block.groups.append(position..<end, of: groups)
    position = end
  }

  /// The place of the first entry that was not passed and is not below a key. O(log n).
  private func firstEntry(notBelow key: StoredKey) -> Int {
    var (low, high) = (position, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// Takes from the standing key that was passed last what is erased; false where it leaves the index.
  private mutating func eraseFromLast() throws(IndexError) -> Bool {
    let old = entries[position - 1]
    let group = groups.bytes[groups.range(position - 1)]
    let tokens = draft.sets.tokens(of: old.set)
    guard let loss = try erasure?.loss(of: old.key, group, tokens: tokens),
      let set = try draft.lose(loss.datasets, from: old.set)
    else { return false }
    entry = BlockEntry(key: old.key, set: set)
    listing.begin()
    listing.all += loss.group
    return true
  }

  /// Sets `listing` to what stood, by its place in `groups`, and what comes; `set` is the key's set before the load.
  private mutating func list(_ standing: Range<Int>, of set: UInt32, withStaged: Bool) throws(IndexError) {
    let payloadCount = withStaged ? staged.group.payloadCount : 0
    let hasBareRow = withStaged && staged.group.hasBareRow
    let key = standingKey(of: set)
    listing.begin()
    if payloadCount == 0, standing.isEmpty || !hasDead && (!hasBareRow || key == .absent) {
      listing.all.append(contentsOf: groups.bytes[standing])
    } else if payloadCount == 1, standing.isEmpty, !hasBareRow, key == .absent {
      // The usual case: a new key with one listing.
      ListingGroups.appendEntry(dataset: dataset, payload: staged.group.payload(0), to: &listing.all)
    } else {
      let live = live
      listing.all += try ListingGroups.merge(
        groups.bytes[standing], dataset: dataset, standing: key,
        payloads: (0..<payloadCount).map { staged.group.payload($0) }, hasBareRow: hasBareRow,
        removed: { !live.contains($0) })
    }
  }

  /// How the load's dataset had a key of this set, 0 for a new key. O(1) but for the first key of a run of one set.
  private mutating func standingKey(of set: UInt32) -> StandingKey {
    guard set != 0 else { return .absent }
    if lastStanding.set != set {
      let token = draft.sets.tokens(of: set).first { $0.dataset == dataset }
      lastStanding = (set, token.map { $0.isPrimary ? .primary : .secondary } ?? .absent)
    }
    return lastStanding.key
  }

  /// The draft with all that was merged.
  consuming func finish() -> SpaceDraft {
    draft.applyMoves()
    return draft
  }
}
