// The stored parts of listings, by the key of their block.

internal import LMDB
internal import Platform

/// Reads the parts of one block's listings.
enum ListingReader {
  /// Compares the keys of all parts with the blocks of their namespace; throws `corrupt` where they do not fit.
  static func checkParts<Reader: Transaction & ~Copyable>(
    of space: KeySpace, in database: Database, _ transaction: borrowing Reader, _ directory: FenceDirectory
  ) throws(IndexError) -> Int {
    let keyBytes = space.keyBytes
    let stray = IndexError.corrupt("a part of the listings of namespace \(space.name) belongs to no block")
    var (met, block, part) = (0, 0, 0)
    do {
      let stored = try transaction.stat(database).entries
      var cursor = try transaction.cursor(database)
      var more = try cursor.first()
      while more {
        guard cursor.key.byteCount == keyBytes + 2 else { throw stray }
        let fence = try BigEndian.storedKey(cursor.key, hasSecondHalf: !space.isInteger)
        while block < directory.count, directory.place(block).fence < fence { (block, part) = (block + 1, 0) }
        guard block < directory.count, directory.place(block).fence == fence,
          Int(BigEndian.load(2, from: cursor.key, at: keyBytes)) == part
        else { throw stray }
        part += 1
        met += 1
        more = try cursor.next()
      }
      guard met == stored else {
        throw IndexError.corrupt(
          "of \(stored) parts of the listings of namespace \(space.name), \(met) were found")
      }
    } catch { throw .of(error, IndexError.init(reading:)) }
    return met * keyBytes
  }

  /// Copies of the stored parts under `prefix`; only those that cover `ordinal`, where one is given. Throws `corrupt` where
  /// there are more or fewer than the block's header tells.
  static func parts<Reader: Transaction & ~Copyable>(
    _ prefix: [UInt8], in database: Database, _ transaction: borrowing Reader, count: PartCount,
    covering ordinal: Int? = nil
  ) throws(IndexError) -> [[UInt8]] {
    var met = 0
    let parts = try IndexError.wrapping { () throws(LMDBError) in
      try Self.parts(prefix, in: database, transaction, covering: ordinal, met: &met)
    }
    guard count.allows(met) else { throw lostParts(met: met) }
    return parts
  }

  static func lostParts(met: Int) -> IndexError {
    .corrupt("of the parts of a block's listings, \(met) were found, which are not all")
  }

  private static func parts<Reader: Transaction & ~Copyable>(
    _ prefix: [UInt8], in database: Database, _ transaction: borrowing Reader, covering ordinal: Int?,
    met: inout Int
  ) throws(LMDBError) -> [[UInt8]] {
    var parts: [[UInt8]] = []
    var cursor = try transaction.cursor(database)
    // Safe: bytes have no padding to see.
    var more = try cursor.seek(atOrAfter: unsafe prefix.span.bytes)
    while more {
      // Safe: the key and value are copied before the cursor moves.
      guard unsafe cursor.keyAddress.starts(with: prefix) else { break }
      met += 1
      var isWanted = true
      // A part that is too short to say what it covers is wanted, so that unpacking it finds the damage.
      if let ordinal, cursor.value.byteCount >= ListingPart.headerBytes {
        isWanted = ListingPart.ordinals(of: cursor.value).contains(ordinal)
      }
      if isWanted { unsafe parts.append(Array(cursor.valueAddress)) }
      more = try cursor.next()
    }
    return parts
  }
}
