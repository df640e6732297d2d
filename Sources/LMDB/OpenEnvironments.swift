// Keeps a process from opening one environment twice. LMDB's locks are by process: a second open would see the
// reader table as its own, and closing either would drop the locks of both, without a word.

internal import Glibc
internal import Platform
internal import Synchronization

extension FileIdentity {
  /// That of the folder at `path`.
  init(ofFolder path: String) throws(LMDBError) {
    do throws(SystemFailure) {
      guard let status = try FileStatus.at(path) else { throw SystemFailure("stat", path, code: ENOENT) }
      self = status.identity
    } catch {
      throw LMDBError(LMDBError.Code(rawValue: error.code), call: error.call)
    }
  }
}

/// The folders whose environments this process has open.
enum OpenEnvironments {
  private static let folders = Mutex<Set<FileIdentity>>([])

  /// Takes `folder` for one environment, or throws `alreadyOpen`.
  static func claim(_ folder: FileIdentity) throws(LMDBError) {
    guard folders.withLock({ $0.insert(folder).inserted }) else {
      throw LMDBError(.alreadyOpen, call: "mdb_env_open")
    }
  }

  /// Gives `folder` back, once its environment is closed.
  static func release(_ folder: FileIdentity) {
    _ = folders.withLock { $0.remove(folder) }
  }
}
