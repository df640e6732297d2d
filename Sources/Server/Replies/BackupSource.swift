// `BACKUP`: a compacting copy of the newest commit goes to a file that the client has handed over, while everybody asks
// and loads. Whether the copy is sound is for the client to see, which then confirms it.

internal import Glibc
internal import Index
internal import WireProtocol

/// Makes the reply to `BACKUP`.
final class BackupSource: ReplySource {
  let place = Job.Place.care
  private let file: HandedFile
  private var permit: StreamPermit?
  private let finished: FinishedBackup
  private let log: DaemonLog
  private let copy: IndexCopy
  private let began = WallClock.seconds
  private var pace = SharePace()
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  /// Pieces that one step writes.
  private static let piecesAStep = 8
  /// How long a step waits for the next piece.
  private static let waitMilliseconds: Int32 = 100

  init(_ index: Index, to file: HandedFile, permit: StreamPermit, finished: FinishedBackup, log: DaemonLog)
    throws
  {
    guard try file.check(for: .writing) == 0 else {
      throw ProtocolError(.file, "the file that was handed over is not empty")
    }
    self.file = file
    self.permit = permit
    self.finished = finished
    self.log = log
    copy = try IndexCopy(index)
    log.note("a backup begins, of about \(copy.estimatedBytes) bytes")
  }

  func step(_ part: inout ReplyPart, writer: IndexWriter?) throws -> Bool {
    for _ in 0..<Self.piecesAStep {
      switch try copy.read(into: &buffer, milliseconds: Self.waitMilliseconds) {
      case .bytes(let count): try file.write(buffer[..<count])
      case .nothing:
        pace.tell("copy", copy.byteCount, of: copy.estimatedBytes, in: &part)
        return true
      case .end:
        permit = nil
        part.field("bytes", copy.byteCount)
        part.field("backup", finished.note(BackupRecord(time: began, byteCount: copy.byteCount)))
        return false
      }
    }
    pace.tell("copy", copy.byteCount, of: copy.estimatedBytes, in: &part)
    return true
  }

  func cancel() {
    copy.cancel()
    permit = nil
    log.note("a backup was given up after \(copy.byteCount) bytes")
  }
}
