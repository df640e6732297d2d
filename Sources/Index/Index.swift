// The index as its readers see it: one folder, opened once, and the current snapshot. Changes are made by the
// one `IndexWriter`, which publishes a new snapshot after each of them.

internal import Glibc
internal import LMDB
internal import Platform
internal import Synchronization

/// An open index.
package final class Index: Sendable {
  /// The data folder.
  package let path: String
  /// Its bounds, as they are now.
  package var limits: IndexLimits {
    var limits = limitsAtStart
    limits.diskReserveBytes = diskReserveBytes.load(ordering: .relaxed)
    limits.stagingMemoryBytes = stagingMemoryBytes.load(ordering: .relaxed)
    return limits
  }

  private let limitsAtStart: IndexLimits
  // Those that can be changed while the index is open.
  private let diskReserveBytes: Atomic<Int>
  private let stagingMemoryBytes: Atomic<Int>
  let environment: Environment
  let state: Mutex<IndexState>
  /// Sub-databases to be swept, found when the index was opened.
  let leftovers: [String]
  /// Sub-databases that are in nobody's use but may not be swept, found when the index was opened.
  package let unexplained: [String]
  /// Names in the folder for loads that are no load's, found when the index was opened.
  package let strays: [String]
  private let lock: SystemFile
  private let dataFile: DataFile
  private let current: Mutex<Snapshot>
  private let alive: SnapshotCensus
  /// Whether changes are refused, since the data file is about to be replaced.
  private let held = Atomic<Bool>(false)
  private let backup: Mutex<BackupRecord?>
  /// Counts spools of keys, for their names.
  let spools = Atomic<Int>(0)

  /// Opens the index in the folder `path`, or makes one in an empty or missing folder.
  ///
  /// The rest of a change that did not end is put aside here and swept by the writer. O(blocks + sets).
  /// - Parameters:
  ///   - spaces: all namespaces that the program knows.
  ///   - program: the program's version, recorded in the index.
  ///   - texts: recomputes text keys under a secret; asked where the index has no check value of its secret.
  package init(
    path: String, spaces: [KeySpace], limits: IndexLimits = IndexLimits(), program: String,
    texts: ((IndexSecret) -> any TextKeyCheck)?
  ) throws(IndexError) {
    self.path = path
    limitsAtStart = limits
    diskReserveBytes = Atomic(limits.diskReserveBytes)
    stagingMemoryBytes = Atomic(limits.stagingMemoryBytes)
    try Folder.make(path)
    try FolderTrust.check(path)
    lock = try SystemFile(creating: "\(path)/\(Self.lockFileName)")
    guard lock.tryLock() else { throw .inUse(path: path) }
    try Folder.make("\(path)/staging")
    // The rest of a compaction or restoration that did not end, and of a note of a backup.
    try Folder.removeFile(PartFile.path(of: DataFile.path(in: path)))
    try Folder.removeFile(PartFile.path(of: BackupRecord.path(in: path)))
    backup = Mutex(BackupRecord.read(in: path))
    try DataFile.require(in: path, program: program)
    dataFile = try DataFile(in: path)
    try dataFile.checkCommits()
    do throws(LMDBError) {
      environment = try Environment(
        path: path,
        options: EnvironmentOptions(
          mapSizeBytes: limits.mapBytes, databasesMax: IndexFormat.databasesMax, readersMax: 1_024,
          fileMode: 0o600, readOnly: false))
    } catch {
      throw IndexError(opening: path, error)
    }
    try dataFile.checkLength(environment)
    let store = IndexStore(environment: environment, path: path)
    let contents = try store.open(spaces: spaces)
    var state = contents.state
    state.counts = state.recounted()
    leftovers = contents.garbage
    unexplained = contents.unexplained
    let alive = SnapshotCensus()
    self.alive = alive
    var snapshot = try store.snapshot(state, previous: nil, census: alive)
    try snapshot.checkKeyCounts()
    if !contents.hasSecretCheck {
      if let texts { try snapshot.checkSomeTexts(texts(state.secret)) }
      try store.putSecretCheck(state.secret)
    }
    if state.exchangeKey == nil {
      state.exchangeKey = try store.putExchangeKey()
      snapshot = try store.snapshot(state, previous: snapshot, census: alive)
    }
    current = Mutex(snapshot)
    self.state = Mutex(state)
    strays = try Self.removeFinishedLoads(in: path, state: state)
  }

  /// Changes bounds while the index is open. Loads that are open keep those with which they were opened.
  ///
  /// - Parameters:
  ///   - diskReserveBytes: that must stay free on the disk.
  ///   - stagingMemoryBytes: of memory for staged rows.
  package func change(diskReserveBytes: Int, stagingMemoryBytes: Int) {
    self.diskReserveBytes.store(diskReserveBytes, ordering: .relaxed)
    self.stagingMemoryBytes.store(stagingMemoryBytes, ordering: .relaxed)
  }

  /// The name of the file in a data folder whose lock says that a daemon has it.
  static let lockFileName = "whichset.lock"

  /// The format that this program writes.
  package static var formatVersion: Int { IndexFormat.version }

  /// The newest committed state.
  package var snapshot: Snapshot { current.withLock { $0 } }

  /// How many snapshots some reader still holds, the newest included.
  package var snapshotsAlive: Int { alive.count }

  /// For how long the oldest snapshot that some reader holds has not been the newest any more; zero where only the
  /// newest is held. As long as it is held, pages that it needs are not used again.
  package var oldestSnapshotAge: Duration { alive.oldestAge }

  /// Whether a snapshot older than the newest is still held.
  var hasOldSnapshots: Bool { alive.hasOlder(than: snapshot.version) }

  /// Bytes of the map: reserved, in the file, and used by pages that are not free for the next change. O(free pages).
  package func mapUse() throws(IndexError) -> (sizeBytes: Int, fileBytes: Int, usedBytes: Int) {
    let oldest = snapshot.transactionID
    return try IndexError.wrapping { () throws(LMDBError) in
      let info = try environment.info()
      let free = try environment.read().freePageCount(before: oldest)
      let pageBytes = try environment.stat().pageSizeBytes
      return (info.mapSizeBytes, (info.lastPage + 1) * pageBytes, (info.lastPage + 1 - free) * pageBytes)
    }
  }

  /// From now on changes of the index are refused with `held`. Called by the thread that makes them.
  package func hold() { held.store(true, ordering: .releasing) }

  /// Changes are taken again.
  package func release() { held.store(false, ordering: .releasing) }

  /// Throws `dead` where the data file was removed, moved or replaced behind the index's back: what is committed from
  /// then on would be lost. O(1): one `stat`.
  package func checkInPlace() throws(IndexError) {
    // A held index is about to be replaced by its own daemon.
    if !isHeld { try dataFile.checkInPlace() }
  }

  /// Whether changes are refused.
  var isHeld: Bool { held.load(ordering: .acquiring) }

  /// The last good backup; nil where there was none, or it is not known.
  package var lastBackup: BackupRecord? { backup.withLock { $0 } }

  /// Keeps when the index was last backed up.
  package func noteBackup(_ record: BackupRecord) throws(IndexError) {
    try record.write(in: path)
    backup.withLock { $0 = record }
  }

  /// Shows a new state to readers.
  ///
  /// - Parameters:
  ///   - edits: which blocks were edited in place.
  ///   - young: the namespaces whose young levels were changed.
  func publish(_ new: IndexState, edits: [UInt8: DirectoryEdit] = [:], young: Set<UInt8> = [])
    throws(IndexError)
  {
    let store = IndexStore(environment: environment, path: path)
    let next = try store.snapshot(new, previous: snapshot, edits: edits, young: young, census: alive)
    state.withLock { $0 = new }
    current.withLock { $0 = next }
  }

  // MARK: - Staged loads

  /// The folder of a load.
  func loadFolder(_ identifier: String) -> String { "\(path)/staging/\(identifier)" }

  /// The names of all staged loads.
  package func stagedLoadNames() throws(IndexError) -> [String] {
    var loads: [String] = []
    for name in try Folder.names(in: "\(path)/staging") where !name.hasPrefix(Self.spoolPrefix) {
      if try StagedLoad.isLoad(loadFolder(name)) { loads.append(name) }
    }
    return loads
  }

  /// Opens a staged load, or starts one.
  package func openLoad(_ manifest: LoadManifest) throws(IndexError) -> StagedLoad {
    try StagedLoad.open(
      folder: loadFolder(manifest.identifier), manifest: manifest, spaces: snapshot.spaces, limits: limits)
  }

  /// What a staged load holds, without opening it: another thread may be using it, or be removing it. Nil where there
  /// is none.
  package func peekLoad(named identifier: String) throws(IndexError) -> LoadSummary? {
    do throws(IndexError) {
      return try StagedLoad.peek(loadFolder(identifier))
    } catch {
      // A file that went between two looks.
      if case .system(let failure) = error, failure.code == LMDBError.Code.noSuchFile.rawValue { return nil }
      throw error
    }
  }

  /// When rows of a staged load were last written, in seconds since 1970; nil where there is none of the name.
  package func loadWritten(named identifier: String) throws(IndexError) -> Int? {
    // Each run is a new file in the load's folder.
    try IndexError.wrapping(try FileStatus.at(loadFolder(identifier))).map {
      $0.modifiedNanoseconds / 1_000_000_000
    }
  }

  /// Drops a staged load by its name, whatever its state.
  package func dropLoad(named identifier: String) throws(IndexError) {
    try StagedLoad.remove(loadFolder(identifier))
  }

  /// Removes the staged rows of loads that had become visible when the last daemon ended, and what is no load: the
  /// rest of one that was being made or removed.
  ///
  /// - Returns: the names of what cannot be that. It stays, and is nobody's load.
  private static func removeFinishedLoads(in path: String, state: IndexState) throws(IndexError) -> [String] {
    var strays: [String] = []
    for name in try Folder.names(in: "\(path)/staging") {
      let folder = "\(path)/staging/\(name)"
      let isReindexing = name.hasSuffix(".\(LoadManifest.reindexSource)")
      let kind = try IndexError.wrapping(try FileStatus.at(folder, followsLinks: false))?.kind
      guard kind == .folder, name.contains(".") || name.hasPrefix(spoolPrefix) else {
        strays.append(name)
        continue
      }
      if !isReindexing, try StagedLoad.isLoad(folder),
        !StagedLoad.isFinished(folder, in: state.datasets.values)
      {
        continue
      }
      do throws(IndexError) {
        try StagedLoad.remove(folder)
      } catch {
        // Something is in it that no load makes: a folder, or what another user put there.
        guard case .system(let failure) = error, [EISDIR, EPERM, EACCES, ENOTEMPTY].contains(failure.code)
        else {
          throw error
        }
        strays.append(name)
      }
    }
    return strays
  }
}

/// Counts the snapshots that are held, by version.
final class SnapshotCensus: Sendable {
  private struct Entry {
    var count = 0
    /// When a newer version came; nil for the newest.
    var replaced: ContinuousClock.Instant?
  }

  private let versions = Mutex<[Int: Entry]>([:])

  func enter(_ version: Int) {
    versions.withLock { versions in
      for old in versions.keys where old < version && versions[old]?.replaced == nil {
        versions[old]?.replaced = .now
      }
      versions[version, default: Entry()].count += 1
    }
  }

  func leave(_ version: Int) {
    versions.withLock {
      $0[version, default: Entry()].count -= 1
      if $0[version]?.count ?? 0 <= 0 { $0[version] = nil }
    }
  }

  var count: Int { versions.withLock { $0.values.reduce(0) { $0 + $1.count } } }

  /// How long ago the oldest was replaced.
  var oldestAge: Duration {
    let replaced = versions.withLock { $0.min { $0.key < $1.key }?.value.replaced }
    return replaced.map { .now - $0 } ?? .zero
  }

  func hasOlder(than version: Int) -> Bool { versions.withLock { $0.keys.contains { $0 < version } } }
}
