// Checks of the blocks of a namespace and of what is listed for their keys.

internal import LMDB

/// Where the check of a namespace's blocks is.
struct BlockProgress {
  /// The last block's fence.
  var fence: StoredKey?
  /// Parts of listings that belong to a block.
  var parts = 0
  /// Keys that the young level has too.
  var shadowed = 0
}

extension Verification {
  /// Stored bytes after which a step ends.
  private static let stepBytes = 256 << 10
  /// A stored part is no longer, since compression makes nothing twice as long: more is damage, which is not read.
  private static let partBytesMax = 2 * IndexLimits.listingPartBytesMax

  mutating func checkBlocks(
    of space: KeySpace, _ level: KeyLevel, _ transaction: borrowing ReadTransaction
  ) throws(LMDBError) -> Bool {
    guard let database = view.blocks(of: space, level) else { return false }
    var cursor = try transaction.cursor(database)
    var more: Bool
    if let resume {
      more = try cursor.seek(atOrAfter: resume.rawSpan)
      if more, cursor.key.copied == resume { more = try cursor.next() }
    } else {
      more = try cursor.first()
    }
    var bytes = 0
    while more, bytes < Self.stepBytes {
      resume = cursor.key.copied
      counts.blocks += 1
      bytes += IndexLimits.blockBytes
      var block = checkBlock(cursor.key, cursor.value, of: space, level)
      if level == .blocks { try markShadowed(&block.entries, of: space, transaction) }
      count(block.entries, of: space, level, Damage.place(cursor.key))
      if let fence = block.fence {
        bytes += try checkListings(fence, block.mark, block.entries, of: space, level, transaction)
      }
      more = try cursor.next()
    }
    if !more {
      try checkStrayParts(of: space, level)
      checkShadowed(of: space, level)
    }
    return more
  }

  /// The set of an entry that the young level shadows, whose own means nothing.
  private static let shadowed = UInt32.max

  /// Gives the keys of a block that the young level has too the set `shadowed`.
  private mutating func markShadowed(
    _ entries: inout [BlockEntry], of space: KeySpace, _ transaction: borrowing ReadTransaction
  ) throws(LMDBError) {
    guard let first = entries.first?.key, let last = entries.last?.key,
      let database = view.blocks(of: space, .young)
    else { return }
    var young: [BlockEntry] = []
    var cursor = try transaction.cursor(database)
    var more = try cursor.seek(atOrAfter: BigEndian.key(first, hasSecondHalf: !space.isInteger).rawSpan)
    while more, young.last.map({ $0.key < last }) ?? true {
      // A damaged block is reported when the young level is checked.
      guard (try? KeyBlock.unpack(cursor.value, into: &young)) != nil else { break }
      more = try cursor.next()
    }
    let shadowed = entries.shadowed(by: young)
    for place in shadowed { entries[place].set = Self.shadowed }
    progress.shadowed += shadowed.count
  }

  private mutating func checkShadowed(of space: KeySpace, _ level: KeyLevel) {
    let stored = view.shadowed[space.id] ?? 0
    guard level == .blocks, stored != progress.shadowed else { return }
    report(
      IndexFormat.meta, String(decoding: IndexFormat.youngKey(space), as: UTF8.self),
      "says that \(stored) keys of the young level are in the blocks too, which have \(progress.shadowed)",
      effect: "the index cannot be opened")
  }

  /// Checks a block.
  ///
  /// - Returns: its fence, where it can be told, the mark of its listings, and its keys; none where they cannot be read.
  private mutating func checkBlock(
    _ key: RawSpan, _ value: RawSpan, of space: KeySpace, _ level: KeyLevel
  ) -> (fence: StoredKey?, mark: ListingsMark, entries: [BlockEntry]) {
    let name = keysName(of: space, level)
    let effect = Self.effect
    guard key.byteCount == space.keyBytes + KeyBlock.repeatedHeader.count,
      let fence = try? BigEndian.storedKey(key, hasSecondHalf: !space.isInteger)
    else {
      report(name, Damage.place(key), "the key of a block has an impossible size", effect: effect)
      return (nil, .unknown, [])
    }
    let before = progress.fence
    progress.fence = fence
    var entries: [BlockEntry] = []
    do throws(IndexError) {
      try Self.check(key, value, of: space, fence: fence, behind: before, into: &entries)
      // A key that has left the index, and is still a fence.
      if entries.last?.key != fence { counts.remains += 1 }
    } catch {
      report(name, Damage.place(key), error.damage, effect: effect)
    }
    // Beside the fence, so that a block that cannot be read is not taken for damage of its listings too.
    let header = BlockHeader(key.extracting(droppingFirst: space.keyBytes))
    return (fence, header.listings.mark, entries)
  }

  private static let damagedPage = "LMDB's own page of a value is damaged: it cannot be copied or replaced"

  private static func check(
    _ key: RawSpan, _ value: RawSpan, of space: KeySpace, fence: StoredKey, behind before: StoredKey?,
    into entries: inout [BlockEntry]
  ) throws(IndexError) {
    guard !OverflowPage.isDamaged(value) else { throw .corrupt(damagedPage) }
    guard (IndexLimits.blockBytesMin...IndexLimits.blockBytes).contains(value.byteCount) else {
      throw .corrupt("a block of keys has an impossible size, \(value.byteCount) bytes")
    }
    do throws(IndexError) {
      try KeyBlock.unpack(value, into: &entries)
    } catch {
      entries.removeAll()
      throw error
    }
    guard let first = entries.first, let last = entries.last else {
      throw .corrupt("a block of keys is empty")
    }
    guard
      key.extracting(droppingFirst: space.keyBytes).copied == value.extracting(KeyBlock.repeatedHeader).copied
    else { throw .corrupt("the header beside a fence is not that of its block") }
    guard BlockHeader(value.extracting(KeyBlock.repeatedHeader)).hasSecondHalf != space.isInteger else {
      throw .corrupt("the keys of a block are not as wide as those of their namespace")
    }
    guard last.key <= fence else { throw .corrupt("a block has keys behind its fence") }
    if let before, first.key <= before { throw .corrupt("a block has keys of the block before it") }
  }

  /// Counts the keys of a block by their sets.
  private mutating func count(
    _ entries: [BlockEntry], of space: KeySpace, _ level: KeyLevel, _ blockPlace: String
  ) {
    let place = Int(space.id)
    var strange: UInt32?
    for entry in entries where entry.set != Self.shadowed {
      counts.keys += 1
      guard entry.set > 0, Int(entry.set) < walked[place].count else {
        strange = entry.set
        continue
      }
      walked[place][Int(entry.set)] += 1
      if sets[place].size(of: entry.set) == 0 { counts.remains += 1 }
    }
    if let strange {
      report(
        keysName(of: space, level), blockPlace, "a block has keys of set \(strange), which is unknown",
        effect: Self.effect)
    }
    reportSuppressed(entries, of: space, level)
  }

  private static let effect = "lookups of its keys may be answered wrongly, and loads that touch it fail"

  /// Reports keys that should have left the index.
  private mutating func reportSuppressed(_ entries: [BlockEntry], of space: KeySpace, _ level: KeyLevel) {
    guard !suppressed.isEmpty else { return }
    let count = entries.count { suppressed.contains(IndexKey(space.id, $0.key)) }
    guard count > 0, let fence = progress.fence else { return }
    report(
      keysName(of: space, level),
      Damage.place(BigEndian.key(fence, hasSecondHalf: !space.isInteger).rawSpan),
      "\(count) keys of the block are suppressed",
      effect: "erased images are in answers; erase them again")
  }

  /// Checks what is listed for the keys of a block; returns the bytes that were read.
  private mutating func checkListings(
    _ fence: StoredKey, _ mark: ListingsMark, _ entries: [BlockEntry], of space: KeySpace,
    _ level: KeyLevel, _ transaction: borrowing ReadTransaction
  ) throws(LMDBError) -> Int {
    guard let database = view.listings(of: space, level) else { return 0 }
    let prefix = BigEndian.key(fence, hasSecondHalf: !space.isInteger)
    var check = ListingCheck(
      entries, sets: sets[Int(space.id)], datasets: datasets, nextDataset: nextDataset,
      recomputed: recomputed, suppressed: suppressed, space: space, texts: texts, mark: mark)
    var bytes = 0
    var damage: String?
    var part = 0
    while let value = try transaction.get(ListingPart.key(prefix, part).rawSpan, in: database) {
      part += 1
      bytes += value.byteCount
      guard damage == nil else { continue }
      damage =
        OverflowPage.isDamaged(value)
        ? Self.damagedPage : check.take(value, bytesMax: Self.partBytesMax, with: compression)
    }
    progress.parts += part
    if damage == nil { damage = check.end(hasParts: part > 0) }
    counts.listings += check.listings
    counts.remains += check.remains
    if let damage {
      report(
        listingsName(of: space, level), Damage.place(prefix.rawSpan), damage,
        effect: "whichset get and export fail for \(entries.count) keys, and so do loads that touch them")
    }
    return bytes
  }

  private mutating func checkStrayParts(of space: KeySpace, _ level: KeyLevel) throws(LMDBError) {
    guard let database = view.listings(of: space, level) else { return }
    let stored = try view.transaction.stat(database).entries
    guard stored != progress.parts else { return }
    report(
      listingsName(of: space, level), "",
      "of \(stored) parts of listings, \(progress.parts) belong to a block",
      effect: "rows of some keys are not shown")
  }
}

/// What is listed for the keys of one block, against those keys.
private struct ListingCheck {
  /// Entries that were read.
  private(set) var listings = 0
  /// Those of datasets that there are not any more.
  private(set) var remains = 0
  private let entries: [BlockEntry]
  private let sets: DatasetSets
  private let datasets: Set<Int>
  private let nextDataset: Int
  private let recomputed: Set<Int>
  private var suppressed: SuppressedKeys
  private let space: KeySpace
  private let texts: (any TextKeyCheck)?
  private let mark: ListingsMark
  /// Parts that were taken.
  private var parts = 0
  /// Every dataset lists something for each of its text keys, since their text is nowhere else.
  private var areAllListed: Bool { !space.isInteger }
  /// Keys whose group was begun.
  private var begun = 0
  // Of the last of them.
  private var listed: [Int] = []
  private var last: (dataset: Int, payload: ArraySlice<UInt8>)?

  init(
    _ entries: [BlockEntry], sets: DatasetSets, datasets: Set<Int>, nextDataset: Int, recomputed: Set<Int>,
    suppressed: SuppressedKeys, space: KeySpace, texts: (any TextKeyCheck)?, mark: ListingsMark
  ) {
    self.suppressed = suppressed
    self.entries = entries
    self.sets = sets
    self.datasets = datasets
    self.nextDataset = nextDataset
    self.recomputed = recomputed
    self.space = space
    self.texts = texts
    self.mark = mark
  }

  /// Takes the next part; returns what is wrong with it.
  mutating func take(_ part: RawSpan, bytesMax: Int, with compression: Compression) -> String? {
    guard part.byteCount <= bytesMax else { return "a part of the listings has an impossible size" }
    defer { parts += 1 }
    do throws(IndexError) {
      try ListingPart(part.copied, number: parts, mark: mark).unpack(with: compression) {
        (ordinal, group) throws(IndexError) in
        // Where the keys cannot be read, that the part can is all there is to say.
        guard !entries.isEmpty else { return }
        guard ordinal < entries.count, ordinal == begun || ordinal == begun - 1 else {
          throw .corrupt("listings do not fit their block of keys")
        }
        if ordinal == begun { try begin() }
        var offset = group.startIndex
        while let entry = try ListingGroups.nextEntry(of: group, at: &offset) { try take(entry) }
      }
      return nil
    } catch { return error.damage }
  }

  /// All parts were taken; returns what is missing.
  mutating func end(hasParts: Bool) -> String? {
    guard !entries.isEmpty, hasParts || areAllListed else { return nil }
    if hasParts, begun < entries.count {
      return "listings of the last \(entries.count - begun) keys are missing"
    }
    do throws(IndexError) {
      while begun < entries.count { try begin() }
      try endKey()
      return nil
    } catch { return error.damage }
  }

  /// Goes to the next key.
  private mutating func begin() throws(IndexError) {
    try endKey()
    begun += 1
    listed.removeAll(keepingCapacity: true)
    last = nil
  }

  private mutating func endKey() throws(IndexError) {
    guard areAllListed, begun > 0, has(entries[begun - 1].set) else { return }
    var missing: Int?
    sets.forEachDataset(of: entries[begun - 1].set) { if !listed.contains($0) { missing = $0 } }
    if let missing { throw .corrupt("what dataset \(missing) lists for a key is missing") }
  }

  private mutating func take(_ entry: ListingEntry) throws(IndexError) {
    listings += 1
    guard (1..<nextDataset).contains(entry.dataset) else {
      throw .corrupt("a listing is of dataset \(entry.dataset), which there never was")
    }
    if let last,
      entry.dataset < last.dataset
        || entry.dataset == last.dataset && !last.payload.lexicographicallyPrecedes(entry.payload)
    {
      throw .corrupt("the listings of a key are out of order")
    }
    last = (entry.dataset, entry.payload)
    guard datasets.contains(entry.dataset) else {
      remains += 1
      return
    }
    if !space.isInteger, recomputed.contains(entry.dataset),
      texts?.isListing(entry.payload, of: entries[begun - 1].key, in: space) == false
    {
      throw .corrupt("what dataset \(entry.dataset) lists for a key gives another key")
    }
    if try namesSuppressed(entry.payload) {
      throw .corrupt("what dataset \(entry.dataset) lists for a key names a suppressed one")
    }
    if listed.last == entry.dataset { return }
    listed.append(entry.dataset)
    let set = entries[begun - 1].set
    guard has(set) else { return }
    var isThere = false
    sets.forEachDataset(of: set) { isThere = isThere || $0 == entry.dataset }
    guard isThere else {
      throw .corrupt("dataset \(entry.dataset) lists a key that is not in it")
    }
  }

  private mutating func namesSuppressed(_ payload: ArraySlice<UInt8>) throws(IndexError) -> Bool {
    guard !suppressed.isEmpty, let listedKeys = texts?.listedKeys else { return false }
    if let primary = try listedKeys.primary(of: payload) { return suppressed.contains(primary) }
    try suppressed.read(payload, under: IndexKey(space.id, entries[begun - 1].key), listed: listedKeys)
    let keys = try listedKeys.keys(of: payload)
    return !suppressed.found.isEmpty || keys.contains(where: suppressed.contains)
  }

  /// Whether there is a set of that number; where there is not, that is reported of the block.
  private func has(_ set: UInt32) -> Bool { Int(set) < sets.count }
}

extension IndexError {
  /// What is damaged, without what to do about it.
  var damage: String { if case .corrupt(let what) = self { what } else { description } }
}
