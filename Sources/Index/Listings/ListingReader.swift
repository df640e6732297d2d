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

  /// Copies of the stored parts under `prefix`, by number; only those that cover `ordinal`, where one is given. Throws
  /// `corrupt` where there are more or fewer than the block's header tells.
  static func parts<Reader: Transaction & ~Copyable>(
    _ prefix: [UInt8], in database: Database, _ transaction: borrowing Reader, seal: ListingsSeal,
    covering ordinal: Int? = nil
  ) throws(IndexError) -> [ListingPart] {
    var parts: [ListingPart] = []
    var met = 0
    do {
      var cursor = try transaction.cursor(database)
      // Safe: bytes have no padding to see.
      var more = try cursor.seek(atOrAfter: unsafe prefix.span.bytes)
      while more {
        // Safe: the key and value are copied before the cursor moves.
        guard unsafe cursor.keyAddress.starts(with: prefix) else { break }
        let part = try ListingPart(unsafe Array(cursor.valueAddress), number: met, mark: seal.mark)
        met += 1
        if ordinal.map(part.ordinals.contains) ?? true { parts.append(part) }
        more = try cursor.next()
      }
    } catch { throw .of(error, IndexError.init(reading:)) }
    guard seal.parts.allows(met) else { throw lostParts(met: met) }
    return parts
  }

  static func lostParts(met: Int) -> IndexError {
    .corrupt("of the parts of a block's listings, \(met) were found, which are not all")
  }
}
