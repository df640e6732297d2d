// Small records that are all read at the start. What their checksums sum up to is kept in `meta` and follows each change,
// so that a record that is damaged, lost or one too many is noticed, without a word more in each of them.
//
//   meta    "sum.<sub-database>" -> sum of the checksums of its records, modulo 2^64 (8)
//
// A file whose records were last changed before there were sums has none; its next change adds them.

internal import LMDB

/// What the checksums of records sum up to, in any order.
struct RecordSum: Equatable {
  private(set) var value: UInt64 = 0

  init() {}

  /// Of all records of a sub-database. O(records).
  init(of database: Database, _ transaction: borrowing some Transaction & ~Copyable) throws(LMDBError) {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      add(cursor.key, cursor.value)
      more = try cursor.next()
    }
  }

  /// Undoes `stored`; nil where it does not have 8 bytes.
  init?(stored bytes: [UInt8]) {
    guard bytes.count == 8 else { return nil }
    value = LittleEndian.load(8, from: bytes.rawSpan, at: 0)
  }

  var stored: [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(value, bytes: 8, to: &bytes)
    return bytes
  }

  /// Adds a record. One that is longer than any can be is not read, since a damaged length may lead out of the file.
  mutating func add(_ key: RawSpan, _ record: RawSpan) {
    value &+= Self.checksum(
      key, record.extracting(first: record.byteCount > IndexLimits.recordBytesMax ? 0 : record.byteCount))
  }

  mutating func remove(_ key: RawSpan, _ record: RawSpan) { value &-= Self.checksum(key, record) }

  private static func checksum(_ key: RawSpan, _ record: RawSpan) -> UInt64 {
    Checksum.of(record, seed: Checksum.of(key))
  }

  /// Whether `meta` says this sum of a sub-database, or says nothing.
  func fits(_ name: String, meta: Database, _ transaction: borrowing some Transaction & ~Copyable)
    throws(LMDBError) -> Bool
  {
    guard let stored = try transaction.record(IndexFormat.sumKey(name), in: meta) else { return true }
    return RecordSum(stored: stored) == self
  }

  /// What is wrong where they do not.
  static func damage(of name: String) -> String {
    "the records of \(name) have another sum than they should: one is damaged, missing or one too many"
  }
}

/// A sub-database of such records, being changed.
struct SummedRecords {
  let database: Database
  private let meta: Database
  private let name: String
  private var sum: RecordSum

  /// O(1), and O(records) where there is no sum yet.
  init(_ name: String, _ transaction: inout WriteTransaction) throws(LMDBError) {
    self.name = name
    meta = try transaction.create(IndexFormat.meta)
    database = try transaction.create(name)
    let stored = try transaction.record(IndexFormat.sumKey(name), in: meta)
    if let sum = stored.flatMap(RecordSum.init(stored:)) {
      self.sum = sum
    } else {
      sum = try RecordSum(of: database, transaction)
    }
  }

  mutating func put(_ key: [UInt8], _ record: [UInt8], _ transaction: inout WriteTransaction)
    throws(LMDBError)
  {
    try forget(key, transaction)
    try transaction.put(key, record, in: database)
    sum.add(key.rawSpan, record.rawSpan)
  }

  /// Removes a record, if it is there.
  mutating func delete(_ key: [UInt8], _ transaction: inout WriteTransaction) throws(LMDBError) {
    try forget(key, transaction)
    try transaction.delete(key.rawSpan, in: database)
  }

  private mutating func forget(_ key: [UInt8], _ transaction: borrowing WriteTransaction) throws(LMDBError) {
    guard let standing = try transaction.get(key.rawSpan, in: database) else { return }
    sum.remove(key.rawSpan, standing)
  }

  /// Stores the sum; no more changes come.
  func finish(_ transaction: inout WriteTransaction) throws(LMDBError) {
    try transaction.put(IndexFormat.sumKey(name), sum.stored, in: meta)
  }
}
