// `BACKUP`: a compacting copy of the newest commit goes to a file that the client has handed over, while everybody asks
// and loads. It waits for the writer only where something was erased, removed or replaced since the data file was made: old
// generations, which the copy would have as well, are deleted first. Whether the copy is sound is for the client to see, which then confirms it.

internal import Glibc
internal import Index
internal import Platform
internal import WireProtocol

extension BackupRequest: FileHandler {
  typealias Thread = CareThread

  func change(_ held: Holdings) -> Change? { confirmed.map { _ in Change("backup", of: "the index") } }

  func course(_ asker: Asker, _ context: inout SessionContext) throws(ProtocolError) -> Course {
    guard let confirmed else { return awaitFile() }
    return .work(
      work(asker.held) { thread, _ in
        guard let backup = thread.finished.backup(confirmed) else {
          throw ProtocolError(
            .file, "this is not the last backup that was made, or it is confirmed already")
        }
        try thread.index.noteBackup(backup)
        // Only now: where that fails, the client may confirm once more.
        thread.finished.forget()
        thread.log.backedUp(bytes: backup.byteCount)
        return Outcome(Done())
      })
  }

  func source(_ file: HandedFile, on thread: CareThread) throws -> BackupSource {
    try BackupSource(
      thread.index, to: file, permit: thread.upkeep.slot.take(), finished: thread.finished, log: thread.log)
  }
}

/// Makes the reply to `BACKUP`.
final class BackupSource: WritingSource {
  typealias Thread = CareThread
  private let index: Index
  private let file: HandedFile
  private var permit: Slot?
  private let finished: FinishedBackup
  private let log: DaemonLog
  private var phase: Phase
  private let began = WallClock.seconds
  private var pace = SharePace()
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  private enum Phase {
    case sweep(GenerationSweep)
    case copy(IndexCopy)
    case ended
  }

  private static let piecesAStep = 8
  /// How long a step waits for the next piece.
  private static let waitMilliseconds: Int32 = 100

  init(_ index: Index, to file: HandedFile, permit: Slot, finished: FinishedBackup, log: DaemonLog)
    throws
  {
    guard try file.check(for: .writing) == 0 else {
      throw ProtocolError(.file, "the file that was handed over is not empty")
    }
    self.file = file
    self.permit = permit
    self.finished = finished
    self.log = log
    self.index = index
    phase = index.snapshot.remains == nil ? .copy(try IndexCopy(index)) : .sweep(GenerationSweep())
    log.note("a backup begins, of about \(try index.mapUse().usedBytes) bytes")
  }

  var isWriting: Bool { if case .sweep = phase { true } else { false } }

  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool {
    guard case .sweep(var sweep) = phase else { return true }
    phase = try sweep.step(writer) ? .copy(IndexCopy(index)) : .sweep(sweep)
    return true
  }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    switch phase {
    case .sweep: return true
    case .copy(let copy): return try write(copy, &part)
    case .ended: return false
    }
  }

  private func write(_ copy: IndexCopy, _ part: inout ReplyPart) throws -> Bool {
    for _ in 0..<Self.piecesAStep {
      switch try copy.read(into: &buffer, milliseconds: Self.waitMilliseconds) {
      case .bytes(let count):
        try file.write(buffer[..<count])
        for range in copy.takeRanges() { try file.clear(range) }
      case .nothing:
        pace.tell("copy", copy.byteCount, of: copy.estimatedBytes, in: &part)
        return true
      case .end:
        permit = nil
        phase = .ended
        let name = finished.note(BackupRecord(time: began, byteCount: copy.byteCount))
        part.fields = BackupRequest.End(byteCount: copy.byteCount, backup: name).values
        return false
      }
    }
    pace.tell("copy", copy.byteCount, of: copy.estimatedBytes, in: &part)
    return true
  }

  func cancel() {
    permit = nil
    guard case .copy(let copy) = phase else { return log.note("a backup was given up before it began") }
    copy.cancel()
    log.note("a backup was given up after \(copy.byteCount) bytes")
  }
}
