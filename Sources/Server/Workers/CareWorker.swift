// The jobs of the care thread: backups, verifications, compactions, restorations. They read or write the index as a whole,
// so they have a thread of their own, at a lower priority: a disk that is slow to take a backup holds up nobody's query.

internal import Glibc
internal import Index
internal import Synchronization
internal import WireProtocol

/// What the jobs of the care thread share with the rest of the daemon.
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

/// Cares for the index. It stays on one thread.
final class CareWorker {
  private let index: Index
  private let register: LoadRegister
  /// Not those of everybody, which readers may use up.
  private let streams = StreamCount(max: ProtocolLimits.careStreamsMax, of: "requests of care")
  private let upkeep: Upkeep
  private let log: DaemonLog
  /// The last backup that was made whole, until its client says that it is good.
  private let finished = FinishedBackup()

  init(index: Index, register: LoadRegister, upkeep: Upkeep, log: DaemonLog) {
    self.index = index
    self.register = register
    self.upkeep = upkeep
    self.log = log
  }

  func run(_ job: Job) -> JobResult {
    do {
      switch job {
      case .backup(let file):
        return start(
          try BackupSource(index, to: file, permit: upkeep.slot.permit(), finished: finished, log: log),
          try streams.permit())
      case .confirmBackup(let token): return try confirm(token)
      case .verify: return start(try VerifySource(index, log: log), try streams.permit())
      case .compact:
        return start(
          try CompactSource(index, upkeep: upkeep, permit: upkeep.slot.permit(), log: log),
          try streams.permit())
      case .restore(let file, let force):
        return start(
          try RestoreSource(
            index, from: file, force: force, register: register, upkeep: upkeep,
            permit: upkeep.slot.permit(), log: log), try streams.permit())
      case .advance(let stream): return stream.step { failed($0) }
      case .cancel(let stream):
        stream.cancel()
        return JobResult(reply: [])
      default: preconditionFailure("a job of another thread")
      }
    } catch {
      return failed(error)
    }
  }

  private func start(_ source: some ReplySource, _ permit: StreamPermit) -> JobResult {
    ReplyStream(source, permit: permit).step { failed($0) }
  }

  private func failed(_ error: any Error) -> JobResult {
    JobResult(failure: error, during: "caring for the index", log)
  }

  private func confirm(_ token: String) throws -> JobResult {
    guard let backup = finished.backup(token) else {
      throw ProtocolError(.file, "this is not the last backup that was made, or it is confirmed already")
    }
    try index.noteBackup(backup)
    // Only now: where that fails, the client may confirm once more.
    finished.forget()
    log.backedUp(bytes: backup.byteCount)
    return JobResult("OK")
  }
}

/// The last backup that was made whole. Used by one thread.
final class FinishedBackup {
  private var token = ""
  private var record = BackupRecord(time: 0, byteCount: 0)

  /// Notes a backup; returns the name by which it can be confirmed.
  func note(_ record: BackupRecord) -> String {
    self.record = record
    token = String(UInt64.random(in: .min ... .max), radix: 16)
    return token
  }

  /// The backup of that name; nil where it is not the last one.
  func backup(_ name: String) -> BackupRecord? { !token.isEmpty && name == token ? record : nil }

  /// The backup is confirmed.
  func forget() { token = "" }
}

/// Tells how far a work of many bytes or blocks is, about two hundred times.
struct SharePace {
  private var told = 0

  /// Adds how much is done, of how much, where it is time to.
  mutating func tell(_ phase: String, _ done: Int, of total: Int, in part: inout ReplyPart) {
    guard done - told >= max(1, total / 200) else { return }
    told = done
    part.field("phase", phase)
    part.field("done", done)
    // What was reckoned may be less than what comes.
    part.field("of", max(done, total))
  }
}
