// The cursors: how both kinds move, and what each gives of the record that it stands on.

internal import CLMDB

/// A cursor of either kind: a place in the order of one database's keys.
///
/// A move returns whether it found a record. A new cursor stands nowhere: `next` then goes to the first record,
/// `previous` to the last. One that was moved past an end stays there until it is moved back.
package protocol Cursor: ~Copyable, ~Escapable {
  /// Where it stands, for the members below.
  var position: CursorPosition { get set }
}

extension Cursor where Self: ~Copyable & ~Escapable {
  /// Moves to the first record. O(log n). The corresponding C operation is `MDB_FIRST`.
  @discardableResult
  package mutating func first() throws(LMDBError) -> Bool {
    try position.first()
  }

  /// Moves to the last record. O(log n). The corresponding C operation is `MDB_LAST`.
  @discardableResult
  package mutating func last() throws(LMDBError) -> Bool {
    try position.last()
  }

  /// Moves to the next record. The corresponding C operation is `MDB_NEXT`.
  @discardableResult
  package mutating func next() throws(LMDBError) -> Bool {
    try position.next()
  }

  /// Moves to the record before. The corresponding C operation is `MDB_PREV`.
  @discardableResult
  package mutating func previous() throws(LMDBError) -> Bool {
    try position.previous()
  }

  /// Moves to the first record whose key is `key` or greater. O(log n). The corresponding C operation is
  /// `MDB_SET_RANGE`.
  @discardableResult
  package mutating func seek(atOrAfter key: RawSpan) throws(LMDBError) -> Bool {
    try position.seek(key, MDB_SET_RANGE)
  }

  /// Moves to the record whose key is `key`. O(log n). The corresponding C operation is `MDB_SET_KEY`.
  @discardableResult
  package mutating func seek(exact key: RawSpan) throws(LMDBError) -> Bool {
    try position.seek(key, MDB_SET_KEY)
  }

  /// Where the current key is. Unsafe: good as long as the transaction, in a write transaction until a write.
  @unsafe package var keyAddress: UnsafeRawBufferPointer { unsafe position.keyBytes }

  /// Where the current value is. Unsafe: good as long as the transaction, in a write transaction until a write.
  @unsafe package var valueAddress: UnsafeRawBufferPointer { unsafe position.valueBytes }
}

/// A cursor that only reads, over either kind of transaction, which it borrows.
package struct ReadCursor: Cursor, ~Copyable, ~Escapable {
  /// Where it stands.
  package var position: CursorPosition

  @_lifetime(immortal)
  init(_ position: CursorPosition) {
    self.position = position
  }

  deinit {
    position.close()
  }

  /// The current key. It stays good when the cursor moves on, as long as the transaction is borrowed.
  package var key: RawSpan {
    @_lifetime(copy self)
    get {
      // Safe: the bytes are LMDB's, and stay while the transaction, which self borrows, makes no write.
      unsafe _overrideLifetime(RawSpan(_unsafeBytes: position.keyBytes), copying: self)
    }
  }

  /// The current value. It stays good when the cursor moves on, as long as the transaction is borrowed.
  package var value: RawSpan {
    @_lifetime(copy self)
    get {
      // Safe: as for the key.
      unsafe _overrideLifetime(RawSpan(_unsafeBytes: position.valueBytes), copying: self)
    }
  }
}

/// A cursor that can delete, over a write transaction, which it holds exclusively.
package struct WriteCursor: Cursor, ~Copyable, ~Escapable {
  /// Where it stands.
  package var position: CursorPosition

  @_lifetime(immortal)
  init(_ position: CursorPosition) {
    self.position = position
  }

  deinit {
    position.close()
  }

  /// The current key, until the cursor is moved or deletes.
  package var key: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: the bytes are LMDB's, and stay until a write; to delete is mutating, so the span must be gone.
      unsafe _overrideLifetime(RawSpan(_unsafeBytes: position.keyBytes), borrowing: self)
    }
  }

  /// The current value, until the cursor is moved or deletes.
  package var value: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: as for the key.
      unsafe _overrideLifetime(RawSpan(_unsafeBytes: position.valueBytes), borrowing: self)
    }
  }

  /// Deletes the current record. `next` then goes to the one after it, `previous` to the one before it.
  /// The corresponding C function is `mdb_cursor_del`.
  package mutating func delete() throws(LMDBError) {
    try position.delete()
  }
}
