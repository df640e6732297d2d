// The data file of an index as a name in its folder: whether it is there, whole and still the one that was opened. A
// new one gets its name only when it is an index and on the disk. So a data file that is missing or empty beside other
// files of an index has been lost, and is never taken for a new index.

internal import LMDB
internal import Platform

/// The data file that an open index holds.
struct DataFile: ~Copyable, Sendable {
  private let file: SystemFile
  private let identity: FileIdentity

  /// Opens and locks the data file of a folder.
  ///
  /// Throws `inUse` where another process has it, whatever lock files the folder has.
  init(in folder: String) throws(IndexError) {
    let file = try SystemFile(reading: Self.path(in: folder))
    guard file.tryLock() else { throw .inUse(path: folder) }
    identity = try file.status().identity
    self.file = file
  }

  static func path(in folder: String) -> String { "\(folder)/\(IndexFile.dataFileName)" }

  /// Throws `dead` where the file does not have its name any more: whatever is committed would be lost.
  borrowing func checkInPlace() throws(IndexError) {
    guard try Folder.identity(file.path) != identity else { return }
    throw .dead(
      "\(file.path) was removed, moved or replaced while the index was open, so nothing can be kept any more")
  }

  /// Makes sure that there is a data file to be opened: makes an empty index in a new folder.
  ///
  /// Throws `lost` where there was one.
  static func require(in folder: String, program: String) throws(IndexError) {
    let path = path(in: folder)
    if try Folder.exists(path) {
      let status = try SystemFile(reading: path).status()
      guard status.kind != .regular || status.byteCount > 0 else { throw .lost(path: path, trace: path) }
      return
    }
    if let trace = try traces(in: folder).first { throw .lost(path: path, trace: "\(folder)/\(trace)") }
    try make(in: folder, program: program)
  }

  /// Names of files that only the index of a folder can have left there.
  private static func traces(in folder: String) throws(IndexError) -> [String] {
    var traces: [String] = []
    for path in ["lock.mdb", BackupRecord.fileName] where try Folder.exists("\(folder)/\(path)") {
      traces.append(path)
    }
    for name in try Folder.names(in: "\(folder)/staging")
    where try StagedLoad.isLoad("\(folder)/staging/\(name)") {
      traces.append("staging/\(name)")
    }
    return traces
  }

  /// Makes an empty index beside its place, puts it on the disk, and gives it its name.
  private static func make(in folder: String, program: String) throws(IndexError) {
    // An environment is identified by its file, which therefore has to exist first.
    var part = try PartFile(path(in: folder))
    do throws(LMDBError) {
      let environment = try Environment(
        path: part.file.path, options: .privateFile(databasesMax: IndexFormat.databasesMax))
      var transaction = try environment.write()
      try IndexStore.initialise(&transaction, program: program)
      try transaction.commit()
    } catch {
      throw error.isOfSystem
        ? .system(SystemFailure(error.call, part.file.path, code: error.code.rawValue)) : .lmdb(error)
    }
    try part.keep()
  }

  borrowing func checkLength(_ environment: Environment) throws(IndexError) {
    try Self.checkLength(environment, path: file.path, byteCount: try file.status().byteCount)
  }

  /// Throws where a file is shorter than what its newest commit uses: a page that it does not have would end the process.
  static func checkLength(_ environment: Environment, path: String, byteCount: Int) throws(IndexError) {
    let needed = try IndexError.wrapping { () throws(LMDBError) in
      (try environment.info().lastPage + 1) * (try environment.stat().pageSizeBytes)
    }
    guard byteCount >= needed else {
      throw .corrupt("\(path) was cut off: it has \(byteCount) bytes of \(needed)")
    }
  }

  /// Throws where the last two commits cannot both be as they were written. LMDB takes the one with the higher number for the
  /// newest, and has no checksum of it: one flipped bit would bring an earlier state back.
  static func checkCommits(_ file: borrowing SystemFile) throws(IndexError) {
    guard let first = try metaPage(of: file, at: 0), first.isLMDB,
      let second = try metaPage(of: file, at: first.pageBytes), second.isLMDB
    else { return }
    if let damage = MetaPage.damage(first, second) { throw .corrupt("\(file.path): \(damage)") }
  }

  /// What the page at `offset` begins with; nil where the file ends before.
  private static func metaPage(of file: borrowing SystemFile, at offset: Int) throws(IndexError) -> MetaPage?
  {
    var bytes = [UInt8](repeating: 0, count: MetaPage.byteCount)
    guard try file.read(bytes.count, at: offset, into: &bytes) == bytes.count else { return nil }
    return MetaPage(bytes)
  }

  borrowing func checkCommits() throws(IndexError) { try Self.checkCommits(file) }

  /// Why LMDB does not take a file, or that of a folder: it is another program's, or damaged, or could not be read.
  static func explain(_ given: String) -> IndexError {
    // A path that cannot be examined is read below, and its error reported.
    let path = (try? Folder.isFolder(given)) == true ? Self.path(in: given) : given
    do throws(IndexError) {
      let file = try SystemFile(reading: path)
      guard let first = try metaPage(of: file, at: 0) else {
        return .corrupt("\(path) was cut off in its first page, or is no whichset index")
      }
      guard first.isLMDB else { return .notAnIndex(path: given) }
      guard let second = try metaPage(of: file, at: first.pageBytes), second.isLMDB else {
        return .corrupt("the second page of \(path) is damaged or missing")
      }
      // Both are sound, so LMDB did not get what it asked for.
      return .lmdb(LMDBError(.diskIO, call: "reading the first pages of \(path)"))
    } catch {
      return error
    }
  }
}

extension LMDBError {
  /// Whether the code is the operating system's.
  var isOfSystem: Bool { code.rawValue > 0 }
}
