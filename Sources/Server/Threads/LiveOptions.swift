// Options that a running daemon can change: set at its start, and again whenever the settings are reloaded.

package import Logging
internal import Synchronization

/// Values of the options that a running daemon can change.
package struct LiveOptions: Equatable, Sendable {
  package var connectionsMax: Int
  /// The part of connections and other slots that one user may hold.
  package var userSharePercent: Int
  /// Bytes that one user's cross-references and accounts may have on the disk; 0 for no bound.
  package var userSpoolBytes: Int
  /// How long a stop may take before the daemon ends all the same.
  package var stopSeconds: Int
  /// After how many days an interrupted load is dropped; 0 for never.
  package var stagedDays: Int
  /// In how many seconds what was erased or removed leaves the files; 0 if only asked.
  package var eraseWithinSeconds: Int
  /// Bytes that must stay free on the disk.
  package var diskReserveBytes: Int
  /// Bytes of memory for staged rows; for loads that are opened from then on.
  package var stagingMemoryBytes: Int
  /// From how many milliseconds on a request is slow; 0 for never.
  package var slowLogMilliseconds: Int
  package var logLevel: Logger.Level

  package init(
    connectionsMax: Int, userSharePercent: Int, userSpoolBytes: Int, stopSeconds: Int, stagedDays: Int,
    eraseWithinSeconds: Int, diskReserveBytes: Int, stagingMemoryBytes: Int,
    slowLogMilliseconds: Int, logLevel: Logger.Level
  ) {
    self.connectionsMax = connectionsMax
    self.userSharePercent = userSharePercent
    self.userSpoolBytes = userSpoolBytes
    self.stopSeconds = stopSeconds
    self.stagedDays = stagedDays
    self.eraseWithinSeconds = eraseWithinSeconds
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
  let stagedDays: Atomic<Int>
  let eraseWithinSeconds: Atomic<Int>
  let userShare: UserShare
  let userSpoolBytes: Atomic<Int>

  init(
    connectionsMax: Int, stopSeconds: Int, stagedDays: Int, eraseWithinSeconds: Int,
    userSharePercent: Int = 100, userSpoolBytes: Int = 0
  ) {
    self.stagedDays = Atomic(stagedDays)
    self.eraseWithinSeconds = Atomic(eraseWithinSeconds)
    userShare = UserShare(percent: userSharePercent)
    self.userSpoolBytes = Atomic(userSpoolBytes)
    self.connectionsMax = Atomic(connectionsMax)
    self.stopSeconds = Atomic(stopSeconds)
  }
}
