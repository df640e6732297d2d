// The merge of a load with the standing blocks of one namespace: key by key, in order; or an erasure from them. It reads
// a snapshot and decides; storing what comes out is left to the writer, in place or as a new generation.
//
// Merged into the blocks of a generation, the young level's keys among them come along, and have to leave it. Merged into
// the young level, a staged key that it does not have takes along what the generation has of it.

/// Merges staged keys into standing blocks of one level, one block at a time.
struct BlockMerge: ~Copyable {
  let space: KeySpace
  let level: KeyLevel
  let directory: FenceDirectory?
  /// Ranges of keys that came along from the young level, in order.
  private(set) var folded: [KeyRange] = []
  /// How many keys both levels have more than before.
  private(set) var shadowedMore = 0
  /// The blocks in which the keys are that are merged, or to which they belong.
  let blocks: Range<Int>
  private let snapshot: Snapshot
  /// The keys that are merged.
  private let range: KeyRange
  private let dataset: Int
  private let live: Set<Int>
  private let hasDead: Bool
  private let compression: Compression
  private var moves: SetMoves
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
  private var young: YoungCursor?
  private var beneath: KeysBeneath?
  /// How the load's dataset had the keys of the set that was last asked for.
  private var lastStanding: (set: UInt32, key: StandingKey) = (0, .absent)

  /// The entry that `next` reached last.
  private(set) var entry = BlockEntry(key: StoredKey(high: 0, low: 0), set: 0)
  /// What is listed for it.
  private(set) var listing = Latest<UInt8>()

  /// - Parameter part: the keys that are merged; all of them into a young level.
  init(
    _ input: MergeInput, into level: KeyLevel = .blocks, part: KeyPart = .whole, compression: Compression
  ) throws(IndexError) {
    var staged = try input.staged.merge(part)
    isPending = try staged.advance()
    self.staged = staged
    space = input.space
    self.level = level
    snapshot = input.snapshot
    directory = snapshot.directory(of: space, level)
    blocks = part.blocks(of: directory)
    range = part.range
    switch level {
    case .blocks: young = YoungCursor(snapshot, space, with: compression)
    case .young: beneath = KeysBeneath(snapshot, space, with: compression)
    }
    dataset = input.dataset
    live = input.live
    hasDead = input.hasDead
    moves = SetMoves(input.draft)
    erasure = input.erasure?.part(range)
    self.compression = compression
  }

  /// How many standing blocks there are.
  var blockCount: Int { directory?.count ?? 0 }

  /// How many of them an erasure touches.
  var touchedBlocks: Int {
    guard let erasure, let directory, directory.count > 0 else { return 0 }
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
    try snapshot.unpackBlock(index, of: space, level, into: &entries)
    groups = try snapshot.groups(ofBlock: index, of: space, level, keys: entries.count, with: compression)
    if level == .blocks { try restrict(to: range, in: snapshot.range(ofBlock: index, of: space)) }
    if young != nil {
      try takeYoung(snapshot.range(ofBlock: index, of: space).intersection(range))
    } else {
      try snapshot.check(setsOf: entries, in: space)
    }
  }

  /// Leaves of the block what is in a range; the rest is merged with the parts beside.
  private mutating func restrict(to range: KeyRange, in block: KeyRange) throws(IndexError) {
    let places = range.places(in: entries)
    guard places.count < entries.count else { return }
    // A key out of its block's range would be in none of the parts that the block is merged with.
    guard block.places(in: entries).count == entries.count else {
      throw .corrupt("a block has keys that do not belong to it")
    }
    var part = ListingGroups()
    part.append(places, of: groups)
    (entries, groups) = (Array(entries[places]), part)
  }

  /// Puts what the young level has of a range among the entries, in the place of those that it shadows.
  private mutating func takeYoung(_ range: KeyRange) throws(IndexError) {
    var found: [BlockEntry] = []
    var listed = ListingGroups()
    try young?.read(range, into: &found, &listed)
    let shadowed = entries.shadowed(by: found)
    try snapshot.check(setsOf: entries, in: space, but: shadowed)
    guard !found.isEmpty else { return }
    folded.append(range)
    shadowedMore -= shadowed.count
    var (mergedEntries, mergedGroups) = ([BlockEntry](), ListingGroups())
    mergedEntries.reserveCapacity(entries.count + found.count)
    var place = 0
    for (index, entry) in found.enumerated() {
      let next = entries[place...].firstIndex { $0.key >= entry.key } ?? entries.count
      mergedEntries += entries[place..<next]
      mergedGroups.append(place..<next, of: groups)
      place = next < entries.count && entries[next].key == entry.key ? next + 1 : next
      mergedEntries.append(entry)
      mergedGroups.append(index..<(index + 1), of: listed)
    }
    mergedEntries += entries[place...]
    mergedGroups.append(place..<entries.count, of: groups)
    (entries, groups) = (mergedEntries, mergedGroups)
  }

  /// Goes to the next entry of the merged block; false at the block's end.
  mutating func next() throws(IndexError) -> Bool {
    // The usual case: a new key that says no more than itself, behind all that stands.
    if isPending, position == entries.count, fence == nil, beneath == nil, staged.group.payloadCount == 0 {
      entry = BlockEntry(
        key: staged.group.key, set: try moves.add(dataset, isPrimary: staged.group.isPrimary, to: 0))
      listing.begin()
      isPending = try staged.advance()
      return true
    }
    while true {
      let isStanding = position < entries.count
      let isStaged = isPending && fence.map { staged.group.key <= $0 } ?? true
      if isStaged, !isStanding || staged.group.key <= entries[position].key {
        let isListedAnew = isStanding && staged.group.key == entries[position].key
        entry.key = staged.group.key
        if isListedAnew {
          try addStaged(to: entries[position].set, groups[position])
          position += 1
        } else if let (set, group) = try beneath?.find(entry.key) {
          shadowedMore += 1
          try addStaged(to: set, group)
        } else {
          try addStaged(to: 0, [])
        }
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
      // A key that is in no dataset any more leaves the index here; but not the young level, where it may shadow another.
      let standing = entries[position - 1]
      guard let set = try moves.settle(standing.set, keepsEmpty: level == .young) else { continue }
      entry = BlockEntry(key: standing.key, set: set)
      try list(groups[position - 1], of: 0, withStaged: false)
      return true
    }
  }

  /// The block that was begun, merged; none of its entries may have been passed.
  mutating func merged() throws(IndexError) -> UnpackedBlock {
    var block = UnpackedBlock(hasSecondHalf: !space.isInteger)
    block.entries.reserveCapacity(entries.count)
    guard erasure != nil, !hasDead else {
      while try next() { append(to: &block) }
      return block
    }
    // Of an erasure, keys that are not touched stay as they are: they are not looked at one by one.
    while let touched = erasure?.next, fence.map({ touched <= $0 }) ?? true {
      keep(upTo: max(position, entries.firstPlace { $0.key >= touched }), in: &block)
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
    block.append(position..<end, of: entries, groups)
    position = end
  }

  /// Takes from the standing key that was passed last what is erased; false where it leaves the index.
  private mutating func eraseFromLast() throws(IndexError) -> Bool {
    let old = entries[position - 1]
    let group = groups[position - 1]
    let tokens = moves.sets.tokens(of: old.set)
    guard let loss = try erasure?.loss(of: old.key, group, tokens: tokens),
      let set = try moves.lose(loss.datasets, from: old.set)
    else { return false }
    entry = BlockEntry(key: old.key, set: set)
    listing.begin()
    listing.all += loss.group
    return true
  }

  /// Sets `entry` and `listing` to what the staged key adds to a set, 0 for a new key, and a group.
  private mutating func addStaged(to old: UInt32, _ group: ArraySlice<UInt8>) throws(IndexError) {
    entry.set = try moves.add(dataset, isPrimary: staged.group.isPrimary, to: old)
    try list(group, of: old, withStaged: true)
  }

  /// Sets `listing` to what stood and what comes; `set` is the key's set before the load.
  private mutating func list(_ standing: ArraySlice<UInt8>, of set: UInt32, withStaged: Bool)
    throws(IndexError)
  {
    let payloadCount = withStaged ? staged.group.payloadCount : 0
    let hasBareRow = withStaged && staged.group.hasBareRow
    let key = standingKey(of: set)
    listing.begin()
    if payloadCount == 0, standing.isEmpty || !hasDead && (!hasBareRow || key == .absent) {
      if !standing.isEmpty { listing.all.append(contentsOf: standing) }
    } else if payloadCount == 1, standing.isEmpty, !hasBareRow, key == .absent {
      // The usual case: a new key with one listing.
      ListingGroups.appendEntry(dataset: dataset, payload: staged.group.payload(0), to: &listing.all)
    } else {
      let live = live
      listing.all += try ListingGroups.merge(
        standing, dataset: dataset, standing: key,
        payloads: (0..<payloadCount).map { staged.group.payload($0) }, hasBareRow: hasBareRow,
        removed: { !live.contains($0) })
    }
  }

  /// How the load's dataset had a key of this set, 0 for a new key. O(1) but for the first key of a run of one set.
  private mutating func standingKey(of set: UInt32) -> StandingKey {
    guard set != 0 else { return .absent }
    if lastStanding.set != set {
      let token = moves.sets.tokens(of: set).first { $0.dataset == dataset }
      lastStanding = (set, token.map { $0.isPrimary ? .primary : .secondary } ?? .absent)
    }
    return lastStanding.key
  }

  /// Has the draft count all that was merged. Once.
  consuming func finish() -> MergeTally {
    let tally = MergeTally(imagesLeftOut: staged.imagesLeftOut, vanished: erasure?.vanished ?? [])
    moves.finish()
    return tally
  }
}

/// What the blocks of a generation have of keys that are asked for in order. Each block is read once.
private struct KeysBeneath {
  private let snapshot: Snapshot
  private let space: KeySpace
  private let compression: Compression
  // The block that was read last.
  private var block: Int?
  private var entries: [BlockEntry] = []
  private var groups = ListingGroups()

  init(_ snapshot: Snapshot, _ space: KeySpace, with compression: Compression) {
    self.snapshot = snapshot
    self.space = space
    self.compression = compression
  }

  /// The set of a key that the young level does not have, and what is listed for it; nil for a new key.
  mutating func find(_ key: StoredKey) throws(IndexError) -> (set: UInt32, group: ArraySlice<UInt8>)? {
    let set = try snapshot.setInBlocks(of: key, space: space.id)
    guard set != 0, let directory = snapshot.directories[space.id] else { return nil }
    let own = directory.blockIndex(for: key)
    if block != own {
      block = nil
      entries.removeAll(keepingCapacity: true)
      try snapshot.unpackBlock(own, of: space, into: &entries)
      groups = try snapshot.groups(
        ofBlock: own, of: space, .blocks, keys: entries.count, with: compression)
      block = own
    }
    let place = entries.firstPlace { $0.key >= key }
    guard place < entries.count, entries[place].key == key else {
      throw .corrupt("a key was found in a block that does not have it")
    }
    return (set, groups[place])
  }
}
