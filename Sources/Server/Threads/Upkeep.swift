// What may replace the index's file, one at a time, and the restart that follows.

internal import Synchronization
internal import WireProtocol

/// Backups, compactions and restorations: what they share with the rest of the daemon.
final class Upkeep: Sendable {
  /// A backup, a compaction, a restoration: one at a time.
  let slot = StreamCount(max: ProtocolLimits.upkeepMax, of: "a backup, a compaction or a restoration")
  private let isRestartWanted = Atomic<Bool>(false)
  private let kept = Mutex<StreamPermit?>(nil)
  /// Counted up when the daemon is to stop and to start anew.
  let restart: EventCounter

  private let canStart: @Sendable () throws(ReloadFailure) -> Void

  /// - Parameter canStart: throws where the daemon, started anew, would not come up where it is.
  init(canStart: @escaping @Sendable () throws(ReloadFailure) -> Void = {}) throws(SystemFailure) {
    self.canStart = canStart
    restart = try EventCounter()
  }

  /// Throws where the daemon could not start anew: then nothing is replaced.
  func requireRestart() throws(ProtocolError) {
    do throws(ReloadFailure) {
      try canStart()
    } catch {
      throw ProtocolError(
        .config, "nothing was changed, since the daemon could not start anew: \(error.line)")
    }
  }

  /// The index's file was replaced: the daemon has to open it anew. Until then nothing else may replace it.
  ///
  /// - Parameter permit: that of whoever replaced the file; it is not given back.
  func requestRestart(keeping permit: StreamPermit?) {
    kept.withLock { $0 = permit }
    isRestartWanted.store(true, ordering: .releasing)
    restart.add()
  }

  /// Whether the daemon is to start anew when it has stopped.
  var wantsRestart: Bool { isRestartWanted.load(ordering: .acquiring) }
}
