// A snapshot: one committed state of the index, immutable, shared by all readers. It owns the LMDB read
// transaction that keeps its pages in place, and the fence directories that point into them. Readers take it once
// a batch; when the last one lets go of it, LMDB may reuse the pages that only it needed.

internal import LMDB
internal import Platform
internal import Synchronization

/// One committed state of the index.
@safe package final class Snapshot: Sendable {
  /// The namespaces of the index.
  package let spaces: [UInt8: KeySpace]
  /// Exact counts.
  package let counts: IndexCounts
  /// Datasets by number.
  package let datasets: [Int: DatasetRecord]
  /// The secret under which texts are digested.
  package let secret: IndexSecret
  /// The keys that may not come back.
  package let suppressions: Suppressions
  package let keyrings: Keyrings
  /// What is sealed for the index is opened with it.
  package let exchangeKey: ExchangeKey?
  /// What the data folder may hold of what was erased, removed or replaced; nil where it has nothing of it.
  package let remains: Remains?
  /// How many datasets there have been and are no more, those that were replaced included.
  package let removedDatasets: Int
  /// Grows by one with every committed change.
  package let version: Int

  let sets: [DatasetSets]
  let generations: [UInt8: Int]
  /// Of each namespace, how many keys of its young level its blocks have too.
  private let shadowed: [UInt8: Int]
  let directories: [UInt8: FenceDirectory]
  /// The young levels that have keys.
  let young: [UInt8: YoungLevel]
  private let listings: [UInt8: Database]
  private let youngListings: [UInt8: Database]
  private let names: DatasetNames
  private let hitTexts: [HitTexts?]
  private let unsearchable: [Bool]
  /// The lowest number of an unsearchable namespace; most misses need no look at the table.
  private let firstUnsearchable: Int
  private let transaction: ReadTransaction
  // One reader of listings at a time: LMDB allows one thread in a transaction. Lookups make no LMDB call.
  private let reading = Mutex<Void>(())
  private let views: ViewTable
  /// Nil where no namespace has a young level.
  private let youngViews: YoungViews?
  private let census: SnapshotCensus

  /// The hot path's table: a view for every namespace number.
  ///
  /// Unchecked: written in `init` only. What the views point to are directories, which are shared safely themselves.
  @safe private final class ViewTable: @unchecked Sendable {
    let views: UnsafeMutablePointer<FenceDirectory.View>
    private let empty = FenceDirectory([], hasSecondHalf: false)

    init(_ directories: [UInt8: FenceDirectory]) {
      // Safe: all 256 elements are initialised, so any byte is a valid index.
      unsafe views = .allocate(capacity: 256)
      unsafe views.initialize(repeating: empty.view, count: 256)
      for (space, directory) in directories { unsafe views[Int(space)] = directory.view }
    }

    deinit { unsafe views.deallocate() }  // safe: of trivial type, and owned by this object alone
  }

  init(
    transaction: consuming ReadTransaction, state: IndexState, directories: [UInt8: FenceDirectory],
    young: [UInt8: YoungLevel], census: SnapshotCensus
  ) throws(IndexError) {
    version = state.version
    spaces = state.spaces
    counts = state.counts
    datasets = state.datasets
    secret = state.secret
    suppressions = state.suppressions
    keyrings = state.keyrings
    exchangeKey = state.exchangeKey
    remains = state.remains
    removedDatasets = state.removedDatasets
    sets = state.sets
    generations = state.generations
    self.directories = directories
    self.young = young
    shadowed = state.young
    var listings: [UInt8: Database] = [:]
    var youngListings: [UInt8: Database] = [:]
    for space in state.spaces.values {
      guard let generation = state.generations[space.id] else { continue }
      do throws(LMDBError) {
        listings[space.id] = try transaction.open(IndexFormat.listings(space, generation))
        if young[space.id] != nil {
          youngListings[space.id] = try transaction.open(IndexFormat.youngListings(space))
        }
      } catch { throw .lmdb(error) }
    }
    self.listings = listings
    self.youngListings = youngListings
    self.transaction = transaction
    let names = DatasetNames(state.datasets)
    self.names = names
    var hitTexts = [HitTexts?](repeating: nil, count: 256)
    for space in state.spaces.keys where state.sets[Int(space)].count > 1 {
      let sets = state.sets[Int(space)]
      hitTexts[Int(space)] = HitTexts(count: sets.count) { set, text in
        guard (1...HitTexts.datasetsMax).contains(sets.size(of: set)) else { return }
        names.appendHit(of: set, in: sets, to: &text)
      }
    }
    self.hitTexts = hitTexts
    var unsearchable = [Bool](repeating: false, count: 256)
    for space in state.spaces.values where space.isOptional {
      unsearchable[Int(space.id)] = state.counts.spaces[space.id]?.keys ?? 0 == 0
    }
    self.unsearchable = unsearchable
    firstUnsearchable = unsearchable.firstIndex(of: true) ?? unsearchable.count
    views = ViewTable(directories)
    youngViews = young.isEmpty ? nil : YoungViews(young)
    self.census = census
    census.enter(version)
  }

  deinit { census.leave(version) }

  /// The number of LMDB's transaction that the snapshot shows.
  var transactionID: Int { transaction.id }

  /// Looks up all keys of a batch: afterwards `batch.set(at:)` tells each key's dataset set. No lock, no call into
  /// LMDB, no allocation.
  package func look(up batch: inout LookupBatch) {
    let start = MonotonicClock.nanoseconds
    // Safe: the table has an entry for every byte, and the views are good while the snapshot is.
    unsafe BlockSearch.run(&batch, views: UnsafePointer(views.views))
    youngViews?.look(up: &batch)
    batch.coldPages.note(nanoseconds: MonotonicClock.nanoseconds - start)
  }

  /// One key's set in the blocks of the generation alone, for a key that its young level does not have.
  func setInBlocks(of key: StoredKey, space: UInt8) throws(IndexError) -> UInt32 {
    var batch = LookupBatch()
    batch.append(key, space: space)
    // Safe: as in `look(up:)`.
    unsafe BlockSearch.run(&batch, views: UnsafePointer(views.views))
    try check(batch.set(at: 0), space: space)
    return batch.set(at: 0)
  }

  /// Throws `corrupt` where the blocks of a namespace have more or fewer keys than its sets count. O(blocks + sets).
  func checkKeyCounts() throws(IndexError) {
    for space in spaces.values {
      let blocks = (directories[space.id]?.keyCount ?? 0, young[space.id]?.directory.keyCount ?? 0)
      let stored = blocks.0 + blocks.1 - (shadowed[space.id] ?? 0)
      let counted = sets[Int(space.id)].keyCount
      guard stored == counted else {
        throw .corrupt(
          "the blocks of namespace \(space.name) have \(stored) keys, of which \(counted) are counted")
      }
    }
  }

  /// Throws `corrupt` where no listing of some text keys gives its key, as all of them do under the right secret and the
  /// rules that they were loaded by.
  func checkSomeTexts(_ texts: any TextKeyCheck) throws(IndexError) {
    var (sound, unsound) = (0, 0)
    let recomputed = datasets.filter { $0.value.lists.allSatisfy { $0.ruleVersion == texts.ruleVersion } }
    for (id, directory) in directories where directory.count > 0 {
      guard let space = spaces[id], !space.isInteger else { continue }
      let block = directory.count / 2
      var entries: [BlockEntry] = []
      try unpackBlock(block, of: space, into: &entries)
      for part in try listingParts(ofBlock: block, of: space) {
        try part.unpack(with: Compression()) { (ordinal, group) throws(IndexError) in
          for entry in try ListingGroups.entries(of: group)
          where ordinal < entries.count && recomputed[entry.dataset] != nil {
            switch texts.isListing(entry.payload, of: entries[ordinal].key, in: space) {
            case true?: sound += 1
            case false?: unsound += 1
            case nil: break
            }
          }
        }
      }
    }
    guard unsound == 0 || sound > 0 else {
      throw .corrupt("no listing of a text gives its key, so the index's secret is damaged")
    }
  }

  /// Whether a set that a lookup found has a dataset: a set that lost its last one has none, nor has one that there is
  /// not (`isDamaged`).
  @inline(__always)
  package func isHit(_ set: UInt32, space: UInt8) -> Bool {
    set != 0 && Int(set) < sets[Int(space)].count && sets[Int(space)].size(of: set) > 0
  }

  /// Whether a lookup found an unknown set, or could not trust the key's block.
  @inline(__always)
  package func isDamaged(_ set: UInt32, space: UInt8) -> Bool { Int(set) >= sets[Int(space)].count }

  /// Whether that a key of a namespace is not found says nothing, since no list has keys of that kind.
  @inline(__always)
  package func isUnsearchable(_ space: UInt8) -> Bool {
    Int(space) >= firstUnsearchable && unsearchable[Int(space)]
  }

  /// Throws `corrupt` if a lookup found an unknown set.
  package func check(_ set: UInt32, space: UInt8) throws(IndexError) {
    guard isDamaged(set, space: space) else { return }
    let name = spaces[space]?.name ?? "\(space)"
    throw unsafe .corrupt(
      set == BlockSearch.damaged
        ? "a block of keys of namespace \(name) fails its checksum"
        : "a key of namespace \(name) has dataset set \(set), which is unknown")
  }

  /// Appends `HIT`, the slugs of a set, ordered by name and separated by commas, and an LF; false, and nothing, if the
  /// set has no dataset. O(text); for large sets O(datasets, squared).
  @inline(__always)
  package func appendHit(of set: UInt32, space: UInt8, to output: inout [UInt8]) -> Bool {
    if let texts = hitTexts[Int(space)], texts.append(set, to: &output) { return true }
    guard isHit(set, space: space) else { return false }
    names.appendHit(of: set, in: sets[Int(space)], to: &output)
    return true
  }

  /// Appends the slugs of a set, as `appendHit` does, and before them what `header` appends for their number of bytes;
  /// false, and nothing, if the set has no dataset.
  package func appendSlugs(
    of set: UInt32, space: UInt8, to output: inout [UInt8], after header: (Int, inout [UInt8]) -> Void
  ) -> Bool {
    if let texts = hitTexts[Int(space)], texts.appendSlugs(set, to: &output, after: header) { return true }
    var line: [UInt8] = []
    guard appendHit(of: set, space: space, to: &line) else { return false }
    let slugs = line.dropFirst("HIT ".utf8.count).dropLast()
    header(slugs.count, &output)
    output += slugs
    return true
  }

  /// Whether a set that a lookup found has a dataset. O(datasets of the set), no allocation.
  package func isHit(_ set: UInt32, space: UInt8, in dataset: Int) -> Bool {
    var found = false
    if isHit(set, space: space) {
      sets[Int(space)].forEachDataset(of: set) { found = found || $0 == dataset }
    }
    return found
  }

  /// The number of the dataset of that name. O(log datasets), no allocation.
  package func datasetNumber(of slug: Span<UInt8>) -> Int? { names.number(of: slug) }

  /// How many sets of datasets some key has.
  package var datasetSetCount: Int {
    spaces.keys.reduce(0) { sum, space in
      var count = 0
      sets[Int(space)].forEachSetInUse { _, _, _ in count += 1 }
      return sum + count
    }
  }

  /// Calls `body` with each set of datasets that some key of a namespace has, and how many keys have it.
  package func forEachDatasetSet(_ body: (_ space: KeySpace, _ tokens: [DatasetToken], _ keys: Int) -> Void) {
    for space in spaces.values {
      sets[Int(space.id)].forEachSetInUse { _, tokens, keys in
        body(space, tokens.map(DatasetToken.init(rawValue:)), keys)
      }
    }
  }

  /// The dataset of that name. O(log n).
  package func dataset(_ slug: String) -> DatasetRecord? {
    datasetNumber(of: Array(slug.utf8).span).flatMap { datasets[$0] }
  }

  /// The names of the datasets that have keys by older rules than those of `version`, in order.
  package func datasets(before version: Int) -> [String] {
    datasets.values.filter { $0.ruleVersion ?? version < version }.map(\.slug).sorted()
  }

  /// One key's dataset set, for cold paths.
  package func set(of key: StoredKey, space: UInt8) throws(IndexError) -> UInt32 {
    var batch = LookupBatch()
    batch.append(key, space: space)
    look(up: &batch)
    try check(batch.set(at: 0), space: space)
    return batch.set(at: 0)
  }

  /// The datasets that have a key, by number.
  package func datasets(of key: StoredKey, space: UInt8) throws(IndexError) -> [Int] {
    try tokens(of: key, space: space).map(\.dataset)
  }

  /// The datasets that have a key, by number, and whether it is primary in them.
  package func tokens(of key: StoredKey, space: UInt8) throws(IndexError) -> [DatasetToken] {
    let set = try set(of: key, space: space)
    return set == 0 ? [] : sets[Int(space)].tokens(of: set)
  }

  /// What was listed for a key: dataset number and payload, by dataset, then by payload. A row that says no more than
  /// the key has an empty payload beside others of its dataset, and none where it is alone (`KeyRows`). At most `limit`
  /// entries. O(log n) and the size of the key's block of listings.
  package func listings(of key: StoredKey, space: UInt8, limit: Int) throws(IndexError) -> [(
    dataset: Int, payload: [UInt8]
  )] {
    guard let keySpace = spaces[space], let place = try place(of: key, in: keySpace) else { return [] }
    let parts = try listingParts(
      ofBlock: place.block, of: keySpace, place.level, covering: place.ordinal)
    let compression = Compression()
    var found: [(dataset: Int, payload: [UInt8])] = []
    for part in parts {
      try part.unpack(with: compression) { (index, group) throws(IndexError) in
        guard index == place.ordinal, found.count < limit else { return }
        for entry in try ListingGroups.entries(of: group)
        where found.count < limit && datasets[entry.dataset] != nil {
          found.append((entry.dataset, Array(entry.payload)))
        }
      }
    }
    return found
  }

  private func listings(of space: KeySpace, _ level: KeyLevel) -> Database? {
    switch level {
    case .blocks: listings[space.id]
    case .young: youngListings[space.id]
    }
  }

  /// What a block's header tells of its listings.
  private func listingsSeal(of place: FenceDirectory.Place) -> ListingsSeal {
    // Safe: the page is good while the snapshot is, and `self` is alive through this call.
    BlockHeader(unsafe RawSpan(_unsafeBytes: place.page).extracting(KeyBlock.repeatedHeader)).listings
  }

  /// One stored part of the listings of the block at `index`, copied; nil where the block has no such part. Throws
  /// `corrupt` where it should have.
  func listingPart(
    _ part: Int, ofBlock index: Int, of space: KeySpace, _ level: KeyLevel = .blocks
  ) throws(IndexError) -> ListingPart? {
    guard let place = directory(of: space, level)?.place(index), let database = listings(of: space, level)
    else { return nil }
    let key = ListingPart.key(BigEndian.key(place.fence, hasSecondHalf: !space.isInteger), part)
    let found = try reading.withLock { (_: inout Void) throws(IndexError) -> [UInt8]? in
      do throws(LMDBError) {
        // Safe: copied while the transaction, which `self` owns, is alive.
        return unsafe try transaction.address(of: key.rawSpan, in: database).map { unsafe Array($0) }
      } catch { throw .lmdb(error) }
    }
    let seal = listingsSeal(of: place)
    guard let found else {
      guard seal.parts.allows(part) else { throw ListingReader.lostParts(met: part) }
      return nil
    }
    return try ListingPart(found, number: part, mark: seal.mark)
  }

  /// Throws `corrupt` where some part of a namespace's listings cannot be found by its block: what a walk would show
  /// without it would be wrong. O(parts): their keys are read, not they.
  ///
  /// - Returns: about how many bytes were read.
  func checkParts(of space: KeySpace) throws(IndexError) -> Int {
    var bytes = 0
    for level in [KeyLevel.blocks, .young] {
      guard let database = listings(of: space, level), let directory = directory(of: space, level) else {
        continue
      }
      bytes += try reading.withLock { (_: inout Void) throws(IndexError) -> Int in
        try ListingReader.checkParts(of: space, in: database, transaction, directory)
      }
    }
    return bytes
  }

  /// The stored parts of the listings of the block at `index`; only those that cover the key at `ordinal`, where
  /// one is given.
  func listingParts(
    ofBlock index: Int, of space: KeySpace, _ level: KeyLevel = .blocks, covering ordinal: Int? = nil
  ) throws(IndexError) -> [ListingPart] {
    guard let place = directory(of: space, level)?.place(index), let database = listings(of: space, level)
    else { return [] }
    let prefix = BigEndian.key(place.fence, hasSecondHalf: !space.isInteger)
    return try reading.withLock { (_: inout Void) throws(IndexError) -> [ListingPart] in
      try ListingReader.parts(
        prefix, in: database, transaction, seal: listingsSeal(of: place), covering: ordinal)
    }
  }
}
