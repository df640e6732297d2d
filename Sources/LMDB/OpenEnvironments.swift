// Keeps a process from opening one environment twice. LMDB's locks are by process: a second open would see the
// reader table as its own, and closing either would drop the locks of both, without a word.

internal import Glibc
internal import Synchronization

/// Which folder it is, whatever the path to it.
struct FolderIdentity: Hashable, Sendable {
  private let device: UInt
  private let inode: UInt

  /// The identity of the folder at `path`. The corresponding C function is `stat`.
  init(path: String) throws(LMDBError) {
    var status = stat()
    // Safe: stat fills the struct that it is lent, and keeps no pointer.
    guard unsafe stat(path, &status) == 0 else {
      throw LMDBError(LMDBError.Code(rawValue: errno), call: "stat")
    }
    device = UInt(status.st_dev)
    inode = UInt(status.st_ino)
  }
}

/// The folders whose environments this process has open.
enum OpenEnvironments {
  private static let folders = Mutex<Set<FolderIdentity>>([])

  /// Takes `folder` for one environment, or throws `alreadyOpen`.
  static func claim(_ folder: FolderIdentity) throws(LMDBError) {
    guard folders.withLock({ $0.insert(folder).inserted }) else {
      throw LMDBError(.alreadyOpen, call: "mdb_env_open")
    }
  }

  /// Gives `folder` back, once its environment is closed.
  static func release(_ folder: FolderIdentity) {
    _ = folders.withLock { $0.remove(folder) }
  }
}
