// Since when the data folder may hold what was erased, removed or replaced: on free pages of the data file, in blocks that
// nothing has touched since, in staged loads. The record comes with the change and goes with the file: the one that a
// compaction puts in its place has none.
//
//   meta    "remains" -> seconds since 1970 of the first such change (8), and of the last erasure, 0 for none (8)

internal import LMDB
internal import Platform

/// What the data folder may hold of what is in no answer any more.
package struct Remains: Equatable, Sendable {
  /// Seconds since 1970, UTC, of the first change that left something.
  package var since: Int
  /// That of the last erasure; loads that were staged before may have what it erased. 0 where there was none.
  package var lastErasure: Int

  package init(since: Int, lastErasure: Int) {
    self.since = since
    self.lastErasure = lastErasure
  }

  /// Reads a record. A damaged one says that all is long due, which is safe.
  init(stored value: [UInt8]) {
    self.init(since: 0, lastErasure: .max)
    guard value.count == 16 else { return }
    func seconds(at offset: Int) -> Int? {
      Int(exactly: LittleEndian.load(8, from: value.rawSpan, at: offset))
    }
    (since, lastErasure) = (seconds(at: 0) ?? 0, seconds(at: 8) ?? .max)
  }

  var stored: [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(UInt64(since), bytes: 8, to: &bytes)
    LittleEndian.append(UInt64(lastErasure), bytes: 8, to: &bytes)
    return bytes
  }
}

extension IndexState {
  /// Notes a change that leaves something.
  ///
  /// - Parameter now: seconds since 1970, UTC.
  mutating func noteRemains(_ now: Int, ofErasure isErasure: Bool) {
    let now = max(0, now)
    var noted = remains ?? Remains(since: now, lastErasure: 0)
    if isErasure { noted.lastErasure = max(now, noted.lastErasure) }
    remains = noted
  }
}

extension Index {
  /// The names of staged loads that may have what was erased last: those that were begun before.
  package func loadsWithRemains() throws(IndexError) -> [String] {
    guard let last = snapshot.remains?.lastErasure, last > 0 else { return [] }
    var names: [String] = []
    for name in try stagedLoadNames() {
      let manifest = try IndexError.wrapping(
        try FileStatus.at("\(loadFolder(name))/load", followsLinks: false))
      guard let manifest, manifest.modifiedNanoseconds / 1_000_000_000 <= last else { continue }
      names.append(name)
    }
    return names
  }
}

extension DataPart {
  /// Says in the file, a finished copy of the index, that nothing remains in it, and notes that with the receipts of erasures.
  /// The C functions are LMDB's.
  ///
  /// - Parameter now: seconds since 1970, UTC.
  package func settle(at now: Int) throws(IndexError) {
    do {
      let environment = try environment()
      var settled: [ErasureRecord] = []
      do {
        let transaction = try environment.read()
        if let receipts = try transaction.open(IndexFormat.receipts) {
          settled = try ErasureRecords.all(transaction, in: receipts)
          settled.removeAll { $0.physical != nil || $0.kind == .lifting }
        }
      }
      let key = IndexFormat.remainsKey
      var transaction = try environment.write()
      let meta = try transaction.create(IndexFormat.meta)
      try transaction.delete(key.rawSpan, in: meta)
      for var record in settled {
        record.physical = now
        try ErasureRecords.store(record, &transaction, most: .max)
      }
      try transaction.commit()
    } catch { throw .of(error) }
  }
}
