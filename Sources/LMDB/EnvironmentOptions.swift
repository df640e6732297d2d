// How an environment is opened. What the daemon must never vary (the flags) is not here, see Environment.

/// What the opener of an environment chooses.
package struct EnvironmentOptions: Hashable, Sendable {
  /// The most that the data file may grow to, in bytes; rounded up to whole pages. The map is sparse: it
  /// reserves address space and neither memory nor disk, so it is chosen large once and never changed.
  package var mapSizeBytes: Int

  /// How many named databases may be open at once.
  package var databasesMax: Int

  /// How many read transactions may be open at once, in all processes together. LMDB's own default is 126.
  package var readersMax: Int

  /// The permissions of the files that opening creates, before the umask.
  package var fileMode: UInt32

  /// Whether writing is refused. The lock file is written to even so.
  package var readOnly: Bool

  /// Whether the path names a data file, not a folder, that nobody writes to: it is only read, and no lock file is made.
  /// In C, `MDB_NOSUBDIR | MDB_NOLOCK | MDB_RDONLY`.
  package var isStillFile = false

  /// Whether the path names a data file, not a folder, that nobody else knows of yet: no lock file is made.
  /// In C, `MDB_NOSUBDIR | MDB_NOLOCK`.
  package var isPrivateFile = false

  /// Options for a data file that nobody else knows of yet. By default it has no room but for a few records.
  package static func privateFile(mapSizeBytes: Int = 1 << 20, databasesMax: Int) -> EnvironmentOptions {
    var options = EnvironmentOptions(mapSizeBytes: mapSizeBytes, databasesMax: databasesMax)
    options.isPrivateFile = true
    return options
  }

  /// Options for a data file that nobody writes to, of `byteCount` bytes.
  package static func stillFile(byteCount: Int, databasesMax: Int) -> EnvironmentOptions {
    var options = EnvironmentOptions(
      mapSizeBytes: max(1 << 20, byteCount), databasesMax: databasesMax, readOnly: true)
    options.isStillFile = true
    return options
  }

  /// Options for a data folder of one daemon.
  package init(
    mapSizeBytes: Int, databasesMax: Int = 64, readersMax: Int = 126, fileMode: UInt32 = 0o600,
    readOnly: Bool = false
  ) {
    precondition(mapSizeBytes > 0, "a map must have a size")
    precondition(
      databasesMax >= 0 && databasesMax <= 1 << 16, "LMDB copies every handle for each transaction")
    precondition(readersMax > 0 && readersMax <= 1 << 16, "each reader takes 64 bytes of the lock file")
    self.mapSizeBytes = mapSizeBytes
    self.databasesMax = databasesMax
    self.readersMax = readersMax
    self.fileMode = fileMode
    self.readOnly = readOnly
  }
}
