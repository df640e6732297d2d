// Reading the committed state out of LMDB: when the index is opened, and for every new snapshot.

internal import LMDB

/// The index's environment, read.
struct IndexStore {
  let environment: Environment
  let path: String

  /// Reads the state, making an empty index where there is none yet.
  func open(spaces: [KeySpace], program: String) throws(IndexError) -> IndexState {
    do {
      try checkIsIndex()
      var transaction = try environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      let datasets = try transaction.create(IndexFormat.datasets)
      let sets = try transaction.create(IndexFormat.sets)
      if try transaction.record(IndexFormat.formatKey, in: meta) == nil {
        try initialise(&transaction, meta: meta, program: program)
      }
      var state = try readMeta(transaction, meta: meta, spaces: spaces)
      try readDatasets(transaction, datasets, into: &state)
      try readSets(transaction, sets, into: &state)
      state.counts = state.recounted()
      for space in state.spaces.values {
        guard let generation = state.generations[space.id] else { continue }
        _ = try transaction.create(IndexFormat.keys(space, generation))
        _ = try transaction.create(IndexFormat.listings(space, generation))
      }
      try transaction.commit()
      return state
    } catch let error as LMDBError {
      throw .lmdb(error)
    } catch let error as IndexError {
      throw error
    } catch {
      throw .corrupt("\(error)")
    }
  }

  /// Refuses an environment of somebody else before anything is written to it.
  private func checkIsIndex() throws(IndexError) {
    let names = try databaseNames()
    guard names.isEmpty || names.contains(IndexFormat.meta) else { throw .notAnIndex(path: path) }
  }

  private func initialise(
    _ transaction: inout WriteTransaction, meta: Database, program: String
  ) throws(LMDBError) {
    let secret = IndexSecret.random()
    var format: [UInt8] = []
    LittleEndian.append(UInt64(IndexFormat.version), bytes: 8, to: &format)
    var secretBytes: [UInt8] = []
    LittleEndian.append(secret.first, bytes: 8, to: &secretBytes)
    LittleEndian.append(secret.second, bytes: 8, to: &secretBytes)
    try transaction.put(IndexFormat.formatKey, format, in: meta)
    try transaction.put(IndexFormat.programKey, Array(program.utf8), in: meta)
    try transaction.put(IndexFormat.secretKey, secretBytes, in: meta)
  }

  private func readMeta(
    _ transaction: borrowing WriteTransaction, meta: Database, spaces: [KeySpace]
  ) throws -> IndexState {
    guard let format = try transaction.record(IndexFormat.formatKey, in: meta), format.count == 8,
      let secret = try transaction.record(IndexFormat.secretKey, in: meta), secret.count == 16
    else { throw IndexError.corrupt("the index has no format or no secret") }
    let version = Int(truncatingIfNeeded: LittleEndian.load(8, from: format.rawSpan, at: 0))
    guard version > 0 else { throw IndexError.corrupt("format \(version) has never been written") }
    guard version <= IndexFormat.version else {
      let program = try transaction.record(IndexFormat.programKey, in: meta)
      throw IndexError.newerFormat(
        format: version, writtenBy: String(decoding: program ?? [], as: UTF8.self))
    }
    var state = IndexState(
      spaces: spaces,
      secret: IndexSecret(
        LittleEndian.load(8, from: secret.rawSpan, at: 0), LittleEndian.load(8, from: secret.rawSpan, at: 8)))
    for space in spaces {
      if let value = try transaction.record(IndexFormat.generationKey(space), in: meta) {
        state.generations[space.id] = Int(LittleEndian.load(min(8, value.count), from: value.rawSpan, at: 0))
      }
    }
    if let value = try transaction.record(IndexFormat.nextDatasetKey, in: meta) {
      state.nextDataset = Int(LittleEndian.load(min(8, value.count), from: value.rawSpan, at: 0))
    }
    return state
  }

  private func readDatasets(
    _ transaction: borrowing WriteTransaction, _ database: Database, into state: inout IndexState
  ) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      let number = Int(BigEndian.load(min(2, cursor.key.byteCount), from: cursor.key, at: 0))
      let bytes = cursor.value.copied
      state.datasets[number] = try DatasetRecord(number: number, encoded: bytes.span)
      more = try cursor.next()
    }
  }

  private func readSets(
    _ transaction: borrowing WriteTransaction, _ database: Database, into state: inout IndexState
  ) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      let key = cursor.key
      let value = cursor.value
      guard key.byteCount == 5, value.byteCount >= 8, value.byteCount.isMultiple(of: 2) else {
        throw IndexError.corrupt("the record of a dataset set has an impossible size")
      }
      let space = Int(BigEndian.load(1, from: key, at: 0))
      let number = Int(BigEndian.load(4, from: key, at: 1))
      // Set 0 is never stored; the others are without gaps.
      guard number == state.sets[space].count else {
        throw IndexError.corrupt("dataset set \(state.sets[space].count) of namespace \(space) is missing")
      }
      let tokens = stride(from: 8, to: value.byteCount, by: 2).map {
        DatasetToken(rawValue: UInt16(LittleEndian.load(2, from: value, at: $0)))
      }
      _ = state.sets[space].append(tokens, count: Int(LittleEndian.load(8, from: value, at: 0)))
      more = try cursor.next()
    }
  }

  /// Names of sub-databases that hold blocks or listings of no current generation.
  func leftovers(_ state: IndexState) throws(IndexError) -> [String] {
    var current: Set<String> = [IndexFormat.meta, IndexFormat.datasets, IndexFormat.sets]
    for space in state.spaces.values {
      guard let generation = state.generations[space.id] else { continue }
      current.insert(IndexFormat.keys(space, generation))
      current.insert(IndexFormat.listings(space, generation))
    }
    return try databaseNames().filter { !current.contains($0) }
  }

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
  /// namespace did not change, edited where blocks were edited in place, and made anew otherwise.
  func snapshot(
    _ state: IndexState, previous: Snapshot?, edits: [UInt8: DirectoryEdit], census: SnapshotCensus
  ) throws(IndexError) -> Snapshot {
    do {
      let transaction = try environment.read()
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
      return try Snapshot(transaction: transaction, state: state, directories: directories, census: census)
    } catch let error as LMDBError {
      throw .lmdb(error)
    } catch let error as IndexError {
      throw error
    } catch {
      throw .corrupt("\(error)")
    }
  }
}
