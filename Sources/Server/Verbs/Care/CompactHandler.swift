// `COMPACT`: rewrites the index without free pages and without what was removed from it, and has the daemon open the
// new file. Nothing is changed for anybody who asks; who changes the index is told to come again.
//
//   1. check      the index is verified; damage ends it here
//   2. rewrite    what removed datasets have left in blocks is dropped (by the writer)
//   3. sweep      old generations go (by the writer)
//   4. hold       from here on the writer refuses changes, which would not be in the copy (by the writer); a dataset that was
//                 removed since 2 leads back there
//   5. copy       a compacting copy beside the data file, which says that nothing remains of what was erased or removed
//   6. verify     the copy is verified
//   7. install    it takes the data file's name, in one step (by the writer); the daemon starts again
//
// Whatever ends it before 7 leaves the standing file in force; what 2 and 3 did is a change like any other.

internal import Index
internal import IndexKeys
internal import Platform
internal import WireProtocol

extension CompactRequest: StreamHandler {
  typealias Thread = CareThread

  func change(_ held: Holdings) -> Change? { Change("compaction", of: "the index") }

  func source(on thread: CareThread, _ held: inout Holdings) throws -> CompactSource {
    try CompactSource(
      thread.index, upkeep: thread.upkeep, permit: thread.upkeep.slot.take(), log: thread.log)
  }
}

/// Makes the reply to `COMPACT`.
final class CompactSource: WritingSource {
  typealias Thread = CareThread
  private let index: Index
  private let upkeep: Upkeep
  private var permit: Slot?
  private let log: DaemonLog
  private let bytesBefore: Int
  /// How many datasets had been removed when their remains were looked for.
  private var removedDatasets: Int
  /// Whether nothing of what was erased or removed will be in the folder.
  private var settles = false
  private var phase: Phase
  private var pace = SharePace()
  private var buffer = [UInt8](repeating: 0, count: 1 << 20)
  private var sweep = GenerationSweep()

  private static let piecesAStep = 8
  private static let waitMilliseconds: Int32 = 100

  private enum Phase {
    case check(Verification)
    case rewrite(ArraySlice<KeySpace>)
    case sweep
    case hold
    case copy(IndexCopy, DataPart)
    case verify(Verification, DataPart)
    case install(DataPart)
    case ended
  }

  init(_ index: Index, upkeep: Upkeep, permit: Slot, log: DaemonLog) throws {
    self.index = index
    self.upkeep = upkeep
    self.permit = permit
    self.log = log
    try upkeep.requireRestart()
    let use = try index.mapUse()
    bytesBefore = use.fileBytes
    // Early: the copy at least needs as much as is in use.
    try index.checkRoom(bytes: use.usedBytes)
    removedDatasets = index.snapshot.removedDatasets
    phase = .check(try Verification(index, texts: ListedTexts(secret: index.snapshot.secret)))
    log.note("a compaction begins; the data file has \(bytesBefore) bytes")
  }

  var isWriting: Bool {
    switch phase {
    case .rewrite, .sweep, .hold, .install: true
    case .check, .copy, .verify, .ended: false
    }
  }

  func step(_ part: inout ReplyPart, on thread: CareThread) throws -> Bool {
    switch phase {
    case .check(var verification):
      let hasMore = try verification.step()
      phase = .check(verification)
      pace.tell("check", verification.blocksDone, of: verification.blocksTotal, in: &part)
      guard !hasMore else { return true }
      try Self.refuseDamaged(verification, "the index")
      phase = verification.counts.remains > 0 ? .rewrite(spaces) : .sweep
    case .copy(let copy, let file): try self.copy(copy, file, &part)
    case .verify(var verification, let file):
      let hasMore = try verification.step()
      phase = .verify(verification, file)
      pace.tell("verify", verification.blocksDone, of: verification.blocksTotal, in: &part)
      guard !hasMore else { return true }
      try Self.refuseDamaged(verification, "the copy")
      phase = .install(file)
    case .rewrite, .sweep, .hold, .install, .ended: return false
    }
    return true
  }

  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool {
    switch phase {
    case .rewrite(var spaces):
      part.fields = StreamProgress("rewrite").values
      guard let space = spaces.popFirst() else {
        phase = .sweep
        return true
      }
      phase = .rewrite(spaces)
      try writer.dropRemains(of: space)
    case .sweep: if try sweep.step(writer) { phase = .hold }
    case .hold:
      let removed = index.snapshot.removedDatasets
      guard removed == removedDatasets else {
        (removedDatasets, phase) = (removed, .rewrite(spaces))
        return true
      }
      index.hold()
      settles = try index.loadsWithRemains().isEmpty
      let part = try DataPart(index, bytes: try index.mapUse().usedBytes)
      phase = .copy(try IndexCopy(index), part)
      pace = SharePace()
    case .install(let file):
      try install(file, &part)
      return false
    case .check, .copy, .verify, .ended: return false
    }
    return true
  }

  private var spaces: ArraySlice<KeySpace> {
    index.snapshot.spaces.values.sorted { $0.id < $1.id }[...]
  }

  private func install(_ file: DataPart, _ part: inout ReplyPart) throws {
    try upkeep.requireRestart()
    if try !file.install() { log.unsynced() }
    phase = .ended
    log.compacted(before: bytesBefore, after: file.byteCount)
    part.fields = CompactRequest.End(before: bytesBefore, after: file.byteCount).values
    upkeep.requestRestart(keeping: permit)
  }

  private func copy(_ copy: IndexCopy, _ file: DataPart, _ part: inout ReplyPart) throws {
    for _ in 0..<Self.piecesAStep {
      switch try copy.read(into: &buffer, milliseconds: Self.waitMilliseconds) {
      case .bytes(let count):
        try file.write(buffer[..<count])
        for range in copy.takeRanges() { try file.clear(range) }
      case .nothing: return
      case .end:
        try file.finish()
        if settles { try file.settle(at: WallClock.seconds) }
        pace = SharePace()
        phase = .verify(
          try Verification(
            try IndexFile(path: file.path), spaces: Array(index.snapshot.spaces.values),
            texts: ListedTexts(secret: index.snapshot.secret)), file)
        return
      }
    }
    pace.tell("copy", copy.byteCount, of: copy.estimatedBytes, in: &part)
  }

  private static func refuseDamaged(_ verification: Verification, _ what: String) throws {
    guard verification.counts.damages > 0 else { return }
    throw IndexError.corrupt(
      "\(what) has \(verification.counts.damages) damages, which VERIFY tells; nothing was compacted")
  }

  func cancel() {
    // What has ended is not given up: the index stays held until the daemon starts again.
    if case .ended = phase { return }
    switch phase {
    case .copy(let copy, let file):
      copy.cancel()
      file.remove()
    case .verify(_, let file), .install(let file): file.remove()
    default: break
    }
    phase = .ended
    index.release()
    permit = nil
    log.note("a compaction was given up; the index is as it was")
  }
}
