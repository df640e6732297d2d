// Reading the committed state out of LMDB: when the index is opened, and for every new snapshot.

internal import LMDB

/// The index's environment, read.
struct IndexStore {
  let environment: Environment
  let path: String

  /// The committed state, and what else the environment holds.
  struct Contents {
    var state: IndexState
    /// Whether the secret was compared with its check value.
    var hasSecretCheck = true
    /// Sub-databases that may be swept.
    var garbage: [String] = []
    /// Sub-databases of a generation that is newer than the current one and was not noted as unfinished: a program of
    /// version 0.1.0 was stopped while it merged, or a record of `meta` is damaged. They stay until a newer generation
    /// is current.
    var unexplained: [String] = []
  }

  /// Reads the state.
  ///
  /// Throws `corrupt` where what is stored contradicts itself, so that the index would answer wrongly; nothing has been
  /// changed then.
  func open(spaces: [KeySpace]) throws(IndexError) -> Contents {
    do {
      let names = try databaseNames()
      guard names.contains(IndexFormat.meta) else { throw IndexError.notAnIndex(path: path) }
      let transaction = try environment.read()
      let meta = try Self.existing(IndexFormat.meta, in: transaction)
      let datasets = try Self.existing(IndexFormat.datasets, in: transaction)
      let sets = try Self.existing(IndexFormat.sets, in: transaction)
      var state = try readMeta(transaction, meta: meta, spaces: spaces)
      let unfinished = try names.filter {
        try transaction.record(IndexFormat.unfinishedKey($0), in: meta) != nil
      }
      var contents = try sorted(names, unfinished: Set(unfinished), state)
      try readDatasets(transaction, datasets, into: &state)
      try readSets(transaction, sets, into: &state)
      if let suppressed = try transaction.open(IndexFormat.suppressed) {
        state.suppressions = try Suppressions(transaction, in: suppressed)
      }
      if let keyrings = try transaction.open(IndexFormat.keyrings) {
        state.keyrings = try Keyrings(transaction, in: keyrings)
      }
      if let receipts = try transaction.open(IndexFormat.receipts) {
        state.lastReceipt = try ErasureRecords.last(transaction, in: receipts)
      }
      try state.checkRecords()
      for name in IndexFormat.summed {
        guard let database = try transaction.open(name) else { continue }
        guard try RecordSum(of: database, transaction).fits(name, meta: meta, transaction) else {
          throw IndexError.corrupt(RecordSum.damage(of: name))
        }
      }
      contents.state = state
      for space in state.spaces.values {
        guard let generation = state.generations[space.id] else { continue }
        for name in IndexFormat.databases(space, generation) { _ = try Self.existing(name, in: transaction) }
        guard state.young[space.id] != nil else { continue }
        for name in IndexFormat.youngDatabases(space) { _ = try Self.existing(name, in: transaction) }
      }
      contents.hasSecretCheck = try transaction.record(IndexFormat.secretCheckKey, in: meta) != nil
      return contents
    } catch { throw .of(error) }
  }

  /// Stores the check value of a secret that was found sound.
  func putSecretCheck(_ secret: IndexSecret) throws(IndexError) {
    do throws(LMDBError) {
      try OpeningDatabases.retrying { () throws(LMDBError) in
        var transaction = try environment.write()
        let meta = try transaction.create(IndexFormat.meta)
        try transaction.put(IndexFormat.secretCheckKey, secret.check, in: meta)
        try transaction.commit()
      }
    } catch { throw .lmdb(error) }
  }

  /// Makes and stores the key of an index that has none, or a damaged one.
  func putExchangeKey() throws(IndexError) -> ExchangeKey {
    let key = ExchangeKey.random()
    do throws(LMDBError) {
      try OpeningDatabases.retrying { () throws(LMDBError) in
        var transaction = try environment.write()
        let meta = try transaction.create(IndexFormat.meta)
        try transaction.put(IndexFormat.exchangeKey, key.stored, in: meta)
        try transaction.commit()
      }
    } catch { throw .lmdb(error) }
    return key
  }

  private static func existing(_ name: String, in transaction: borrowing ReadTransaction) throws -> Database {
    guard let database = try transaction.open(name) else {
      throw IndexError.corrupt("the sub-database \(name) is missing")
    }
    return database
  }

  /// Tells sub-databases that are current from those that are not.
  private func sorted(_ names: [String], unfinished: Set<String>, _ state: IndexState) throws -> Contents {
    var contents = Contents(state: state)
    let byName = Dictionary(uniqueKeysWithValues: state.spaces.values.map { ($0.name, $0) })
    let young = state.spaces.values.filter { state.young[$0.id] != nil }.flatMap(IndexFormat.youngDatabases)
    for name in names where !IndexFormat.records.contains(name) && !young.contains(name) {
      guard let (spaceName, generation) = IndexFormat.generation(of: name) else {
        throw IndexError.corrupt("the sub-database \(name) is none that an index has")
      }
      guard let space = byName[String(spaceName)] else { throw IndexError.unknownSpace(spaceName) }
      let current = state.generations[space.id]
      if generation == current { continue }
      if unfinished.contains(name) || current.map({ generation < $0 }) ?? false {
        contents.garbage.append(name)
      } else if current != nil {
        contents.unexplained.append(name)
      } else {
        throw IndexError.corrupt(
          "the sub-database \(name) is there, but no generation of its namespace is named")
      }
    }
    return contents
  }

  /// Makes the records of an empty index.
  static func initialise(
    _ transaction: inout WriteTransaction, program: String, secret: IndexSecret = .random()
  ) throws(LMDBError) {
    let meta = try transaction.create(IndexFormat.meta)
    _ = try transaction.create(IndexFormat.datasets)
    _ = try transaction.create(IndexFormat.sets)
    var format: [UInt8] = []
    LittleEndian.append(UInt64(IndexFormat.version), bytes: 8, to: &format)
    try transaction.put(IndexFormat.formatKey, format, in: meta)
    try transaction.put(IndexFormat.programKey, Array(program.utf8), in: meta)
    try transaction.put(IndexFormat.secretKey, secret.stored, in: meta)
    try transaction.put(IndexFormat.secretCheckKey, secret.check, in: meta)
    try transaction.put(IndexFormat.exchangeKey, ExchangeKey.random().stored, in: meta)
  }

  private func readMeta(
    _ transaction: borrowing ReadTransaction, meta: Database, spaces: [KeySpace]
  ) throws -> IndexState {
    let header = try IndexHeader(transaction, meta: meta)
    guard header.format == IndexFormat.version else {
      throw IndexError.olderFormat(path: path, format: header.format)
    }
    let secret = header.secret
    if let check = try transaction.record(IndexFormat.secretCheckKey, in: meta), check != secret.check {
      throw IndexError.corrupt("the index's secret does not fit its check value: no text key could be found")
    }
    var state = IndexState(spaces: spaces, secret: secret)
    func word(_ key: [UInt8]) throws -> Int? {
      guard let value = try transaction.record(key, in: meta) else { return nil }
      guard value.count == 8, let word = Int(exactly: LittleEndian.load(8, from: value.rawSpan, at: 0)) else {
        throw IndexError.corrupt("the record \(String(decoding: key, as: UTF8.self)) is no number")
      }
      return word
    }
    for space in spaces {
      state.generations[space.id] = try word(IndexFormat.generationKey(space))
      state.young[space.id] = try word(IndexFormat.youngKey(space))
    }
    if let number = try word(IndexFormat.nextDatasetKey) { state.nextDataset = number }
    state.exchangeKey = try transaction.record(IndexFormat.exchangeKey, in: meta).flatMap(
      ExchangeKey.init(stored:))
    state.remains = try transaction.record(IndexFormat.remainsKey, in: meta).map(Remains.init(stored:))
    return state
  }

  private func readDatasets(
    _ transaction: borrowing ReadTransaction, _ database: Database, into state: inout IndexState
  ) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      guard cursor.key.byteCount == 2 else {
        throw IndexError.corrupt("the record of a dataset has an impossible key")
      }
      let number = Int(BigEndian.load(2, from: cursor.key, at: 0))
      // A damaged length can be gigabytes.
      guard cursor.value.byteCount <= IndexLimits.recordBytesMax else {
        throw IndexError.corrupt("the record of dataset \(number) has an impossible size")
      }
      let bytes = cursor.value.copied
      state.datasets[number] = try DatasetRecord(number: number, encoded: bytes.span)
      more = try cursor.next()
    }
  }

  private func readSets(
    _ transaction: borrowing ReadTransaction, _ database: Database, into state: inout IndexState
  ) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      let key = cursor.key
      let value = cursor.value
      guard key.byteCount == 5, (8...Self.setBytesMax).contains(value.byteCount),
        value.byteCount.isMultiple(of: 2)
      else {
        throw IndexError.corrupt("the record of a dataset set has an impossible size")
      }
      let space = Int(BigEndian.load(1, from: key, at: 0))
      let number = Int(BigEndian.load(4, from: key, at: 1))
      guard state.spaces[UInt8(space)] != nil else { throw IndexError.unknownSpace("number \(space)") }
      // Set 0 is never stored; the others are without gaps.
      guard number == state.sets[space].count else {
        throw IndexError.corrupt("dataset set \(state.sets[space].count) of namespace \(space) is missing")
      }
      let tokens = stride(from: 8, to: value.byteCount, by: 2).map {
        DatasetToken(rawValue: UInt16(LittleEndian.load(2, from: value, at: $0)))
      }
      guard let keys = Int(exactly: LittleEndian.load(8, from: value, at: 0)), keys <= Int(UInt32.max) << 16
      else {
        throw IndexError.corrupt("set \(number) of namespace \(space) has an impossible count of keys")
      }
      _ = state.sets[space].append(tokens, count: keys)
      more = try cursor.next()
    }
  }

  /// A count, and each token that there can be once.
  private static let setBytesMax = 8 + 2 << 16

  private func databaseNames() throws(IndexError) -> [String] {
    do throws(LMDBError) {
      let transaction = try environment.read()
      guard let main = try transaction.open(nil) else { return [] }
      var names: [String] = []
      var cursor = try transaction.cursor(main)
      var more = try cursor.first()
      while more {
        names.append(String(decoding: cursor.key.copied, as: UTF8.self))
        more = try cursor.next()
      }
      return names
    } catch { throw .lmdb(error) }
  }

  /// A snapshot of `state`, which is what was committed last. Directories of `previous` are taken over where the
  /// namespace did not change, edited where blocks were edited in place, and rebuilt otherwise; those of young levels are
  /// rebuilt where `youngChanged` has them.
  func snapshot(
    _ state: IndexState, previous: Snapshot?, edits: [UInt8: DirectoryEdit] = [:],
    young youngChanged: Set<UInt8> = [], census: SnapshotCensus
  ) throws(IndexError) -> Snapshot {
    do {
      let transaction = try OpeningDatabases.retrying { () throws(LMDBError) in
        let transaction = try environment.read()
        for space in state.spaces.values {
          guard let generation = state.generations[space.id] else { continue }
          for name in IndexFormat.databases(space, generation) { _ = try transaction.open(name) }
          guard state.young[space.id] != nil else { continue }
          for name in IndexFormat.youngDatabases(space) { _ = try transaction.open(name) }
        }
        return transaction
      }
      var directories: [UInt8: FenceDirectory] = [:]
      for space in state.spaces.values {
        guard let generation = state.generations[space.id] else { continue }
        guard let database = try transaction.open(IndexFormat.keys(space, generation)) else {
          throw IndexError.corrupt("the blocks of namespace \(space.name) are missing")
        }
        if let standing = previous?.directories[space.id], previous?.generations[space.id] == generation {
          directories[space.id] =
            try edits[space.id].map {
              try standing.applying($0, database, in: transaction, hasSecondHalf: !space.isInteger)
            } ?? standing
        } else {
          let places = try FenceDirectory.scan(database, in: transaction, hasSecondHalf: !space.isInteger)
          directories[space.id] = FenceDirectory(places, hasSecondHalf: !space.isInteger)
        }
      }
      var young: [UInt8: YoungLevel] = [:]
      for (id, _) in state.young {
        if let previous, !youngChanged.contains(id) {
          young[id] = previous.young[id]
          continue
        }
        guard let space = state.spaces[id],
          let database = try transaction.open(IndexFormat.youngKeys(space))
        else { throw IndexError.corrupt("the young level of namespace number \(id) is missing") }
        let places = try FenceDirectory.scan(database, in: transaction, hasSecondHalf: !space.isInteger)
        guard !places.isEmpty else { continue }
        young[id] = YoungLevel(FenceDirectory(places, hasSecondHalf: !space.isInteger))
      }
      return try Snapshot(
        transaction: transaction, state: state, directories: directories, young: young, census: census)
    } catch { throw .of(error) }
  }
}
