// Options that a running daemon can change: set at its start, and again whenever the settings are read anew.

internal import Glibc
package import Logging
internal import Synchronization

/// Values of the options that a running daemon can change.
package struct LiveOptions: Equatable, Sendable {
  /// Connections at one time.
  package var connectionsMax: Int
  /// How long a stop may take before the daemon ends all the same.
  package var stopSeconds: Int
  /// Bytes that must stay free on the disk.
  package var diskReserveBytes: Int
  /// Bytes of memory for staged rows; for loads that are opened from then on.
  package var stagingMemoryBytes: Int
  /// From how many milliseconds on a request is slow; 0 for never.
  package var slowLogMilliseconds: Int
  /// What is logged.
  package var logLevel: Logger.Level

  /// Makes a set of values.
  package init(
    connectionsMax: Int, stopSeconds: Int, diskReserveBytes: Int, stagingMemoryBytes: Int,
    slowLogMilliseconds: Int, logLevel: Logger.Level
  ) {
    self.connectionsMax = connectionsMax
    self.stopSeconds = stopSeconds
    self.diskReserveBytes = diskReserveBytes
    self.stagingMemoryBytes = stagingMemoryBytes
    self.slowLogMilliseconds = slowLogMilliseconds
    self.logLevel = logLevel
  }
}

/// Those of them that the daemon's threads look at.
final class LiveValues: Sendable {
  let connectionsMax: Atomic<Int>
  let stopSeconds: Atomic<Int>

  init(connectionsMax: Int, stopSeconds: Int) {
    self.connectionsMax = Atomic(connectionsMax)
    self.stopSeconds = Atomic(stopSeconds)
  }
}

/// How many files and connections the process may have open.
enum DescriptorLimit {
  /// Descriptors beside those of connections.
  private static let others = 64

  /// Makes room for so many connections, as far as the system lets it. The C function is `setrlimit`.
  ///
  /// - Returns: how many files may be open, where these are too few; else nil.
  static func makeRoom(forConnections count: Int) -> Int? {
    var limit = rlimit()
    let needed = rlim_t(count + others)
    // Safe: the calls fill and read the struct that they are lent.
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
    guard limit.rlim_cur < needed else { return nil }
    let before = limit.rlim_cur
    limit.rlim_cur = min(limit.rlim_max, needed)
    let isSet = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0
    let now = isSet ? limit.rlim_cur : before
    return now < needed ? Int(clamping: now) : nil
  }
}
