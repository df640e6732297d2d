// What other indexes suppress, and this one with them. Their digests are of their own stored keys, under their own secrets: a
// keyring has both, so that a key is made as the other index would make it, and looked up there. A text key can be tested
// only with its text, which the row has that names it.
//
//   keyrings    "carried" -> 1, as in `suppressed`
//               keyring (16) -> secret of the texts (16), secret of the suppressions (16), seconds since 1970 of the export (8)
//               keyring (16), digest (16) -> as in `suppressed`
//
// A keyring's number is a digest of its secrets, so that a damaged one is noticed.

internal import LMDB

/// What one index suppresses, for another one.
package struct Keyring: Sendable {
  let textSecret: IndexSecret
  /// When it was exported, in seconds since 1970, UTC.
  package internal(set) var exported: Int
  fileprivate(set) var suppressions: Suppressions

  init(textSecret: IndexSecret, secret: IndexSecret, exported: Int) {
    self.textSecret = textSecret
    self.exported = exported
    suppressions = Suppressions(secret: secret)
  }

  var secret: IndexSecret { suppressions.secret ?? textSecret }
  package var count: Int { suppressions.count }

  /// Which index it is of.
  var id: SuppressionDigest { SuppressionDigest(of: textSecret.stored + secret.stored, secret: secret) }

  /// - Returns: whether it was new.
  mutating func insert(_ digest: SuppressionDigest, _ suppression: Suppression) -> Bool {
    suppressions.insert(digest, suppression)
  }

  /// As the keyring's index has a key.
  ///
  /// - Parameter text: of a key that is no integer; nil for one that is.
  fileprivate func own(_ key: IndexKey, text: Span<UInt8>?) -> IndexKey {
    guard let text else { return key }
    return IndexKey(key.space, StoredKey(text: text, secret: textSecret))
  }
}

/// The suppressions of other indexes.
package struct Keyrings: Sendable {
  /// By their numbers.
  private(set) var rings: [SuppressionDigest: Keyring] = [:]
  /// As that of `Suppressions`.
  fileprivate(set) var isCarried = false

  package var isEmpty: Bool { rings.isEmpty }
  package var ringCount: Int { rings.count }
  /// Keys, each in all keyrings that have it.
  package var count: Int { rings.values.reduce(0) { $0 + $1.count } }

  init() {}

  /// The suppression of a key. O(keyrings).
  ///
  /// - Parameter text: of a key that is no integer. Where it is missing, such a key is not found.
  package func suppression(of key: IndexKey, text: Span<UInt8>?) -> Suppression? {
    for ring in rings.values {
      if let found = ring.suppressions[ring.own(key, text: text)] { return found }
    }
    return nil
  }

  /// Whether a key is suppressed; `text` as above.
  func contains(_ key: IndexKey, text: Span<UInt8>?) -> Bool {
    !isEmpty && suppression(of: key, text: text) != nil
  }

  /// Adds what a keyring has and the one of the same index has not.
  mutating func add(_ ring: Keyring) -> KeyringChange {
    let id = ring.id
    var standing = rings[id] ?? Keyring(textSecret: ring.textSecret, secret: ring.secret, exported: 0)
    var change = KeyringChange()
    change.headers = [id]
    for (digest, suppression) in ring.suppressions.byDigest where standing.insert(digest, suppression) {
      change.added[id, default: []].append(digest)
    }
    standing.exported = max(standing.exported, ring.exported)
    rings[id] = standing
    return change
  }

  /// Lifts the suppression of a key, and of those that were suppressed because of it. O(all).
  mutating func remove(_ key: IndexKey, text: Span<UInt8>?) -> KeyringChange {
    var change = KeyringChange()
    for id in rings.keys {
      guard var ring = rings[id] else { continue }
      let lifted = ring.suppressions.remove(ring.own(key, text: text))
      if !lifted.isEmpty { change.removed[id] = lifted }
      rings[id] = ring
    }
    return change
  }

  /// Says that the index was searched.
  mutating func settle() { isCarried = false }
}

/// Suppressions of other indexes that come and go with a change of the index.
struct KeyringChange {
  /// Keyrings that are new, or were exported later.
  var headers: [SuppressionDigest] = []
  var added: [SuppressionDigest: [SuppressionDigest]] = [:]
  var removed: [SuppressionDigest: [SuppressionDigest]] = [:]

  var addedCount: Int { added.values.reduce(0) { $0 + $1.count } }
  var removedCount: Int { removed.values.reduce(0) { $0 + $1.count } }
}

// MARK: - As they are stored

extension Keyrings {
  private static let carriedKey = Array("carried".utf8)
  private static let headerBytes = 40

  /// Reads them. Throws `corrupt` where a record is none: what other indexes suppress might come back.
  init(_ transaction: borrowing ReadTransaction, in database: Database) throws {
    var cursor = try transaction.cursor(database)
    var more = try cursor.first()
    while more {
      if cursor.key.copied == Self.carriedKey {
        isCarried = true
      } else {
        // A keyring's own record is in front of those of its digests.
        guard let id = SuppressionDigest(stored: cursor.key.extracting(first: 16)) else {
          throw IndexError.corrupt("a keyring has an impossible number")
        }
        if cursor.key.byteCount == 16 {
          rings[id] = try Self.ring(id, cursor.value.copied)
        } else {
          guard let digest = SuppressionDigest(stored: cursor.key.extracting(droppingFirst: 16)),
            let suppression = Suppression(stored: cursor.value),
            rings[id]?.insert(digest, suppression) == true
          else { throw IndexError.corrupt("a suppression of another index is damaged, or its keyring is") }
        }
      }
      more = try cursor.next()
    }
  }

  private static func ring(_ id: SuppressionDigest, _ bytes: [UInt8]) throws(IndexError) -> Keyring {
    guard bytes.count == headerBytes, let textSecret = IndexSecret(stored: Array(bytes[..<16])),
      let secret = IndexSecret(stored: Array(bytes[16..<32]))
    else { throw .corrupt("a keyring has an impossible size") }
    let exported = Int(truncatingIfNeeded: LittleEndian.load(8, from: bytes.rawSpan, at: 32))
    let ring = Keyring(textSecret: textSecret, secret: secret, exported: exported)
    guard ring.id == id else {
      throw .corrupt("the secrets of a keyring are damaged: nothing that it suppresses could be told")
    }
    return ring
  }

  /// Stores a change, of which this is the state after it.
  func store(_ change: KeyringChange, _ transaction: inout WriteTransaction) throws(LMDBError) {
    guard !isEmpty else { return }
    var records = try SummedRecords(IndexFormat.keyrings, &transaction)
    for id in change.headers {
      guard let ring = rings[id] else { continue }
      var value = ring.textSecret.stored + ring.secret.stored
      LittleEndian.append(UInt64(bitPattern: Int64(ring.exported)), bytes: 8, to: &value)
      try records.put(id.stored, value, &transaction)
    }
    for (id, digests) in change.added {
      for digest in digests {
        guard let suppression = rings[id]?.suppressions.byDigest[digest] else { continue }
        try records.put(id.stored + digest.stored, suppression.stored, &transaction)
      }
    }
    for (id, digests) in change.removed {
      for digest in digests { try records.delete(id.stored + digest.stored, &transaction) }
    }
    if isCarried {
      try records.put(Self.carriedKey, [1], &transaction)
    } else {
      try records.delete(Self.carriedKey, &transaction)
    }
    try records.finish(&transaction)
  }
}

extension DataPart {
  /// Stores keyrings in the file, beside its own. An index that opens it must be searched for them before anybody sees it.
  package func carry(_ keyrings: Keyrings) throws(IndexError) {
    do {
      let environment = try environment(roomBytes: 256 * (keyrings.count + keyrings.ringCount))
      var carried = Keyrings()
      do {
        let transaction = try environment.read()
        if let standing = try transaction.open(IndexFormat.keyrings) {
          carried = try Keyrings(transaction, in: standing)
        }
      }
      var change = KeyringChange()
      for ring in keyrings.rings.values {
        let added = carried.add(ring)
        change.headers += added.headers
        change.added.merge(added.added) { $1 }
      }
      carried.isCarried = true
      var transaction = try environment.write()
      try carried.store(change, &transaction)
      try transaction.commit()
    } catch { throw .of(error) }
  }
}
