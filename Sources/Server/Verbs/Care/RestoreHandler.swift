// `RESTORE`: a backup that the client has handed over as an open file takes the index's place, and the daemon opens it.
//
//   1. copy      into the data folder, beside the data file, and onto the disk
//   2. verify    all of it, by a process of its own (`FileInspection`)
//   3. install   (by the writer) changes of the index and new loads are refused; it takes the data file's name, in one step;
//                the daemon starts again
//
// What the index has suppressed goes into the file before it is installed, and is erased from it when it is opened, before
// anybody can ask.
//
// Whatever ends it before 3 leaves the index as it was. Staged loads hold keys under their index's secret: where that of
// the backup is another one, they are dropped, which has to be wanted.

internal import Index
internal import WireProtocol

extension RestoreRequest: FileHandler {
  typealias Thread = CareThread

  func change(_ held: Holdings) -> Change? { Change("restoration", of: "the index") }

  func source(_ file: HandedFile, on thread: CareThread) throws -> RestoreSource {
    try RestoreSource(
      thread.index, from: file, force: force, register: thread.register, upkeep: thread.upkeep,
      permit: thread.upkeep.slot.take(), log: thread.log)
  }
}

/// Makes the reply to `RESTORE`.
final class RestoreSource: WritingSource {
  typealias Thread = CareThread
  private let index: Index
  private let file: HandedFile
  private let force: Bool
  private let register: LoadRegister
  private let upkeep: Upkeep
  private var permit: Slot?
  private let log: DaemonLog
  private let byteCount: Int
  private var phase: Phase
  private var pace = SharePace()
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)

  private static let piecesAStep = 8

  private enum Phase {
    case copy(DataPart)
    case verify(InspectingProcess, DataPart)
    case install(IndexSecret, DataPart)
    case ended
  }

  init(
    _ index: Index, from file: HandedFile, force: Bool, register: LoadRegister, upkeep: Upkeep,
    permit: Slot, log: DaemonLog
  ) throws {
    byteCount = try file.check(for: .reading)
    self.index = index
    self.file = file
    self.force = force
    self.register = register
    self.upkeep = upkeep
    self.permit = permit
    self.log = log
    guard register.count == 0 else { throw Self.loadsAreOpen }
    try upkeep.requireRestart()
    phase = .copy(try DataPart(index, bytes: byteCount))
    try refuseLoss()
    log.note("a restoration begins, of \(byteCount) bytes")
  }

  var isWriting: Bool { if case .install = phase { true } else { false } }

  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool {
    if case .install(let secret, let copy) = phase { try install(copy, secret, &part) }
    return false
  }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    switch phase {
    case .copy(let copy): try self.copy(copy, &part)
    case .verify(let inspection, let copy):
      let verdict = inspection.step()
      pace.tell("verify", inspection.done, of: inspection.total, in: &part)
      switch verdict {
      case nil: break
      case .unfit(let reason): throw ProtocolError(.file, "\(reason); the index is as it was")
      case .failed(let reason): throw ProtocolError(.internal, "\(reason); the index is as it was")
      case .sound: phase = .install(try IndexFile(path: copy.path).secret, copy)
      }
    case .install, .ended: return false
    }
    return true
  }

  private func copy(_ copy: DataPart, _ part: inout ReplyPart) throws {
    for _ in 0..<Self.piecesAStep {
      let count = try file.read(at: copy.byteCount, into: &buffer)
      if count > 0 {
        try copy.write(buffer[..<count])
        continue
      }
      try copy.finish()
      pace = SharePace()
      phase = .verify(try InspectingProcess(copy.path, by: upkeep.program()), copy)
      return
    }
    pace.tell("copy", copy.byteCount, of: byteCount, in: &part)
  }

  private func install(_ copy: DataPart, _ secret: IndexSecret, _ part: inout ReplyPart) throws {
    try upkeep.requireRestart()
    guard register.close() else { throw Self.loadsAreOpen }
    index.hold()
    try refuseLoss()
    try carrySuppressions(into: copy, secret)
    let receipts = try index.receipts()
    if !receipts.isEmpty { try copy.carry(receipts) }
    var dropped = 0
    if secret != index.snapshot.secret {
      for name in try index.stagedLoadNames() {
        try index.dropLoad(named: name)
        log.warning("dropped the staged load \(name): its keys are of the index that is replaced")
        dropped += 1
      }
    }
    if try !copy.install() { log.unsynced() }
    phase = .ended
    log.restored(bytes: copy.byteCount)
    part.fields = RestoreRequest.End(byteCount: copy.byteCount, loadsDropped: dropped).values
    upkeep.requestRestart(keeping: permit)
  }

  /// Throws where what is suppressed could not be recognised in the backup.
  private func carrySuppressions(into copy: DataPart, _ secret: IndexSecret) throws {
    let snapshot = index.snapshot
    if !snapshot.keyrings.isEmpty { try copy.carry(snapshot.keyrings) }
    guard !snapshot.suppressions.isEmpty else { return }
    guard secret == snapshot.secret, try copy.carry(snapshot.suppressions) else {
      throw ProtocolError(
        .file,
        "the backup is of another index, in which suppressed images cannot be told; import an export of it instead"
      )
    }
  }

  /// Throws where something would be lost that was not said to be.
  private func refuseLoss() throws {
    guard !force else { return }
    guard index.snapshot.datasets.isEmpty else {
      throw ProtocolError(
        .exists,
        "the index is not empty (datasets: \(index.snapshot.datasets.count)); a restoration that replaces it needs force (--force, force=1)"
      )
    }
    let staged = try index.stagedLoadNames().count
    guard staged == 0 else {
      throw ProtocolError(
        .exists,
        "loads are staged (\(staged)), which a restoration may drop; abort them, or say force (--force, force=1)"
      )
    }
  }

  private static var loadsAreOpen: ProtocolError {
    ProtocolError(.busy, "a load is open; try again when it has ended")
  }

  func cancel() {
    // What has ended is not given up: the index stays held until the daemon starts again.
    if case .ended = phase { return }
    switch phase {
    case .copy(let file), .verify(_, let file), .install(_, let file): file.remove()
    case .ended: break
    }
    phase = .ended
    register.reopen()
    index.release()
    permit = nil
    log.note("a restoration was given up; the index is as it was")
  }
}
