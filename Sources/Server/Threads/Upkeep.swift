// What may replace the index's file, one at a time, and the restart that follows.

internal import Platform
internal import Synchronization
internal import WireProtocol

/// Backups, compactions and restorations: what they share with the rest of the daemon.
final class Upkeep: Sendable {
  /// A backup, a compaction, a restoration: one at a time.
  let slot = Slots(
    max: ProtocolLimits.upkeepMax, of: "a backup, a compaction or a restoration is under way",
    isExclusive: true)
  private let isRestartWanted = Atomic<Bool>(false)
  private let kept = Mutex<Slot?>(nil)
  /// Incremented when the daemon is to stop and start again.
  let restart: EventCounter

  /// The path of the daemon's own program as it is now, by which data files from elsewhere are inspected.
  let program: @Sendable () -> String
  private let canStart: @Sendable () throws(ReloadFailure) -> Void

  /// - Parameter canStart: throws if the daemon, started again, would not come up at the same place.
  init(
    program: @escaping @Sendable () -> String,
    canStart: @escaping @Sendable () throws(ReloadFailure) -> Void = {}
  )
    throws(SystemFailure)
  {
    self.program = program
    self.canStart = canStart
    restart = try EventCounter()
  }

  /// Throws if the daemon could not start again: then nothing is replaced.
  func requireRestart() throws(ProtocolError) {
    do throws(ReloadFailure) {
      try canStart()
    } catch {
      throw ProtocolError(
        .config, "nothing was changed, since the daemon could not start again: \(error.line)")
    }
  }

  /// The index's file was replaced: the daemon has to open it again. Until then nothing else may replace it.
  ///
  /// - Parameter permit: the one held while the file was replaced; it is not given back.
  func requestRestart(keeping permit: Slot?) {
    kept.withLock { $0 = permit }
    isRestartWanted.store(true, ordering: .releasing)
    restart.add()
  }

  /// Whether the daemon is to start again when it has stopped.
  var wantsRestart: Bool { isRestartWanted.load(ordering: .acquiring) }
}
