// A change of the data that is made as a whole or not at all. It is read like a ReadTransaction, its own writes
// included; every write is mutating, so that no span over a page outlives a write that might move it.

internal import CLMDB
internal import Synchronization

/// How `WriteTransaction.put` treats keys.
package struct PutFlags: OptionSet, Hashable, Sendable {
  /// The bits, as C has them.
  package let rawValue: UInt32

  /// Flags with the given bits.
  package init(rawValue: UInt32) {
    self.rawValue = rawValue
  }

  /// `MDB_APPEND`: the key comes after all others, which packs the pages full; if not, `keyExists` is thrown.
  package static let append = Self(rawValue: UInt32(MDB_APPEND))

  /// `MDB_NOOVERWRITE`: a key that is there throws `keyExists`.
  package static let noOverwrite = Self(rawValue: UInt32(MDB_NOOVERWRITE))
}

/// A write transaction; aborted when it goes without a commit.
///
/// It must end on the thread that began it, whose lock it holds; so it is not Sendable. After an error other than
/// `keyExists` or `badValueSize` only ending it is of use: LMDB then refuses the commit.
@safe package struct WriteTransaction: ~Copyable, Transaction {
  /// The C transaction.
  package let core: TransactionCore

  /// The environment, kept open by this.
  package let environment: Environment

  /// Whether the C transaction is still to be ended.
  private var isLive = true

  init(_ environment: Environment) throws(LMDBError) {
    core = try TransactionCore(environment, flags: 0)
    self.environment = environment
  }

  deinit {
    guard isLive else { return }
    // Safe: nothing that borrows the transaction is left, and commit has not ended it.
    unsafe mdb_txn_abort(core.pointer)
    environment.handles.withLock { $0.end(core.ticket, kept: false) }
  }

  /// Makes the writes durable and visible to transactions that begin later.
  ///
  /// When it throws, the data stays as it was: `diskIO` or `noSpace` on a full disk, `badTransaction` after an
  /// earlier error; and `panic` to all that follows when the very last write failed.
  /// The corresponding C function is `mdb_txn_commit`.
  package consuming func commit() throws(LMDBError) {
    isLive = false
    let number = id
    // Safe: the call frees the transaction whatever it returns, and `isLive` keeps deinit from doing so again.
    let result = unsafe mdb_txn_commit(core.pointer)
    environment.handles.withLock { $0.end(core.ticket, kept: result == MDB_SUCCESS) }
    try LMDBError.check(result, "mdb_txn_commit")
    environment.seal(commit: number)
  }

  /// The database `name`, created with `flags` when there is none.
  ///
  /// Throws `incompatible` when it is there without those flags, `databasesFull`, and
  /// `databasesOpenedElsewhere`, see `open`. The corresponding C function is `mdb_dbi_open`, with `MDB_CREATE`.
  package mutating func create(
    _ name: String, _ flags: DatabaseFlags = []
  ) throws(LMDBError) -> Database {
    // With MDB_CREATE the call never gives MDB_NOTFOUND.
    let database = try open(name, cFlags: flags.rawValue | UInt32(MDB_CREATE))!
    guard database.flags == flags else { throw LMDBError(.incompatible, call: "mdb_dbi_open") }
    return database
  }

  /// Sets the value of `key`, which has 1 to 511 bytes. O(log n).
  ///
  /// Throws `badValueSize`, `mapFull`, and `keyExists` where the flags ask for it. The corresponding C function is
  /// `mdb_put`.
  package mutating func put(
    _ key: RawSpan, _ value: RawSpan, in database: Database, flags: PutFlags = []
  ) throws(LMDBError) {
    try database.check(key, "mdb_put")
    let result = unsafe key.withCValue { key in
      unsafe value.withCValue { value in
        // Safe: the transaction is live; the call copies both and keeps no pointer.
        unsafe mdb_put(core.pointer, database.handle, &key, &value, flags.rawValue)
      }
    }
    try LMDBError.check(result, "mdb_put")
  }

  /// Makes room for a value of `byteCount` bytes, and has `body` write it in place; zero where it does not.
  ///
  /// Throws as `put`. The corresponding C function is `mdb_put`, with `MDB_RESERVE`.
  package mutating func reserve(
    _ key: RawSpan, byteCount: Int, in database: Database, flags: PutFlags = [],
    _ body: (inout MutableRawSpan) -> Void
  ) throws(LMDBError) {
    try database.check(key, "mdb_put")
    var value = unsafe MDB_val(mv_size: byteCount, mv_data: nil)
    let result = unsafe key.withCValue { key in
      // Safe: the transaction is live; the call copies the key, and points the value at the room that it made.
      unsafe mdb_put(core.pointer, database.handle, &key, &value, flags.rawValue | UInt32(MDB_RESERVE))
    }
    try LMDBError.check(result, "mdb_put")
    // Safe: the room belongs to this transaction until its next write, which cannot come before `body` returns,
    // as `self` is being mutated. It is cleared first: of a value's own pages LMDB clears the last alone, and
    // the others would take what the heap held before to disk.
    let room = unsafe UnsafeMutableRawBufferPointer(start: value.mv_data, count: value.mv_size)
    unsafe room.initializeMemory(as: UInt8.self, repeating: 0)
    var span = unsafe MutableRawSpan(_unsafeBytes: room)
    body(&span)
  }

  /// Removes `key`; false when it was not there. The corresponding C function is `mdb_del`.
  @discardableResult
  package mutating func delete(_ key: RawSpan, in database: Database) throws(LMDBError) -> Bool {
    try database.check(key, "mdb_del")
    let result = unsafe key.withCValue { key in
      // Safe: the transaction is live, and the call keeps no pointer to the key.
      unsafe mdb_del(core.pointer, database.handle, &key, nil)
    }
    if result == MDB_NOTFOUND { return false }
    try LMDBError.check(result, "mdb_del")
    return true
  }

  /// Empties a database, and with `delete` removes it.
  ///
  /// Removal closes the handle at once and for all transactions, even if this one aborts. A read transaction that
  /// began earlier keeps its addresses and spans, but must not use the handle in a call any more.
  /// The corresponding C function is `mdb_drop`.
  package mutating func drop(_ database: Database, delete: Bool) throws(LMDBError) {
    let core = self.core
    try environment.handles.withLock { handles throws(LMDBError) in
      if delete { try handles.checkMayChange(core.ticket, call: "mdb_drop") }
      // Safe: the transaction is live.
      try LMDBError.check(unsafe mdb_drop(core.pointer, database.handle, delete ? 1 : 0), "mdb_drop")
      if delete { handles.close(database, by: core.ticket) }
    }
  }

  /// A cursor that can delete; no other use of the transaction is possible while it lives.
  @_lifetime(&self)
  package mutating func writeCursor(_ database: Database) throws(LMDBError) -> WriteCursor {
    let cursor = try WriteCursor(CursorPosition(core, database))
    // Safe: the cursor holds the transaction exclusively, so it cannot end nor be written to in another way.
    return unsafe _overrideLifetime(cursor, mutating: &self)
  }
}
