// LMDB lets one transaction at a time open or drop sub-databases; another one that wants to is refused
// (`databasesOpenedElsewhere`), and gets its turn when the first has ended, a moment later.

internal import LMDB
internal import Platform

/// Work that opens sub-databases.
enum OpeningDatabases {
  /// Does `work` again for as long as another transaction keeps it from opening a sub-database. It must begin its
  /// transaction itself, and leave nothing behind where it throws.
  static func retrying<Result: ~Copyable>(
    _ work: () throws(LMDBError) -> Result
  ) throws(LMDBError) -> Result {
    var tries = 0
    while true {
      do throws(LMDBError) {
        return try work()
      } catch {
        tries += 1
        guard error.code == .databasesOpenedElsewhere, tries < triesMax else { throw error }
        MonotonicClock.sleep(.milliseconds(1))
      }
    }
  }

  /// A second of waiting; who opens sub-databases ends at once.
  private static let triesMax = 1_000
}
