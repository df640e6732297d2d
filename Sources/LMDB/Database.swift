// A database's handle: a small number that LMDB gives out, and how its keys are ordered.

internal import CLMDB

/// An open database of an environment; the main one, or a named one inside it.
///
/// A handle outlives the transaction that opened it, and is valid in every transaction begun after that one ended
/// (a read transaction's end, a write transaction's commit). These close it: the abort of the write transaction
/// that opened it, and `WriteTransaction.drop` with deletion, at once and for all transactions, even if that one
/// aborts. LMDB reuses the numbers of closed handles: forget them.
package struct Database: Hashable, Sendable {
  /// The number; `MDB_dbi` in C.
  let handle: UInt32

  /// How the keys are ordered, as stored with the database.
  package let flags: DatabaseFlags

  /// Refuses a key that LMDB would read beyond: it takes every key of an integer database as 8 bytes.
  func check(_ key: RawSpan, _ call: String) throws(LMDBError) {
    if flags.contains(.integerKey) && key.byteCount != MemoryLayout<UInt>.size {
      throw LMDBError(.badValueSize, call: call)
    }
  }
}

/// How the keys of a database are ordered; bytewise, when empty.
package struct DatabaseFlags: OptionSet, Hashable, Sendable {
  /// The bits, as C has them.
  package let rawValue: UInt32

  /// Flags with the given bits.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// `MDB_INTEGERKEY`: each key is one `UInt` of 8 bytes in the machine's byte order, ordered by value.
  package static let integerKey = Self(rawValue: UInt32(MDB_INTEGERKEY))

  /// `MDB_REVERSEKEY`: bytewise, from the last byte to the first.
  package static let reverseKey = Self(rawValue: UInt32(MDB_REVERSEKEY))
}
