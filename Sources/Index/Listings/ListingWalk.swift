// Walks over all keys of a snapshot and what datasets listed for them: export, digest and reindexing are such
// walks. One step is one part of one block's listings, so its work and memory are bounded whatever the size of the
// index, and a walk can be left and taken up between any two steps. What is in a payload is the visitor's business.
//
// The order is that of the namespaces' numbers, then of the stored keys. A snapshot is immutable, so a walk sees one
// committed state however long it takes; as long as it lives, LMDB cannot reuse the pages that only it needs.

/// What a walk shows.
package protocol ListingVisitor: ~Copyable {
  /// One entry of a key: what `dataset` listed for it.
  mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace)
    throws(IndexError)
  /// A key of which all entries were shown, and the datasets that have it, at least one.
  mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) throws(IndexError)
}

/// A walk over the keys of one dataset, or of all. Used by one thread at a time.
package struct ListingWalk {
  private let snapshot: Snapshot
  private let wanted: Int?
  private let filter: DatasetFilter?
  private let compression = Compression()
  private var spaces: ArraySlice<KeySpace>
  /// Datasets of each set of the present namespace, as far as they are wanted, by the set's number.
  private var datasetsOfSets: [UInt32: [DatasetToken]] = [:]

  /// Keys of the present namespace that have a wanted dataset: how many were met.
  private var keysMet = 0
  /// Whether the parts of the present namespace's listings were compared with its blocks.
  private var hasCheckedParts = false

  // The block at hand.
  private var block = 0
  /// Those of the block; set 0 stands for one that the young level shadows.
  private var entries: [BlockEntry] = []
  private var part: Int?
  // What the young level has among the keys of the block, and how many of those were shown.
  private var young: YoungCursor?
  private var youngEntries: [BlockEntry] = []
  private var youngGroups = ListingGroups()
  private var youngShown = 0
  /// Keys of the block that were left.
  private var leftCount = 0

  /// Stored bytes of blocks and listings that were read so far: what the walk has cost, the same each time.
  package private(set) var bytesRead = 0
  /// Blocks that were walked over, those included that hold nothing wanted.
  package private(set) var blocksDone = 0
  /// Blocks of the whole
  package let blocksTotal: Int

  /// A walk over all keys of `dataset`, or of every dataset where it is nil.
  package init(_ snapshot: Snapshot, dataset: Int?) {
    self.init(snapshot, dataset: dataset, filter: nil, space: nil)
  }

  /// A walk over the images that `filter` lets through, of one namespace or of all where it is nil. Their entries are
  /// shown where their texts are among them: keys of integers are only left.
  package init(_ snapshot: Snapshot, filter: DatasetFilter, space: UInt8?) {
    self.init(snapshot, dataset: nil, filter: filter, space: space)
  }

  private init(_ snapshot: Snapshot, dataset: Int?, filter: DatasetFilter?, space wantedSpace: UInt8?) {
    self.snapshot = snapshot
    wanted = dataset
    self.filter = filter
    let spaces = snapshot.spaces.values.filter { space in
      (snapshot.directories[space.id]?.count ?? 0) > 0 && Self.has(dataset, space, snapshot)
        && (filter == nil || snapshot.count(of: filter!, space: space.id) > 0)
        && (wantedSpace == nil || space.id == wantedSpace)
    }.sorted { $0.id < $1.id }
    self.spaces = spaces[...]
    blocksTotal = spaces.reduce(0) { $0 + (snapshot.directories[$1.id]?.count ?? 0) }
  }

  /// Whether some key of a namespace is in the dataset. O(tokens of the sets).
  private static func has(_ dataset: Int?, _ space: KeySpace, _ snapshot: Snapshot) -> Bool {
    var isFound = false
    snapshot.sets[Int(space.id)].forEachSetInUse { _, tokens, _ in
      isFound = isFound || dataset == nil || tokens.contains { Int($0 >> 1) == dataset }
    }
    return isFound
  }

  /// Does one step.
  ///
  /// - Returns: false once the walk has ended.
  package mutating func step(_ visitor: inout some ListingVisitor & ~Copyable) throws(IndexError) -> Bool {
    guard let space = spaces.first else { return false }
    if !hasCheckedParts {
      bytesRead += try snapshot.checkParts(of: space)
      hasCheckedParts = true
    } else if let part {
      try walk(part, of: space, &visitor)
    } else if try beginBlock(of: space) {
      part = 0
    } else {
      try endBlock(of: space)
    }
    return !spaces.isEmpty
  }

  /// Unpacks the keys of the next block; false where none of them is wanted.
  private mutating func beginBlock(of space: KeySpace) throws(IndexError) -> Bool {
    entries.removeAll(keepingCapacity: true)
    leftCount = 0
    try snapshot.unpackBlock(block, of: space, into: &entries)
    bytesRead += IndexLimits.blockBytes
    try readYoung(of: space)
    var wantedKeys = 0
    for entry in entries where isWanted(entry, in: space) { wantedKeys += 1 }
    for entry in youngEntries where isWanted(entry, in: space) { wantedKeys += 1 }
    keysMet += wantedKeys
    return wantedKeys > 0
  }

  private mutating func isWanted(_ entry: BlockEntry, in space: KeySpace) -> Bool {
    !datasets(of: entry.set, in: space).isEmpty
  }

  /// Reads what the young level has in front of the block's fence and behind the one before.
  private mutating func readYoung(of space: KeySpace) throws(IndexError) {
    if block == 0 { young = YoungCursor(snapshot, space, with: compression) }
    youngEntries.removeAll(keepingCapacity: true)
    youngGroups.removeAll()
    youngShown = 0
    try young?.read(
      snapshot.range(ofBlock: block, of: space), into: &youngEntries, &youngGroups)
    bytesRead += youngGroups.bytes.count
    let shadowed = entries.shadowed(by: youngEntries)
    try snapshot.check(setsOf: entries, in: space, but: shadowed)
    for place in shadowed { entries[place].set = 0 }
  }

  private mutating func endBlock(of space: KeySpace) throws(IndexError) {
    part = nil
    block += 1
    blocksDone += 1
    guard block == snapshot.directories[space.id]?.count ?? 0 else { return }
    var keysCounted = 0
    snapshot.sets[Int(space.id)].forEachSetInUse { set, _, keys in
      if !datasets(of: set, in: space).isEmpty { keysCounted += keys }
    }
    // What is missing is damage, and never the end of a walk.
    guard keysMet == keysCounted else {
      throw .corrupt("of \(keysCounted) keys of namespace \(space.name), \(keysMet) were found")
    }
    keysMet = 0
    hasCheckedParts = false
    block = 0
    spaces = spaces.dropFirst()
    datasetsOfSets.removeAll()
  }

  private mutating func walk(
    _ number: Int, of space: KeySpace, _ visitor: inout some ListingVisitor & ~Copyable
  )
    throws(IndexError)
  {
    guard areEntriesShown(of: space), let read = try snapshot.listingPart(number, ofBlock: block, of: space)
    else {
      try leave(upTo: entries.count, in: space, &visitor)
      try showYoung(before: nil, in: space, &visitor)
      try endBlock(of: space)
      return
    }
    bytesRead += read.bytes.count
    try read.unpack(with: compression) { (ordinal, group) throws(IndexError) in
      guard ordinal < entries.count, ordinal >= leftCount else {
        throw .corrupt("listings do not fit their block of keys")
      }
      try leave(upTo: ordinal, in: space, &visitor)
      try showYoung(before: entries[ordinal].key, in: space, &visitor)
      try show(group, of: entries[ordinal], in: space, &visitor)
    }
    part = number + 1
  }

  private func areEntriesShown(of space: KeySpace) -> Bool { filter == nil || !space.isInteger }

  /// Shows the entries of a key that are wanted.
  private mutating func show(
    _ group: ArraySlice<UInt8>, of entry: BlockEntry, in space: KeySpace,
    _ visitor: inout some ListingVisitor & ~Copyable
  ) throws(IndexError) {
    let datasets = datasets(of: entry.set, in: space)
    guard !datasets.isEmpty else { return }
    var offset = group.startIndex
    while let listing = try ListingGroups.nextEntry(of: group, at: &offset) {
      guard datasets.contains(where: { $0.dataset == listing.dataset }) else { continue }
      try visitor.visit(listing.payload, of: listing.dataset, key: entry.key, in: space)
    }
  }

  /// Shows and leaves the young level's keys before `key`, or the rest of those that belong to the block.
  private mutating func showYoung(
    before key: StoredKey?, in space: KeySpace, _ visitor: inout some ListingVisitor & ~Copyable
  ) throws(IndexError) {
    while youngShown < youngEntries.count, key.map({ youngEntries[youngShown].key < $0 }) ?? true {
      let entry = youngEntries[youngShown]
      if areEntriesShown(of: space) { try show(youngGroups[youngShown], of: entry, in: space, &visitor) }
      try leave(entry, in: space, &visitor)
      youngShown += 1
    }
  }

  /// Leaves the keys before `ordinal` that were not left yet.
  private mutating func leave(
    upTo ordinal: Int, in space: KeySpace, _ visitor: inout some ListingVisitor & ~Copyable
  )
    throws(IndexError)
  {
    while leftCount < ordinal {
      let entry = entries[leftCount]
      leftCount += 1
      try showYoung(before: entry.key, in: space, &visitor)
      try leave(entry, in: space, &visitor)
    }
  }

  private mutating func leave(
    _ entry: BlockEntry, in space: KeySpace, _ visitor: inout some ListingVisitor & ~Copyable
  ) throws(IndexError) {
    let datasets = datasets(of: entry.set, in: space)
    if !datasets.isEmpty { try visitor.leave(entry.key, in: space, datasets: datasets) }
  }

  /// The wanted datasets of a set. A dataset that was removed is in no set, so the entries that it left behind are
  /// shown to nobody.
  private mutating func datasets(of set: UInt32, in space: KeySpace) -> [DatasetToken] {
    if let known = datasetsOfSets[set] { return known }
    var tokens = snapshot.sets[Int(space.id)].tokens(of: set)
    if let wanted { tokens = tokens.filter { $0.dataset == wanted } }
    if let filter, !filter.isMatch(tokens) { tokens = [] }
    datasetsOfSets[set] = tokens
    return tokens
  }
}
