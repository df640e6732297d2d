// The care thread: backups, verifications, compactions, restorations. They read or write the index as a whole, so they have
// a thread of their own, at a lower priority: a disk that is slow to take a backup holds up nobody's query.

internal import Index
internal import WireProtocol

/// What the care thread has at hand.
final class CareThread: StreamingThread {
  static let duty = "caring for the index"
  let index: Index
  let register: LoadRegister
  /// Not those of everybody, which readers may use up.
  let streams = Slots(max: ProtocolLimits.careStreamsMax, of: "requests of care are under way")
  let upkeep: Upkeep
  let log: DaemonLog
  /// The last backup that was made whole, until its client says that it is good.
  let finished = FinishedBackup()

  init(index: Index, register: LoadRegister, upkeep: Upkeep, log: DaemonLog) {
    self.index = index
    self.register = register
    self.upkeep = upkeep
    self.log = log
  }

  static func step(_ body: @escaping @Sendable (CareThread) -> Outcome?) -> Work.Step { .care(body) }
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
