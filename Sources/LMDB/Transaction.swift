// What both kinds of transaction can do: open databases and read. A value is a span over LMDB's map, never a copy;
// it borrows the transaction, so it cannot outlive it, nor a write in it.

internal import CLMDB
internal import Synchronization

/// A transaction of either kind.
package protocol Transaction: ~Copyable {
  /// The C transaction, for the members below.
  var core: TransactionCore { get }

  /// The environment, which lives at least as long.
  var environment: Environment { get }
}

/// A live C transaction. Only the transaction that holds it uses it.
@safe package struct TransactionCore {
  let pointer: OpaquePointer
  let ticket: DatabaseHandles.Ticket

  /// Begins. The corresponding C function is `mdb_txn_begin`.
  init(_ environment: Environment, flags: Int32) throws(LMDBError) {
    ticket = environment.handles.withLock { $0.ticket() }
    var begun: OpaquePointer?
    // Safe: the environment is open, and the pointer is set exactly when the call succeeds.
    try LMDBError.check(
      unsafe mdb_txn_begin(environment.pointer, nil, UInt32(flags), &begun), "mdb_txn_begin")
    unsafe pointer = begun!
  }
}

extension Transaction where Self: ~Copyable {
  /// The number of the commit that is read, or that this transaction would make. The corresponding C function is
  /// `mdb_txn_id`.
  package var id: Int {
    // Safe: the transaction is live.
    unsafe mdb_txn_id(core.pointer)
  }

  /// The database `name`, or the main one for `nil`; nothing when there is none of that name.
  ///
  /// A name that an ended transaction has opened costs a dictionary's lookup. Opening another makes this
  /// transaction the only one that may, until it ends; and a transaction begun before another's opening ended may
  /// not open any more. Both throw `databasesOpenedElsewhere`: so open at start, in a short transaction, or on the
  /// thread that writes. The corresponding C function is `mdb_dbi_open`.
  package borrowing func open(_ name: String?) throws(LMDBError) -> Database? {
    try open(name, cFlags: 0)
  }

  /// The value of `key`, or nothing when there is none. O(log n). The corresponding C function is `mdb_get`.
  @_lifetime(borrow self)
  package borrowing func get(_ key: RawSpan, in database: Database) throws(LMDBError) -> RawSpan? {
    guard let bytes = unsafe try address(of: key, in: database) else { return nil }
    // Safe: the bytes stay as they are while the transaction lives and makes no write; to write is mutating, and
    // so needs the span that borrows the transaction to be gone.
    return unsafe _overrideLifetime(RawSpan(_unsafeBytes: bytes), borrowing: self)
  }

  /// Where the value of `key` is, or nothing when there is none: as `get`, for who keeps the transaction himself.
  ///
  /// Unsafe: the address is good while the transaction lives, in a write transaction only until its next write.
  @unsafe package borrowing func address(
    of key: RawSpan, in database: Database
  ) throws(LMDBError) -> UnsafeRawBufferPointer? {
    try database.check(key, "mdb_get")
    var value = unsafe MDB_val()
    // Safe: the transaction is live, and the call keeps no pointer to what it is lent.
    let result = unsafe key.withCValue { key in
      unsafe mdb_get(core.pointer, database.handle, &key, &value)
    }
    if result == MDB_NOTFOUND { return nil }
    try LMDBError.check(result, "mdb_get")
    return unsafe value.bytes
  }

  /// The size of a database, in this transaction. The corresponding C function is `mdb_stat`.
  package borrowing func stat(_ database: Database) throws(LMDBError) -> Statistics {
    var statistics = MDB_stat()
    // Safe: the transaction is live, and the call fills the struct that it is lent.
    try LMDBError.check(unsafe mdb_stat(core.pointer, database.handle, &statistics), "mdb_stat")
    return Statistics(statistics)
  }

  /// A cursor over a database, which borrows the transaction.
  @_lifetime(borrow self)
  package borrowing func cursor(_ database: Database) throws(LMDBError) -> ReadCursor {
    let cursor = try ReadCursor(CursorPosition(core, database))
    // Safe: the cursor and its spans are good while the transaction lives and makes no write.
    return unsafe _overrideLifetime(cursor, borrowing: self)
  }

  /// How many pages of the file a writer may use again while the transaction `oldest` is open: those that were
  /// freed before it. O(free pages): reads the lists that LMDB keeps of them, as `mdb_stat -f` does.
  package borrowing func freePageCount(before oldest: Int) throws(LMDBError) -> Int {
    // LMDB's own database of free pages has the first handle, always open. A key is the number of the transaction
    // that freed pages, a value their count and that many page numbers.
    let freePages = Database(handle: 0, flags: .integerKey)
    var count = 0
    var position = try CursorPosition(core, freePages)
    defer { position.close() }
    // Safe: the bytes stay while the transaction makes no write, and each record begins with these words.
    while try position.next(), unsafe position.keyBytes.loadUnaligned(as: Int.self) < oldest {
      let pages = unsafe position.valueBytes.loadUnaligned(as: Int.self)
      guard unsafe (0..<(position.valueBytes.count / 8)).contains(pages) else {
        throw LMDBError(.corrupted, call: "reading the list of free pages")
      }
      count += pages
    }
    return count
  }

  /// Opens a database, with C's flags, as far as `DatabaseHandles` lets this transaction.
  borrowing func open(_ name: String?, cFlags: UInt32) throws(LMDBError) -> Database? {
    let core = self.core
    return try environment.handles.withLock { handles throws(LMDBError) -> Database? in
      if let name {
        if let database = handles.handle(name, for: core.ticket) { return database }
        try handles.checkMayChange(core.ticket, call: "mdb_dbi_open")
      }
      guard let database = try core.open(name, cFlags: cFlags) else { return nil }
      if let name { handles.open(name, database, by: core.ticket) }
      return database
    }
  }
}

extension TransactionCore {
  /// The C calls of opening a database; nothing when there is none of that name.
  fileprivate func open(_ name: String?, cFlags: UInt32) throws(LMDBError) -> Database? {
    var handle: MDB_dbi = 0
    // Safe: the transaction is live; the call copies the name, and sets the handle when it succeeds.
    let result = unsafe mdb_dbi_open(pointer, name, cFlags, &handle)
    if result == MDB_NOTFOUND { return nil }
    try LMDBError.check(result, "mdb_dbi_open")
    var stored: UInt32 = 0
    // Safe: the handle was opened by this transaction just now.
    try LMDBError.check(unsafe mdb_dbi_flags(pointer, handle, &stored), "mdb_dbi_flags")
    return Database(handle: handle, flags: DatabaseFlags(rawValue: stored))
  }
}
