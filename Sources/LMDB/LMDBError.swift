// Why a call to LMDB failed: the C code, kept as it was returned, and the call that returned it.
// Absence is never an error here: reads give `nil` for it, moves and deletions give `false`.

internal import CLMDB
internal import Glibc

/// An error code of LMDB or of the operating system, and the call that returned it.
package struct LMDBError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The code, as returned.
  package let code: Code

  /// The name of the C call that returned the code, such as `mdb_put`.
  package let call: String

  /// An error of `call`.
  package init(_ code: Code, call: String) {
    self.code = code
    self.call = call
  }

  /// The call, the library's own words for the code, and the code.
  package var description: String {
    "\(call): \(code)"
  }

  /// Throws unless `result` is `MDB_SUCCESS`.
  static func check(_ result: Int32, _ call: String) throws(LMDBError) {
    if result != MDB_SUCCESS { throw LMDBError(Code(rawValue: result), call: call) }
  }
}

extension LMDBError {
  /// A code: an `errno` when positive, one of LMDB's from -30799 to -30780, one of this wrapper's from -1 down.
  package struct Code: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    /// The number that C uses for it.
    package let rawValue: Int32

    /// Wraps a code returned by C.
    package init(rawValue: Int32) {
      self.rawValue = rawValue
    }

    /// The words of `mdb_strerror` (or this wrapper's, for its own codes), and the number.
    package var description: String {
      switch self {
      case .alreadyOpen: "this process has the environment open already (\(rawValue))"
      case .databasesOpenedElsewhere:
        "another transaction has opened or dropped databases meanwhile (\(rawValue))"
      default:
        // Safe: mdb_strerror returns a NUL-terminated string for every number. It is static for LMDB's codes;
        // for an errno it is strerror's, which glibc keeps a copy of for each thread.
        unsafe "\(String(cString: mdb_strerror(rawValue))) (\(rawValue))"
      }
    }
  }
}

extension LMDBError {
  /// Whether it says that the file is damaged, where it comes of reading.
  package var isDamage: Bool {
    switch code {
    case .corrupted, .pageNotFound, .badDatabase, .incompatible, .invalid, .badValueSize, .badTransaction,
      .invalidArgument:
      true
    default: false
    }
  }
}

extension LMDBError.Code {
  /// `MDB_KEYEXIST`: the key is there, or an append came out of order.
  package static var keyExists: Self { Self(rawValue: MDB_KEYEXIST) }
  /// `MDB_NOTFOUND`. The reads and writes of this module never throw it.
  package static var notFound: Self { Self(rawValue: MDB_NOTFOUND) }
  /// `MDB_PAGE_NOTFOUND`: a page that the tree refers to is missing; the file is damaged.
  package static var pageNotFound: Self { Self(rawValue: MDB_PAGE_NOTFOUND) }
  /// `MDB_CORRUPTED`: a page has the wrong type; the file is damaged.
  package static var corrupted: Self { Self(rawValue: MDB_CORRUPTED) }
  /// `MDB_PANIC`: an earlier failure left the environment unusable until it is reopened.
  package static var panic: Self { Self(rawValue: MDB_PANIC) }
  /// `MDB_VERSION_MISMATCH`: the file or the lock file is of another LMDB format.
  package static var versionMismatch: Self { Self(rawValue: MDB_VERSION_MISMATCH) }
  /// `MDB_INVALID`: the file is not an LMDB file.
  package static var invalid: Self { Self(rawValue: MDB_INVALID) }
  /// `MDB_MAP_FULL`: the data has reached the map size.
  package static var mapFull: Self { Self(rawValue: MDB_MAP_FULL) }
  /// `MDB_DBS_FULL`: more named databases than `EnvironmentOptions.databasesMax`.
  package static var databasesFull: Self { Self(rawValue: MDB_DBS_FULL) }
  /// `MDB_READERS_FULL`: more read transactions than `EnvironmentOptions.readersMax`.
  package static var readersFull: Self { Self(rawValue: MDB_READERS_FULL) }
  /// `MDB_TXN_FULL`: the transaction has too many dirty pages.
  package static var transactionFull: Self { Self(rawValue: MDB_TXN_FULL) }
  /// `MDB_MAP_RESIZED`: another process has grown the data beyond this environment's map.
  package static var mapResized: Self { Self(rawValue: MDB_MAP_RESIZED) }
  /// `MDB_INCOMPATIBLE`: the database is there, with other flags, or the name is an ordinary key.
  package static var incompatible: Self { Self(rawValue: MDB_INCOMPATIBLE) }
  /// `MDB_BAD_TXN`: an earlier error doomed the transaction; it can only be aborted.
  package static var badTransaction: Self { Self(rawValue: MDB_BAD_TXN) }
  /// `MDB_BAD_VALSIZE`: a key that is empty, over 511 bytes, or no integer in a database of integer keys.
  package static var badValueSize: Self { Self(rawValue: MDB_BAD_VALSIZE) }
  /// `MDB_BAD_DBI`: the database's handle was closed or reused.
  package static var badDatabase: Self { Self(rawValue: MDB_BAD_DBI) }
  /// `ENOENT`: no such file or folder.
  package static var noSuchFile: Self { Self(rawValue: ENOENT) }
  /// `EACCES`: permission denied, or a write transaction on an environment opened to read only.
  package static var accessDenied: Self { Self(rawValue: EACCES) }
  /// `EINVAL`: an argument that LMDB refuses, such as a handle newer than the transaction.
  package static var invalidArgument: Self { Self(rawValue: EINVAL) }
  /// `EIO`: a read or write failed; a commit gives this, and not `noSpace`, on a full disk.
  package static var diskIO: Self { Self(rawValue: EIO) }
  /// `ENOSPC`: no space left on the device.
  package static var noSpace: Self { Self(rawValue: ENOSPC) }
  /// Of this wrapper: the process has this folder's environment open already.
  package static var alreadyOpen: Self { Self(rawValue: -1) }
  /// Of this wrapper: the transaction may not open databases, see `Transaction.open`.
  package static var databasesOpenedElsewhere: Self { Self(rawValue: -2) }
}
