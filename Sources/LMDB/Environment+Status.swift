// What an environment tells of itself, and the upkeep that needs no transaction: flushing, copying, clearing
// readers that died.

internal import CLMDB

extension Environment {
  /// Sizes and counters of the whole environment.
  package struct Info: Hashable, Sendable {
    /// The most that the data file may grow to, in bytes.
    package let mapSizeBytes: Int
    /// The number of the last page in use, from 0; the file is used up to the end of it.
    package let lastPage: Int
    /// The number of the last commit; 0 for a new environment.
    package let lastTransactionID: Int
    /// How many read transactions may be open at once.
    package let readersMax: Int
    /// The most slots of the reader table that have been in use at once.
    package let readersUsed: Int
  }

  /// The sizes and counters as of the last commit. The corresponding C function is `mdb_env_info`.
  package func info() throws(LMDBError) -> Info {
    var info = unsafe MDB_envinfo()
    // Safe: the call fills the struct that it is lent, and keeps no pointer.
    try LMDBError.check(unsafe mdb_env_info(pointer, &info), "mdb_env_info")
    return unsafe Info(
      mapSizeBytes: info.me_mapsize, lastPage: info.me_last_pgno, lastTransactionID: info.me_last_txnid,
      readersMax: Int(info.me_maxreaders), readersUsed: Int(info.me_numreaders))
  }

  /// Whether LMDB refuses everything from now on, since the last step of a commit failed (`MDB_PANIC`): whether that
  /// commit is on the disk shows only when the environment is opened again.
  package var isDead: Bool {
    do throws(LMDBError) {
      _ = try read()
      return false
    } catch {
      return error.code == .panic
    }
  }

  /// The shape of the main database as of the last commit. The corresponding C function is `mdb_env_stat`.
  package func stat() throws(LMDBError) -> Statistics {
    var statistics = MDB_stat()
    // Safe: the call fills the struct that it is lent, and keeps no pointer.
    try LMDBError.check(unsafe mdb_env_stat(pointer, &statistics), "mdb_env_stat")
    return Statistics(statistics)
  }

  /// Flushes the data file. A commit has done so already; with `force` it is done in any case.
  /// The corresponding C function is `mdb_env_sync`.
  package func sync(force: Bool) throws(LMDBError) {
    // Safe: the call takes no memory of ours.
    try LMDBError.check(unsafe mdb_env_sync(pointer, force ? 1 : 0), "mdb_env_sync")
  }

  /// Writes the last commit, as an LMDB data file, to an open descriptor, from where it stands; leaves it open.
  ///
  /// Only a compacting copy leaves out free pages, and with them the values deleted earlier. It holds a read
  /// transaction all the while. The descriptor is not flushed. The corresponding C function is `mdb_env_copyfd2`.
  package func copy(to descriptor: Int32, compacting: Bool) throws(LMDBError) {
    // Safe: the call takes no memory of ours.
    try LMDBError.check(
      unsafe mdb_env_copyfd2(pointer, descriptor, compacting ? UInt32(MDB_CP_COMPACT) : 0),
      "mdb_env_copyfd2")
  }

  /// Frees the reader slots of processes that died, and returns how many. The corresponding C function is
  /// `mdb_reader_check`.
  package func checkStaleReaders() throws(LMDBError) -> Int {
    var dead: Int32 = 0
    // Safe: the call sets the number that it is lent, and keeps no pointer.
    try LMDBError.check(unsafe mdb_reader_check(pointer, &dead), "mdb_reader_check")
    return Int(dead)
  }
}
