// The merge of a load with the standing blocks of one namespace: key by key, in order. It reads a snapshot and
// decides; storing what comes out is left to the writer, in place or as a new generation.

/// Merges staged keys into standing blocks, one block at a time.
final class BlockMerge {
  private(set) var draft: SpaceDraft
  private let snapshot: Snapshot
  private let directory: FenceDirectory?
  private let dataset: Int
  private let isLive: (Int) -> Bool
  private let hasDead: Bool
  private let compression: Compression
  private var staged: StagedMerge
  private var pending: StagedGroup?

  // The block that is being merged.
  private var entries: [BlockEntry] = []
  private var groups = ListingGroups()
  private var position = 0
  private var fence: StoredKey?

  /// - Parameters:
  ///   - dataset: the number under which the load is listed.
  ///   - state: the state after the change, which tells which datasets are live.
  init(
    _ draft: SpaceDraft, snapshot: Snapshot, state: IndexState, dataset: Int, staged: StagedMerge,
    compression: Compression
  ) throws(IndexError) {
    self.draft = draft
    self.snapshot = snapshot
    directory = snapshot.directories[draft.space.id]
    self.dataset = dataset
    let live = Set(state.datasets.keys)
    isLive = { live.contains($0) }
    hasDead = live.count < state.nextDataset - 1
    self.staged = staged
    self.compression = compression
    pending = try self.staged.next()
  }

  /// How many standing blocks there are.
  var blockCount: Int { directory?.count ?? 0 }

  /// The block to which the next staged key belongs; nil when there is none left, 0 where no block stands.
  var nextTouchedBlock: Int? {
    guard let pending else { return nil }
    guard let directory, directory.count > 0 else { return 0 }
    return directory.blockIndex(for: pending.key)
  }

  /// Starts on the block at `index`; the next staged key must not belong to an earlier one.
  func begin(_ index: Int) throws(IndexError) {
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

  private func unpackListings(_ parts: [[UInt8]]) throws(IndexError) {
    var unpacked = ListingGroups()
    let count = entries.count
    for part in parts {
      // Safe: bytes have no padding to see.
      try ListingPart.unpack(unsafe part.span.bytes, with: compression) {
        (ordinal, group) throws(IndexError) in
        guard ordinal < count, ordinal == unpacked.count || ordinal == unpacked.count - 1 else {
          throw .corrupt("listings do not fit their block of keys")
        }
        if ordinal == unpacked.count { unpacked.append(group) } else { unpacked.extendLast(group) }
      }
    }
    while unpacked.count < count { unpacked.append([]) }
    groups = unpacked
  }

  /// What is listed for the entry that `next` gave last.
  private(set) var listing: ArraySlice<UInt8> = []
  private var scratch: [UInt8] = []

  /// The next entry of the merged block; nil at the block's end.
  func next() throws(IndexError) -> BlockEntry? {
    while true {
      // No slice of the working memory is left behind, or it would be copied.
      listing = []
      let standing = position < entries.count ? entries[position] : nil
      if let group = pending, fence.map({ group.key <= $0 }) ?? true,
        standing.map({ group.key <= $0.key }) ?? true
      {
        let isListedAnew = standing?.key == group.key
        let set = try draft.add(dataset, isPrimary: group.isPrimary, to: isListedAnew ? standing!.set : 0)
        try list(isListedAnew ? groups[position] : [], adding: group)
        if isListedAnew { position += 1 }
        pending = try staged.next()
        return BlockEntry(key: group.key, set: set)
      }
      guard let standing else { return nil }
      let listed = groups[position]
      position += 1
      // A key that is in no dataset any more leaves the index here.
      guard let set = try draft.settle(standing.set) else { continue }
      try list(listed, adding: nil)
      return BlockEntry(key: standing.key, set: set)
    }
  }

  /// Sets `listing` to what stood and what comes.
  private func list(_ standing: ArraySlice<UInt8>, adding group: StagedGroup?) throws(IndexError) {
    let isNew = group.map { !$0.payload.isEmpty } ?? false
    if !isNew, !hasDead || standing.isEmpty {
      listing = standing
    } else if let group, standing.isEmpty, group.furtherPayloads.isEmpty {
      // The usual case: a new key with one listing.
      scratch.removeAll(keepingCapacity: true)
      ListingGroups.appendEntry(dataset: dataset, payload: group.payload, to: &scratch)
      listing = scratch[...]
    } else {
      let payloads = group.map { isNew ? [$0.payload] + $0.furtherPayloads : [] } ?? []
      listing = try ListingGroups.merge(
        standing, dataset: dataset, payloads: payloads, removed: { !isLive($0) })[...]
    }
  }
}
