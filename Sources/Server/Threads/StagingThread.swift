// The staging thread: takes in the rows of loads and of cross-references.

internal import Index
internal import Synchronization
internal import WireProtocol

/// What the staging thread has at hand.
final class StagingThread: StreamingThread {
  static let duty = "staging"
  let index: Index
  let register: LoadRegister
  let streams: Slots
  let crossrefs: Slots
  let spools: SpoolBytes
  let log: DaemonLog
  let ruleVersion: Int
  let readers: BlockReaders
  let figures: WorkFigures
  /// In a gateway, the index that it answers from, and what looks up in it.
  let distant: (any DistantIndex)?
  private(set) lazy var distantReader = distant?.makeReader()

  init(
    index: Index, register: LoadRegister, streams: Slots, crossrefs: Slots, spools: SpoolBytes,
    log: DaemonLog, ruleVersion: Int, figures: WorkFigures, distant: (any DistantIndex)? = nil
  ) {
    self.distant = distant
    self.crossrefs = crossrefs
    self.spools = spools
    self.index = index
    self.register = register
    self.streams = streams
    self.log = log
    self.ruleVersion = ruleVersion
    self.figures = figures
    readers = BlockReaders(
      secret: index.snapshot.secret, lanes: index.limits.stagingLanes, ruleVersion: ruleVersion)
  }

  /// Writes out the rows of loads that have more than their share of the memory, now that one more is open.
  func makeShares() {
    let loads = register.count
    for load in register.loads where !load.isCommitting {
      _ = load.staged.withLockIfAvailable { if $0.isMemoryFull(loads: loads) { makeDurable(&$0) } }
    }
  }

  static func step(_ body: @escaping @Sendable (StagingThread) -> Outcome?) -> Work.Step { .staging(body) }

  /// Writes the rows in memory to a run. If that fails they stay where they are: the block has been taken, and the
  /// next one is refused before its rows are.
  func makeDurable(_ staged: inout StagedLoad) {
    guard !staged.isDurable else { return }
    do {
      try staged.spill(keepsMemory: register.count == 1)
      figures.wrote(failure: nil)
    } catch {
      log.failure(Self.duty, error)
      figures.wrote(failure: ProtocolError(error).code)
    }
  }

  /// A disk without room is the operator's to know, until rows have been written again.
  func ended(_ error: ErrorCode?) { if error == .disk { figures.wrote(failure: error) } }

  /// Drops staged loads that nobody has open, and whose rows were last written before `bound`, in seconds since 1970. Here,
  /// since only this thread opens loads.
  func dropLoads(writtenBefore bound: Int) {
    do throws(IndexError) {
      for name in try index.stagedLoadNames() where !register.isOpen(name) {
        guard let written = try index.loadWritten(named: name), written < bound else { continue }
        let rows = try index.peekLoad(named: name)?.rows ?? 0
        try index.dropLoad(named: name)
        log.loadExpired(name, rows: rows, written: written)
      }
    } catch {
      log.failure("dropping staged loads", error)
    }
  }

  /// The client has gone: its load stays staged.
  func detach(_ load: OpenLoad) {
    // A load that is being committed stays the writer's; one that has ended is nobody's.
    guard load.abandon() else { return }
    load.staged.withLock { makeDurable(&$0) }
    register.release(load.identifier)
  }
}
