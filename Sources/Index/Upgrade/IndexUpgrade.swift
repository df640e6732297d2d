// Brings a data file that no daemon has open to this program's format. A new file is written beside it, read again from end
// to end and compared, and only then takes its name, in one step: whatever ends the upgrade before leaves the file as it
// was, and the next one begins from the start.

internal import LMDB
internal import Platform

/// What an upgrade did.
package struct IndexUpgrade: Sendable {
  /// The format of the index before.
  package let before: Int
  /// Its format now.
  package let after = IndexFormat.version
  /// Keys of all namespaces that were written again; 0 where there was nothing to do.
  package private(set) var keys = 0

  /// Upgrades a data file, or that of the folder `path`, which nobody else may have open. Needs one and a half times the
  /// file's size on the disk; O(keys), about ten seconds for ten million.
  ///
  /// Throws `newerFormat` where only a newer program can open it, `untrusted` where the folder is not this user's alone,
  /// `staged` where loads are, `inUse`, `notAnIndex`, `disk`, and what the system says.
  /// - Parameters:
  ///   - program: the program's version, recorded in the index.
  ///   - progress: called now and then with keys that were done, and how many there are in all.
  package init(
    path: String, spaces: [KeySpace], program: String, limits: IndexLimits = IndexLimits(),
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(IndexError) {
    let old = try IndexFile(path: path)
    before = old.format
    guard before < after else { return }
    // What another user wrote here, the daemon could not open.
    if old.path != path { try FolderTrust.check(path) }
    // A second upgrade would write to the same file.
    try old.lockAlone()
    let folder = Folder.parent(of: old.path)
    let staging = "\(folder)/staging"
    var staged: [String] = []
    for name in try Folder.names(in: staging) where try StagedLoad.isLoad("\(staging)/\(name)") {
      staged.append(name)
    }
    // Their rows are in the order of the old keys.
    guard staged.isEmpty else { throw .staged(staged) }
    let free = try Folder.freeBytes(folder)
    guard free >= old.byteCount + old.byteCount / 2 else {
      throw .disk(freeBytes: free, neededBytes: old.byteCount + old.byteCount / 2)
    }
    let spool =
      try Folder.exists(staging)
      ? "\(staging)/\(Index.spoolPrefix)upgrade" : "\(old.path).keys"
    try Folder.remove(spool)
    var part = try PartFile(old.path)
    var conversion = try Conversion(old, spaces, to: part.file.path, spool: spool, limits: limits)
    try conversion.run(program: program, progress: progress)
    keys = conversion.written.keys
    guard try conversion.readAgain() == conversion.written else {
      throw .corrupt("the upgraded index does not hold what the old one does; the old one is as it was")
    }
    try part.keep()
  }
}

/// All keys of an index with their sets and listings, whatever the format.
private struct UpgradeSum: Equatable {
  var keys = 0
  private var digest = ContentDigest()

  mutating func add(_ entry: BlockEntry, group: ArraySlice<UInt8>, of space: KeySpace) {
    keys += 1
    var record = [space.id]
    LittleEndian.append(entry.key.high, bytes: 8, to: &record)
    LittleEndian.append(entry.key.low, bytes: 4, to: &record)
    LittleEndian.append(UInt64(entry.set), bytes: 4, to: &record)
    record += group
    digest.add(ContentDigest(of: record.span))
  }
}

/// A new generation that is written entry by entry.
private struct EntryStream: ~Copyable {
  private(set) var generation: GenerationWriter
  private var assembler: BlockAssembler
  private let compression = Compression()

  init(_ environment: Environment, _ space: KeySpace, limits: IndexLimits) throws(IndexError) {
    generation = try GenerationWriter(environment, space, after: 0, limits: limits)
    assembler = BlockAssembler(hasSecondHalf: !space.isInteger, limits: limits)
  }

  /// Adds an entry; its key is greater than all before it.
  mutating func append(_ entry: BlockEntry, group: Span<UInt8>) throws(IndexError) {
    guard let block = try assembler.add(entry, group: group, with: compression) else { return }
    try generation.store([block], between: {})
  }

  /// Stores what is left.
  mutating func finish() throws(IndexError) {
    if let block = try assembler.end(with: compression) { try generation.store([block], between: {}) }
    try generation.finish()
  }
}

/// One file written from another.
private struct Conversion {
  private(set) var written = UpgradeSum()
  private let view: StoredView
  private let old: IndexFile
  private let spaces: [KeySpace]
  private let isText: [Bool]
  private let new: Environment
  private let spool: String
  private let limits: IndexLimits
  private let compression = Compression()

  init(
    _ old: IndexFile, _ spaces: [KeySpace], to path: String, spool: String, limits: IndexLimits
  ) throws(IndexError) {
    self.old = old
    self.spaces = spaces
    self.spool = spool
    self.limits = limits
    view = try StoredView(old.environment, spaces: spaces, holding: old)
    isText = (0...UInt8.max).map { id in spaces.contains { $0.id == id && !$0.isInteger } }
    do throws(LMDBError) {
      new = try Environment(
        path: path,
        options: .privateFile(mapSizeBytes: limits.mapBytes, databasesMax: IndexFormat.databasesMax))
    } catch { throw IndexError(opening: path, error) }
  }

  mutating func run(program: String, progress: (Int, Int) -> Void) throws(IndexError) {
    var generations: [UInt8: Int] = [:]
    var total = 0
    for space in spaces { total += try keyCount(of: space) }
    for space in spaces where view.blocks(of: space, .blocks) != nil {
      var stream = try EntryStream(new, space, limits: limits)
      generations[space.id] = stream.generation.number
      if space.isInteger {
        try writeSorted(space, to: &stream) { progress($0, total) }
      } else {
        try readOld(space) { (entry, group) throws(IndexError) in
          try stream.append(entry, group: group.span)
          written.add(entry, group: group, of: space)
          if written.keys.isMultiple(of: 1 << 16) { progress(written.keys, total) }
        }
      }
      try stream.finish()
    }
    try writeRecords(generations, program: program)
  }

  private func keyCount(of space: KeySpace) throws(IndexError) -> Int {
    var count = 0
    try Self.read(view.sets, view.transaction) { (key, value) throws(IndexError) in
      guard key.count == 5, value.count >= 8 else {
        throw .corrupt("the record of a dataset set has an impossible size")
      }
      guard key[0] == space.id else { return }
      count += Int(truncatingIfNeeded: LittleEndian.load(8, from: value.rawSpan, at: 0))
    }
    return count
  }

  /// Calls `body` with copies of all records of a sub-database, in order.
  private static func read(
    _ database: Database?, _ transaction: borrowing ReadTransaction,
    _ body: ([UInt8], [UInt8]) throws(IndexError) -> Void
  ) throws(IndexError) {
    guard let database else { throw .corrupt("a sub-database is missing") }
    do {
      var cursor = try transaction.cursor(database)
      var more = try cursor.first()
      while more {
        let key = cursor.key.copied
        let value = cursor.value.copied
        try body(key, value)
        more = try cursor.next()
      }
    } catch { throw .of(error, IndexError.init(reading:)) }
  }

  /// Calls `body` with all keys of a namespace, in the old order, as they are stored now.
  private func readOld(
    _ space: KeySpace, _ body: (BlockEntry, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    guard let listings = view.listings(of: space, .blocks) else {
      throw .corrupt("a sub-database is missing")
    }
    var met = 0
    try Self.read(view.blocks(of: space, .blocks), view.transaction) { (key, block) throws(IndexError) in
      let entries = try FormatOne.unpack(block.rawSpan)
      var groups = [[UInt8]](repeating: [], count: entries.count)
      for part in try ListingReader.parts(
        Array(key.prefix(FormatOne.fenceBytes(space))), in: listings, view.transaction, seal: .unknown)
      {
        met += 1
        try part.unpack(with: compression) { (ordinal, group) throws(IndexError) in
          guard ordinal < groups.count else { throw .corrupt("listings do not fit their block of keys") }
          groups[ordinal] += try FormatOne.group(group) { isText[Int($0)] }
        }
      }
      for (entry, group) in zip(entries, groups) { try body(entry, group[...]) }
    }
    let stored = try IndexError.wrapping { () throws(LMDBError) in
      try view.transaction.stat(listings).entries
    }
    guard met == stored else {
      throw .corrupt("of \(stored) parts of the listings of namespace \(space.name), \(met) were found")
    }
  }

  /// Writes the keys of a namespace whose order is another one now.
  private mutating func writeSorted(
    _ space: KeySpace, to stream: inout EntryStream, progress: (Int) -> Void
  ) throws(IndexError) {
    var keys = KeySpool(folder: spool, spaces: [space.id: space], lanes: 1, limits: limits)
    var payload: [UInt8] = []
    try readOld(space) { (entry, group) throws(IndexError) in
      payload.removeAll(keepingCapacity: true)
      LittleEndian.append(UInt64(entry.set), bytes: 4, to: &payload)
      payload += group
      keys.lanes[0].append(entry.key, space: space.id, isPrimary: false, payload: payload.span)
      written.add(entry, group: group, of: space)
      guard written.keys.isMultiple(of: 1 << 12) else { return }
      progress(written.keys)
      try keys.spillIfFull()
    }
    var merge = try keys.merge(space)
    while try merge.advance() {
      // Each key was in one block only.
      guard merge.group.payloadCount == 1 else { throw .corrupt("a key is in two blocks") }
      let payload = merge.group.payload(0)
      let set = payload.prefix(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
      let group = payload.dropFirst(4)
      try stream.append(BlockEntry(key: merge.group.key, set: set), group: group.span)
    }
  }

  /// Copies the records of datasets and sets, and names the generations.
  private func writeRecords(_ generations: [UInt8: Int], program: String) throws(IndexError) {
    let meta = try oldMeta()
    do {
      var transaction = try new.write()
      try IndexStore.initialise(&transaction, program: program, secret: old.secret)
      let newMeta = try transaction.create(IndexFormat.meta)
      if let next = meta.nextDataset { try transaction.put(IndexFormat.nextDatasetKey, next, in: newMeta) }
      if !meta.hasSecretCheck {
        // What is checked when the index is opened.
        let key = IndexFormat.secretCheckKey
        try transaction.delete(key.rawSpan, in: newMeta)
      }
      for (name, records) in [(IndexFormat.datasets, view.datasets), (IndexFormat.sets, view.sets)] {
        var summed = try SummedRecords(name, &transaction)
        var copies: [(key: [UInt8], value: [UInt8])] = []
        try Self.read(records, view.transaction) { copies.append(($0, $1)) }
        for (key, value) in copies { try summed.put(key, value, &transaction) }
        try summed.finish(&transaction)
      }
      for space in spaces {
        guard let number = generations[space.id] else { continue }
        var word: [UInt8] = []
        LittleEndian.append(UInt64(number), bytes: 8, to: &word)
        try transaction.put(IndexFormat.generationKey(space), word, in: newMeta)
        for name in IndexFormat.databases(space, number) {
          try transaction.delete(IndexFormat.unfinishedKey(name).rawSpan, in: newMeta)
        }
      }
      try transaction.commit()
    } catch { throw .of(error) }
  }

  private func oldMeta() throws(IndexError) -> (nextDataset: [UInt8]?, hasSecretCheck: Bool) {
    guard let meta = view.meta else { throw .corrupt("the sub-database meta is missing") }
    let check = try oldRecord(IndexFormat.secretCheckKey, meta)
    guard check == nil || check == FormatOne.check(of: old.secret) else {
      throw .corrupt("the index's secret does not fit its check value")
    }
    return (try oldRecord(IndexFormat.nextDatasetKey, meta), check != nil)
  }

  private func oldRecord(_ key: [UInt8], _ database: Database) throws(IndexError) -> [UInt8]? {
    do throws(LMDBError) { return try view.transaction.record(key, in: database) } catch {
      throw IndexError(reading: error)
    }
  }

  /// What the new file holds.
  func readAgain() throws(IndexError) -> UpgradeSum {
    var sum = UpgradeSum()
    let view = try StoredView(new, spaces: spaces, holding: old)
    for space in spaces {
      guard let blocks = view.blocks(of: space, .blocks), let listings = view.listings(of: space, .blocks)
      else { continue }
      try Self.read(blocks, view.transaction) { (key, block) throws(IndexError) in
        var entries: [BlockEntry] = []
        try KeyBlock.unpack(block.rawSpan, into: &entries)
        var groups = [[UInt8]](repeating: [], count: entries.count)
        for part in try ListingReader.parts(
          Array(key.prefix(space.keyBytes)), in: listings, view.transaction,
          seal: BlockHeader(block.rawSpan.extracting(KeyBlock.repeatedHeader)).listings)
        {
          try part.unpack(with: compression) { (ordinal, group) throws(IndexError) in
            guard ordinal < groups.count else { throw .corrupt("listings do not fit their block of keys") }
            groups[ordinal] += group
          }
        }
        for (entry, group) in zip(entries, groups) { sum.add(entry, group: group[...], of: space) }
      }
    }
    return sum
  }
}
