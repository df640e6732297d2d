// An open LMDB environment: one data folder, from which every transaction begins. It opens and closes, and hands
// out transactions; what it can tell of itself stands in Environment+Status, the databases' handles in
// DatabaseHandles.
//
// Never used: MDB_WRITEMAP (SIGBUS on a full disk), MDB_NOSYNC (corruption), MDB_NOMEMINIT (memory leaks to disk).

internal import CLMDB
internal import Glibc
internal import Platform
internal import Synchronization

/// An open data folder.
///
/// Safe to share between threads: LMDB documents that one environment serves many of them, and the state that it
/// does not guard, its table of databases' handles, is behind `handles`. Transactions keep the environment alive,
/// so that it closes only after the last of them. A process that has one open must not go on after a `fork`.
@safe package final class Environment: Sendable {
  /// The data folder, as given.
  package let path: String

  /// The environment. It is set once, and freed in `deinit`, when nobody can hold it any more; LMDB does its own
  /// locking inside the calls that it is passed to.
  nonisolated(unsafe) let pointer: OpaquePointer

  /// Which databases are open, and who may open more.
  let handles = Mutex(DatabaseHandles())

  private let folder: FileIdentity

  /// Opens the environment in the folder `path`, which must exist, and creates its files when they are missing.
  ///
  /// The corresponding C functions are `mdb_env_create` and `mdb_env_open`, with `MDB_NORDAHEAD | MDB_NOTLS`.
  /// Throws `alreadyOpen` when this process has it open, `noSuchFile`, `invalid` or `versionMismatch` when the
  /// file is not LMDB's or of another format, and what the operating system returns.
  package init(path: String, options: EnvironmentOptions) throws(LMDBError) {
    let folder = try FileIdentity(ofFolder: path)
    try OpenEnvironments.claim(folder)
    do throws(LMDBError) {
      unsafe pointer = try Self.open(path: path, options: options)
    } catch {
      OpenEnvironments.release(folder)
      throw error
    }
    self.path = path
    self.folder = folder
    // What can be opened can be used without a seal, as where the disk has no room for it.
    if !options.readOnly { try? sealCommits() }
  }

  deinit {
    // Safe: every transaction holds a reference to the environment, so none is left.
    unsafe mdb_env_close(pointer)
    OpenEnvironments.release(folder)
  }

  /// Begins a read transaction: a view of the last commit, which later commits leave as it is.
  ///
  /// Never waits. Its pages cannot be reused while it lives. Throws `readersFull`, `panic`.
  /// The corresponding C function is `mdb_txn_begin`, with `MDB_RDONLY`.
  package func read() throws(LMDBError) -> ReadTransaction {
    try ReadTransaction(self)
  }

  /// Begins a write transaction; waits for the one that is open, in this process or another.
  ///
  /// It must end on the thread that began it. Beginning a second one on the same thread waits for ever.
  /// Throws `panic`, `accessDenied`, `mapResized`. The corresponding C function is `mdb_txn_begin`.
  package func write() throws(LMDBError) -> WriteTransaction {
    try WriteTransaction(self)
  }

  /// Creates the handle, sets the options and opens; leaves nothing behind when it fails.
  private static func open(
    path: String, options: EnvironmentOptions
  ) throws(LMDBError) -> OpaquePointer {
    var created: OpaquePointer?
    // Safe: mdb_env_create sets the pointer exactly when it succeeds.
    try LMDBError.check(unsafe mdb_env_create(&created), "mdb_env_create")
    let pointer = unsafe created!
    do throws(LMDBError) {
      let pageBytes = sysconf(Int32(_SC_PAGESIZE))
      let mapBytes = (options.mapSizeBytes + pageBytes - 1) / pageBytes * pageBytes
      // Safe: the handle is valid until it is closed below or by the environment's deinit.
      try LMDBError.check(unsafe mdb_env_set_mapsize(pointer, mapBytes), "mdb_env_set_mapsize")
      try LMDBError.check(
        unsafe mdb_env_set_maxdbs(pointer, MDB_dbi(options.databasesMax)), "mdb_env_set_maxdbs")
      try LMDBError.check(
        unsafe mdb_env_set_maxreaders(pointer, UInt32(options.readersMax)), "mdb_env_set_maxreaders")
      let flags =
        MDB_NORDAHEAD | MDB_NOTLS | (options.readOnly ? MDB_RDONLY : 0)
        | (options.isStillFile ? MDB_NOSUBDIR | MDB_NOLOCK | MDB_RDONLY : 0)
        | (options.isPrivateFile ? MDB_NOSUBDIR | MDB_NOLOCK : 0)
      // Safe: mdb_env_open copies the path.
      try LMDBError.check(
        unsafe mdb_env_open(pointer, path, UInt32(flags), mode_t(options.fileMode)), "mdb_env_open")
    } catch {
      // Safe: a handle that failed to open must be closed, and nobody else has it.
      unsafe mdb_env_close(pointer)
      throw error
    }
    return unsafe pointer
  }
}
