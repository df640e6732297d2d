// Which keys may not come back. A suppression is kept as a digest of the key under a secret of its own, so the list of what
// was erased names nobody; who has both the list and its secret can still test a guess.
//
//   suppressed    "secret" -> 16 bytes, and 16 by which a damaged one is noticed
//                 "carried" -> 1, in a restored file: the index has not been searched for them yet
//                 digest (16) -> seconds since 1970, UTC (8), digest of the key that was given (16)

internal import LMDB

/// A key of any namespace.
package struct IndexKey: Hashable, Sendable {
  /// The namespace's number.
  package let space: UInt8
  package let key: StoredKey

  package init(_ space: UInt8, _ key: StoredKey) {
    self.space = space
    self.key = key
  }
}

/// What stands for a suppressed key.
package struct SuppressionDigest: Hashable, Comparable, Sendable {
  private let high: UInt64
  private let low: UInt64

  init(of key: IndexKey, secret: IndexSecret) {
    let bytes = [key.space] + BigEndian.key(key.key, hasSecondHalf: true)
    self.init(of: bytes, secret: secret)
  }

  init(of bytes: [UInt8], secret: IndexSecret) { (high, low) = SipHash.digest(bytes.span, key: secret) }

  /// Undoes `stored`; nil where it does not have 16 bytes.
  init?(stored bytes: RawSpan) {
    guard bytes.byteCount == 16 else { return nil }
    (high, low) = (BigEndian.load(8, from: bytes, at: 0), BigEndian.load(8, from: bytes, at: 8))
  }

  package static func < (left: SuppressionDigest, right: SuppressionDigest) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }

  var stored: [UInt8] {
    var bytes: [UInt8] = []
    BigEndian.append(high, to: &bytes)
    BigEndian.append(low, to: &bytes)
    return bytes
  }

  /// 32 lower-case hex digits.
  package var hexadecimal: String {
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
  }
}

/// When and why a key was suppressed.
package struct Suppression: Equatable, Sendable {
  /// Seconds since 1970, UTC.
  package let time: Int
  /// The key that was given, which may be the same one.
  let origin: SuppressionDigest

  init(time: Int, origin: SuppressionDigest) { (self.time, self.origin) = (time, origin) }

  /// Undoes `stored`; nil where it does not have 24 bytes.
  init?(stored bytes: RawSpan) {
    guard bytes.byteCount == 24, let origin = SuppressionDigest(stored: bytes.extracting(droppingFirst: 8))
    else { return nil }
    self.init(time: Int(truncatingIfNeeded: LittleEndian.load(8, from: bytes, at: 0)), origin: origin)
  }

  var stored: [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(UInt64(bitPattern: Int64(time)), bytes: 8, to: &bytes)
    return bytes + origin.stored
  }
}

/// The suppressed keys of an index.
package struct Suppressions: Sendable {
  /// None where nothing was ever suppressed.
  private(set) var secret: IndexSecret?
  private(set) var byDigest: [SuppressionDigest: Suppression] = [:]
  /// Whether they came from another index, which this one took the place of: it may still hold suppressed keys.
  fileprivate(set) var isCarried = false

  package var count: Int { byDigest.count }
  package var isEmpty: Bool { byDigest.isEmpty }

  /// The digest of a key; nil where nothing was ever suppressed. O(1).
  package func digest(of key: IndexKey) -> SuppressionDigest? {
    secret.map { SuppressionDigest(of: key, secret: $0) }
  }

  /// Whether a key is suppressed. O(1).
  package func contains(_ key: IndexKey) -> Bool { self[key] != nil }

  /// The suppression of a key. O(1).
  package subscript(key: IndexKey) -> Suppression? {
    guard !byDigest.isEmpty, let digest = digest(of: key) else { return nil }
    return byDigest[digest]
  }

  /// Suppresses a key because of one that was given; returns its digest, or nil where it was suppressed before.
  mutating func insert(_ key: IndexKey, because origin: IndexKey, time: Int) -> SuppressionDigest? {
    let secret = secret ?? .random()
    self.secret = secret
    let digest = SuppressionDigest(of: key, secret: secret)
    guard byDigest[digest] == nil else { return nil }
    byDigest[digest] = Suppression(time: time, origin: SuppressionDigest(of: origin, secret: secret))
    return digest
  }

  /// Adds what was suppressed under the same secret; returns whether it was new.
  mutating func insert(_ digest: SuppressionDigest, _ suppression: Suppression) -> Bool {
    guard byDigest[digest] == nil else { return false }
    byDigest[digest] = suppression
    return true
  }

  /// Makes the secret before anything is suppressed, so that keys have digests.
  mutating func makeSecret() { secret = secret ?? .random() }

  /// Lifts the suppression of a key, and of those that were suppressed because of it; returns their digests. O(all).
  mutating func remove(_ key: IndexKey) -> [SuppressionDigest] {
    guard let digest = digest(of: key) else { return [] }
    let lifted = byDigest.filter { $0.key == digest || $0.value.origin == digest }.map(\.key)
    for digest in lifted { byDigest[digest] = nil }
    return lifted
  }

  // MARK: - As it is stored

  private static let secretKey = Array("secret".utf8)
  private static let carriedKey = Array("carried".utf8)

  /// No suppressions; their secret is made with the first one where none is given.
  init(secret: IndexSecret? = nil) { self.secret = secret }

  /// Reads them. Throws `corrupt` where a record is none: what was erased might come back.
  init(_ transaction: borrowing ReadTransaction, in database: Database) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      if cursor.key.copied == Self.carriedKey {
        isCarried = true
      } else if cursor.key.copied == Self.secretKey {
        let stored = cursor.value.copied
        secret = IndexSecret(stored: Array(stored.prefix(16)))
        guard let secret, secret.checked == stored else {
          throw IndexError.corrupt(
            "the secret of the suppressions is damaged: nothing suppressed could be told")
        }
      } else {
        guard let digest = SuppressionDigest(stored: cursor.key),
          let suppression = Suppression(stored: cursor.value)
        else { throw IndexError.corrupt("a suppression has an impossible size") }
        byDigest[digest] = suppression
      }
      more = try cursor.next()
    }
    guard secret != nil || byDigest.isEmpty else {
      throw IndexError.corrupt("the secret of the suppressions is missing")
    }
  }

  /// Stores a change, of which this is the state after it.
  func store(_ change: SuppressionChange, _ transaction: inout WriteTransaction) throws(LMDBError) {
    guard let secret else { return }
    var records = try SummedRecords(IndexFormat.suppressed, &transaction)
    try records.put(Self.secretKey, secret.checked, &transaction)
    for digest in change.added {
      guard let suppression = byDigest[digest] else { continue }
      try records.put(digest.stored, suppression.stored, &transaction)
    }
    if isCarried {
      try records.put(Self.carriedKey, [1], &transaction)
    } else {
      try records.delete(Self.carriedKey, &transaction)
    }
    for digest in change.removed { try records.delete(digest.stored, &transaction) }
    try records.finish(&transaction)
  }
}

/// Suppressions that come and go with a change of the index.
struct SuppressionChange {
  var added: [SuppressionDigest] = []
  var removed: [SuppressionDigest] = []
}

extension Suppressions {
  /// All of them, to be stored in another file.
  fileprivate var carried: (suppressions: Suppressions, change: SuppressionChange) {
    var carried = self
    carried.isCarried = true
    return (carried, SuppressionChange(added: Array(byDigest.keys)))
  }

  /// Says that the index was searched.
  mutating func settle() { isCarried = false }
}

extension DataPart {
  /// Stores suppressions in the file, beside its own. An index that opens it must be searched for them before anybody sees it
  /// (`IndexWriter.applySuppressions`).
  ///
  /// - Returns: false, and nothing is changed, where the file's own are under another secret.
  package func carry(_ suppressions: Suppressions) throws(IndexError) -> Bool {
    do {
      let environment = try environment(roomBytes: 256 * suppressions.count)
      do {
        let transaction = try environment.read()
        if let standing = try transaction.open(IndexFormat.suppressed) {
          let own = try Suppressions(transaction, in: standing)
          guard own.secret == nil || own.secret == suppressions.secret else { return false }
        }
      }
      let (carried, change) = suppressions.carried
      var transaction = try environment.write()
      try carried.store(change, &transaction)
      try transaction.commit()
      return true
    } catch { throw .of(error) }
  }
}

extension IndexSecret {
  /// The secret and its check value.
  fileprivate var checked: [UInt8] { stored + check }
}
