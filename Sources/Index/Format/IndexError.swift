// What can go wrong in the index. Absence is never an error; a programmer's mistake is a precondition.

package import LMDB
package import Platform

/// An error of the index.
package enum IndexError: Error, Sendable, CustomStringConvertible {
  /// LMDB or the system under it failed; the C code is kept.
  case lmdb(LMDBError)
  /// A call of the system failed.
  case system(SystemFailure)
  /// Stored data fails its check; the text names what.
  case corrupt(String)
  /// A bound is reached; the text names it.
  case full(String)
  /// The disk has too little room: bytes free, bytes needed, both beyond the reserve.
  case disk(freeBytes: Int, neededBytes: Int)
  /// Another process holds the data folder.
  case inUse(path: String)
  /// The index was written by a newer program.
  case newerFormat(format: Int, writtenBy: String)
  /// The index was written by an older program, and has to be upgraded.
  case olderFormat(path: String, format: Int)
  /// Loads are staged, of these names, which only an older program can go on with.
  case staged([String])
  /// The data file is missing or empty, and the named trace in the folder shows that there was an index.
  case lost(path: String, trace: String)
  /// The index can't go on in this process: what LMDB or the folder says now contradicts what was committed.
  case dead(String)
  /// The data folder is not its user's alone; the text says how to make it so.
  case untrusted(String)
  /// The folder holds something that is no index.
  case notAnIndex(path: String)
  /// No dataset of that name.
  case noDataset(String)
  /// The dataset has another list already.
  case hasList(String)
  /// A request would take away more than it can have meant; the text names the bound.
  case tooMany(String)
  /// What came from another index cannot be taken; the text says why.
  case unfit(String)
  /// The share of a user is used up; the text names it.
  case shareUsed(String)
  /// Changes are refused, since the data file is about to be replaced.
  case held

  /// One line: what is wrong and what to do.
  package var description: String {
    switch self {
    case .lmdb(let error): error.description
    case .system(let failure): failure.description
    case .corrupt(let what): "stored data is damaged: \(what); restore a backup or load the lists again"
    case .full(let what): "full: \(what)"
    case .disk(let free, let needed):
      "too little room on the disk: \(needed) bytes are needed beyond the reserve, \(max(0, free)) are free; "
        + "free some, or set a smaller --disk-reserve"
    case .inUse(let path): "\(path) is in use by another whichsetd; stop it, or choose another --data"
    case .newerFormat(let format, let program):
      "the index has format \(format), written by whichsetd \(program); this program reads up to format "
        + "\(IndexFormat.version): use a newer one"
    case .olderFormat(let path, let format):
      "\(path) has format \(format), which an older version wrote; stop the daemon, and run whichsetd --upgrade --data "
        + "with its folder"
    case .staged(let loads):
      "loads are staged (\(loads.joined(separator: ", "))) whose rows are in an older format; end or abort them with the "
        + "version that began them, or remove their folders in staging/"
    case .notAnIndex(let path):
      "\(path) holds data that is no whichset index: not an LMDB file, or another program's; choose another --data"
    case .lost(let path, let trace):
      "\(path) is missing or empty, although \(trace) shows that an index was here; put a backup in its place, or "
        + "remove \(trace) to begin an empty index"
    case .dead(let what): "\(what); start the daemon again"
    case .untrusted(let what), .tooMany(let what), .unfit(let what), .shareUsed(let what): what
    case .noDataset(let slug): "no dataset named \(slug)"
    case .held: "the index is being compacted or restored; try again when the daemon has restarted"
    case .hasList(let slug):
      "dataset \(slug) has a list already, of other bytes or read in another way; append to it or replace it"
    }
  }

  /// What LMDB says of a data file that cannot be opened.
  init(opening path: String, _ error: LMDBError) {
    switch error.code {
    case .invalid, .versionMismatch, .corrupted: self = DataFile.explain(path)
    // What the system says of a folder that may not be written, say.
    case let code where code.rawValue > 0:
      self = .system(SystemFailure(error.call, path, code: code.rawValue))
    default: self = .lmdb(error)
    }
  }

  /// The index has a namespace that this program does not know.
  static func unknownSpace(_ name: some StringProtocol) -> IndexError {
    .corrupt(
      "namespace \(name) is none that this program knows: a newer one wrote it (use that), or the index")
  }

  /// What LMDB says where it only reads a data file that is open.
  init(reading error: LMDBError) {
    self = IndexError.lmdb(error).foundDamage.map(IndexError.corrupt) ?? .lmdb(error)
  }

  /// The index's error for one that was caught where LMDB's and the index's own are thrown.
  ///
  /// - Parameter lmdb: what LMDB's is turned into.
  static func of(_ error: any Error, _ lmdb: (LMDBError) -> IndexError = IndexError.lmdb) -> IndexError {
    switch error {
    case let error as LMDBError: lmdb(error)
    case let error as IndexError: error
    default: .corrupt("\(error)")
    }
  }

  /// What is damaged, where an error of reading says that something is; nil for any other error.
  package var foundDamage: String? {
    switch self {
    case .corrupt(let what): what
    case .lmdb(let error): error.isDamage ? "LMDB cannot read on: \(error)" : nil
    default: nil
    }
  }

  /// Runs `body`, turning LMDB's errors into the index's.
  static func wrapping<Value>(_ body: () throws(LMDBError) -> Value) throws(IndexError) -> Value {
    do { return try body() } catch { throw .lmdb(error) }
  }
}
