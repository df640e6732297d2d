// The data file of an index that no daemon has open: a backup, or that of a stopped daemon. It is only read, and
// nothing is made beside it, no lock file either: so root may look at it without leaving files that the daemon's own
// user cannot open.

internal import LMDB
internal import Platform

/// An index's data file, opened to be looked at.
package final class IndexFile: Sendable {
  /// The data file.
  package let path: String
  /// Its size.
  package let byteCount: Int
  /// The format that it was written in.
  package var format: Int { header.format }
  /// The version of the program that made it.
  package var program: String { header.program }
  /// The secret under which its texts are digested.
  package var secret: IndexSecret { header.secret }
  /// Whether it has no dataset.
  package let isEmpty: Bool
  let environment: Environment
  private let header: IndexHeader
  private let lock: FolderShare
  private let file: SystemFile

  /// Opens a data file, or that of a data folder.
  ///
  /// Throws `inUse` where a daemon has the folder, `notAnIndex`, `newerFormat`, `corrupt` where the file was cut off, and
  /// what the system says. O(1).
  package init(path given: String) throws(IndexError) {
    let isFolder = try Folder.isFolder(given)
    path = isFolder ? "\(given)/\(Self.dataFileName)" : given
    lock = try FolderShare(of: path)
    file = try SystemFile(reading: path)
    // A daemon whose lock file was removed holds its data file all the same.
    guard file.tryShare() else { throw .inUse(path: path) }
    let status = try file.status()
    guard status.kind == .regular, status.byteCount > 0 else { throw .notAnIndex(path: path) }
    byteCount = status.byteCount
    try DataFile.checkCommits(file)
    environment = try Self.open(path, byteCount: byteCount)
    try DataFile.checkLength(environment, path: path, byteCount: byteCount)
    (header, isEmpty) = try Self.read(environment, path: path)
  }

  /// Keeps all others from opening the file, those who only read it too. Throws `inUse` where one has it.
  func lockAlone() throws(IndexError) {
    guard file.tryLock() else { throw .inUse(path: path) }
  }

  private static func read(
    _ environment: Environment, path: String
  ) throws(IndexError) -> (header: IndexHeader, isEmpty: Bool) {
    do {
      let transaction = try environment.read()
      guard let meta = try transaction.open(IndexFormat.meta),
        try transaction.record(IndexFormat.formatKey, in: meta) != nil
      else { throw IndexError.notAnIndex(path: path) }
      let datasets = try transaction.open(IndexFormat.datasets)
      return (
        try IndexHeader(transaction, meta: meta),
        isEmpty: try datasets.map { try transaction.stat($0).entries } ?? 0 == 0
      )
    } catch { throw .of(error) { IndexError(opening: path, $0) } }
  }

  private static func open(_ path: String, byteCount: Int) throws(IndexError) -> Environment {
    do throws(LMDBError) {
      return try Environment(
        path: path, options: .stillFile(byteCount: byteCount, databasesMax: IndexFormat.databasesMax))
    } catch { throw IndexError(opening: path, error) }
  }

  /// The name that LMDB gives the data file of a folder.
  package static let dataFileName = "data.mdb"
}

/// What an index says of itself first.
struct IndexHeader {
  let format: Int
  let program: String
  let secret: IndexSecret

  /// Reads it from the records of `meta`. Throws `newerFormat`, `corrupt`.
  init(_ transaction: borrowing ReadTransaction, meta: Database) throws {
    program = String(decoding: try transaction.record(IndexFormat.programKey, in: meta) ?? [], as: UTF8.self)
    guard let format = try transaction.record(IndexFormat.formatKey, in: meta), format.count == 8 else {
      throw IndexError.corrupt("the index has no format")
    }
    self.format = Int(truncatingIfNeeded: LittleEndian.load(8, from: format.rawSpan, at: 0))
    guard self.format > 0 else { throw IndexError.corrupt("format \(self.format) has never been written") }
    guard self.format <= IndexFormat.version else {
      throw IndexError.newerFormat(format: self.format, writtenBy: program)
    }
    let stored = try transaction.record(IndexFormat.secretKey, in: meta)
    guard let secret = stored.flatMap(IndexSecret.init(stored:)) else {
      throw IndexError.corrupt("the index has no secret of 16 bytes")
    }
    self.secret = secret
  }
}

/// Keeps daemons off a data folder while its file is looked at. Where the file is in no data folder, nothing is locked.
private final class FolderShare: Sendable {
  private let file: SystemFile?

  init(of dataPath: String) throws(IndexError) {
    let parts = dataPath.split(separator: "/", omittingEmptySubsequences: false)
    let folder = parts.count > 1 ? parts.dropLast().joined(separator: "/") : "."
    let lockPath = "\(folder)/\(Index.lockFileName)"
    guard parts.last.map(String.init) == IndexFile.dataFileName, try Folder.exists(lockPath) else {
      file = nil
      return
    }
    let lock = try SystemFile(reading: lockPath)
    guard lock.tryShare() else { throw .inUse(path: folder) }
    file = consume lock
  }
}
