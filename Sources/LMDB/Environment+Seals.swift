// Seals behind commits, see MetaPage.

internal import CLMDB
internal import Platform

extension Environment {
  /// Seals the commits that have no seal, when the file is opened.
  func sealCommits() throws(LMDBError) {
    let pages = try (0...1).map { number throws(LMDBError) in (number, try metaPage(number)) }
    guard pages.contains(where: { $0.1.map { !$0.isSealed } ?? false }) else { return }
    // The program may have been ended just before they were on the disk.
    try withFile("fsync") { (file) throws(SystemFailure) in try file.sync() }
    for (number, page) in pages { if let page { try seal(page, number) } }
  }

  /// Seals the commit `number`, which was just made. It stands also where this fails, as where the program ends here.
  func seal(commit number: Int) {
    guard let page = try? metaPage(number % 2), page.number == UInt64(number) else { return }
    try? seal(page, number % 2)
  }

  /// What one of the first two pages begins with; nil where the file has no such page.
  private func metaPage(_ number: Int) throws(LMDBError) -> MetaPage? {
    var bytes = [UInt8](repeating: 0, count: MetaPage.byteCount)
    let place = try number * stat().pageSizeBytes
    let count = try withFile("pread") { (file) throws(SystemFailure) in
      try file.read(MetaPage.byteCount, at: place, into: &bytes)
    }
    return count == MetaPage.byteCount ? MetaPage(bytes) : nil
  }

  private func seal(_ page: MetaPage, _ number: Int) throws(LMDBError) {
    guard page.isLMDB, !page.isSealed else { return }
    let place = try number * stat().pageSizeBytes + MetaPage.sealOffset
    try withFile("pwrite") { (file) throws(SystemFailure) in try file.writeAll(page.newSeal.span, at: place) }
  }

  /// Calls `body` with the data file, which LMDB keeps open.
  private func withFile<Value>(
    _ call: String, _ body: (borrowing Descriptor) throws(SystemFailure) -> Value
  ) throws(LMDBError) -> Value {
    var raw: Int32 = -1
    // Safe: the call sets the number that it is lent.
    try LMDBError.check(unsafe mdb_env_get_fd(pointer, &raw), "mdb_env_get_fd")
    do throws(SystemFailure) {
      return try body(Descriptor(borrowing: raw))
    } catch {
      throw LMDBError(LMDBError.Code(rawValue: error.code), call: call)
    }
  }
}
