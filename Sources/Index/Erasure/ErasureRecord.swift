// What was done to keep images out, when and by whom: a record of each erasure and of each lifting, stored with the change
// itself. It names no image: keys have their digests (`SuppressionDigest`).
//
//   receipts    number (8) -> names and values; missing where nothing was ever erased

internal import LMDB

/// The record of an erasure or a lifting.
package struct ErasureRecord: Equatable, Sendable {
  package enum Kind: String, Sendable {
    case erasure
    /// Keys were let back.
    case lifting
    /// What was suppressed was erased from a backup that was restored.
    case restoration
    /// What another index suppresses was imported, and erased.
    case importation
  }

  /// Who changes something, when and why.
  package struct Cause: Equatable, Sendable {
    /// Seconds since 1970, UTC.
    package var time: Int
    /// The number of the user, where it is known.
    package var user: Int?
    package var reason = ""

    package init(time: Int, user: Int? = nil, reason: String = "") {
      (self.time, self.user, self.reason) = (max(0, time), user, reason)
    }
  }

  /// From 1 on, one by one.
  package fileprivate(set) var number = 0
  package var kind: Kind
  package var cause: Cause
  /// When no file of the data folder had it any more; nil where one may. Seconds since 1970, UTC.
  package var physical: Int?
  package var images = 0
  package var memberships = 0
  /// Keys that were suppressed, or lifted.
  package var keys = 0
  /// Digests of the keys that were given, in hexadecimal.
  package var digests: [String] = []

  init(_ kind: Kind, _ cause: Cause) { (self.kind, self.cause) = (kind, cause) }

  // MARK: - As it is stored

  var encoded: [UInt8] {
    var values = NamedValues()
    values.put("kind", kind.rawValue)
    values.put("time", String(cause.time))
    if let user = cause.user { values.put("user", String(user)) }
    if !cause.reason.isEmpty { values.put("reason", cause.reason) }
    if let physical { values.put("physical", String(physical)) }
    values.put("images", String(images))
    values.put("memberships", String(memberships))
    values.put("keys", String(keys))
    for digest in digests { values.put("digest", digest) }
    return values.encoded
  }

  init(number: Int, encoded: Span<UInt8>) throws(IndexError) {
    let values = try NamedValues(encoded, what: "receipt \(number)")
    self.init(.erasure, Cause(time: 0))
    self.number = number
    for (name, value) in values.pairs {
      switch name {
      case "kind": kind = Kind(rawValue: value) ?? kind
      case "time": cause.time = Int(value) ?? 0
      case "user": cause.user = Int(value)
      case "reason": cause.reason = value
      case "physical": physical = Int(value)
      case "images": images = Int(value) ?? 0
      case "memberships": memberships = Int(value) ?? 0
      case "keys": keys = Int(value) ?? 0
      case "digest": digests.append(value)
      default: break  // of a later program
      }
    }
  }
}

/// The records of a transaction.
enum ErasureRecords {
  private static func key(_ number: Int) -> [UInt8] {
    var key: [UInt8] = []
    BigEndian.append(UInt64(number), to: &key)
    return key
  }

  /// The number of the last record; 0 where there is none.
  static func last(_ transaction: borrowing ReadTransaction, in database: Database) throws(LMDBError) -> Int {
    var cursor = try transaction.cursor(database)
    guard try cursor.last(), cursor.key.byteCount == 8 else { return 0 }
    return Int(truncatingIfNeeded: BigEndian.load(8, from: cursor.key, at: 0))
  }

  /// All of them, in order.
  static func all(_ transaction: borrowing ReadTransaction, in database: Database) throws -> [ErasureRecord] {
    var records: [ErasureRecord] = []
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      guard cursor.key.byteCount == 8 else { throw IndexError.corrupt("a receipt has an impossible number") }
      let number = Int(truncatingIfNeeded: BigEndian.load(8, from: cursor.key, at: 0))
      let bytes = cursor.value.copied
      records.append(try ErasureRecord(number: number, encoded: bytes.span))
      more = try cursor.next()
    }
    return records
  }

  /// Stores a record; of more than `most`, the oldest goes.
  static func store(_ record: ErasureRecord, _ transaction: inout WriteTransaction, most: Int)
    throws(LMDBError)
  {
    let database = try transaction.create(IndexFormat.receipts)
    try transaction.put(key(record.number), record.encoded, in: database)
    guard record.number > most else { return }
    let oldest = key(record.number - most)
    try transaction.delete(oldest.rawSpan, in: database)
  }
}

extension IndexState {
  /// Gives a record its number.
  mutating func number(_ record: ErasureRecord) -> ErasureRecord {
    var record = record
    lastReceipt += 1
    record.number = lastReceipt
    return record
  }
}

extension Index {
  /// The records of erasures and liftings, the last `receiptsMax` of them, in order. O(all).
  package func receipts() throws(IndexError) -> [ErasureRecord] {
    do {
      let transaction = try OpeningDatabases.retrying { () throws(LMDBError) in
        let transaction = try environment.read()
        _ = try transaction.open(IndexFormat.receipts)
        return transaction
      }
      guard let database = try transaction.open(IndexFormat.receipts) else { return [] }
      return try ErasureRecords.all(transaction, in: database)
    } catch { throw .of(error) }
  }
}

extension DataPart {
  /// Stores the records of the index that the file takes the place of, instead of its own.
  package func carry(_ records: [ErasureRecord]) throws(IndexError) {
    do throws(LMDBError) {
      let bytes = records.reduce(0) { $0 + $1.encoded.count + 4_096 }
      var transaction = try environment(roomBytes: 2 * bytes).write()
      let database = try transaction.create(IndexFormat.receipts)
      try transaction.drop(database, delete: false)
      for record in records { try ErasureRecords.store(record, &transaction, most: .max) }
      try transaction.commit()
    } catch { throw .lmdb(error) }
  }
}
