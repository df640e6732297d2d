// Where a cursor stands: the state that both kinds of cursor share, and the one C call that moves it.
//
// LMDB's own cursor, after a move that found nothing, stands on the last record, before the first or nowhere,
// depending on the move. Here there are places before the first record and after the last, so that walking off one
// end and turning around meets every record.

internal import CLMDB

/// A C cursor and the record that it stands on.
@safe package struct CursorPosition {
  private enum Place {
    case nowhere
    case beforeFirst
    case onRecord
    case betweenRecords
    case afterLast
  }

  private let cursor: OpaquePointer
  private let database: Database
  private var place = Place.nowhere
  private var key = unsafe MDB_val()
  private var value = unsafe MDB_val()

  /// Opens a cursor. The corresponding C function is `mdb_cursor_open`.
  init(_ transaction: TransactionCore, _ database: Database) throws(LMDBError) {
    var opened: OpaquePointer?
    // Safe: the transaction is live, and the pointer is set exactly when the call succeeds.
    try LMDBError.check(
      unsafe mdb_cursor_open(transaction.pointer, database.handle, &opened), "mdb_cursor_open")
    unsafe cursor = opened!
    self.database = database
  }

  /// Closes the C cursor; the last call. The corresponding C function is `mdb_cursor_close`.
  func close() {
    // Safe: the cursor that owns this closes it once, in its deinit, while the transaction still lives.
    unsafe mdb_cursor_close(cursor)
  }

  /// The current key; a cursor that stands on no record has none.
  var keyBytes: UnsafeRawBufferPointer {
    precondition(place == .onRecord, "the cursor stands on no record")
    return unsafe key.bytes
  }

  /// The current value; a cursor that stands on no record has none.
  var valueBytes: UnsafeRawBufferPointer {
    precondition(place == .onRecord, "the cursor stands on no record")
    return unsafe value.bytes
  }

  /// Moves to the first record.
  mutating func first() throws(LMDBError) -> Bool {
    try move(MDB_FIRST, orElse: .afterLast)
  }

  /// Moves to the last record.
  mutating func last() throws(LMDBError) -> Bool {
    try move(MDB_LAST, orElse: .beforeFirst)
  }

  /// Moves to the next record.
  mutating func next() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .beforeFirst: try first()
    case .onRecord, .betweenRecords: try move(MDB_NEXT, orElse: .afterLast)
    case .afterLast: false
    }
  }

  /// Moves to the record before.
  mutating func previous() throws(LMDBError) -> Bool {
    switch place {
    case .nowhere, .afterLast: try last()
    case .onRecord, .betweenRecords: try move(MDB_PREV, orElse: .beforeFirst)
    case .beforeFirst: false
    }
  }

  /// Moves to `key` with `operation`, MDB_SET_KEY or MDB_SET_RANGE.
  mutating func seek(_ sought: RawSpan, _ operation: MDB_cursor_op) throws(LMDBError) -> Bool {
    try database.check(sought, "mdb_cursor_get")
    return unsafe try sought.withCValue { sought throws(LMDBError) in
      unsafe key = sought
      return try move(operation, orElse: operation == MDB_SET_RANGE ? .afterLast : .nowhere)
    }
  }

  /// Deletes the current record and stands in the gap that it leaves. The corresponding C function is
  /// `mdb_cursor_del`.
  mutating func delete() throws(LMDBError) {
    precondition(place == .onRecord, "the cursor stands on no record")
    // Safe: the cursor is open on a live write transaction.
    try LMDBError.check(unsafe mdb_cursor_del(cursor, 0), "mdb_cursor_del")
    place = .betweenRecords
  }

  /// The corresponding C function is `mdb_cursor_get`.
  private mutating func move(
    _ operation: MDB_cursor_op, orElse placeWhenNone: Place
  ) throws(LMDBError) -> Bool {
    place = .nowhere
    // Safe: the cursor is open on a live transaction; when found, the call points both values into the map.
    let result = unsafe mdb_cursor_get(cursor, &key, &value, operation)
    if result == MDB_NOTFOUND {
      place = placeWhenNone
      return false
    }
    try LMDBError.check(result, "mdb_cursor_get")
    place = .onRecord
    return true
  }
}
