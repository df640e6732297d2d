// The jobs of the writer thread: everything that changes the index.

internal import Glibc
internal import Identifiers
internal import Index
internal import Synchronization
internal import WireProtocol

/// Changes the index. It stays on one thread, and there is one.
final class WriterWorker {
  private let index: Index
  private let writer: IndexWriter
  private let register: LoadRegister
  private let log: DaemonLog
  private let figures: WorkFigures
  private let ruleVersion: Int

  init(
    index: Index, register: LoadRegister, log: DaemonLog, ruleVersion: Int = Identifiers.ruleVersion,
    figures: WorkFigures = WorkFigures()
  ) {
    self.index = index
    self.figures = figures
    self.ruleVersion = ruleVersion
    writer = IndexWriter(index)
    self.register = register
    self.log = log
  }

  func run(_ job: Job) -> JobResult {
    let result = perform(job)
    switch job {
    case .commit, .remove, .describe: figures.wrote(failure: result.error)
    case .advance where result.error != nil: figures.wrote(failure: result.error)
    default: break
    }
    if case .commit = job, result.error != nil { figures.loadFailed() }
    return result
  }

  private func perform(_ job: Job) -> JobResult {
    do {
      switch job {
      case .commit(let load, let request): return try commit(load, request)
      case .advance(let stream): return stream.step(writer: writer) { failed($0) }
      case .cancel(let stream):
        stream.cancel()
        return JobResult(reply: [])
      case .remove(let slug): return try remove(slug)
      case .describe(let slug, let fields):
        try writer.describe(slug, fields)
        return JobResult("OK")
      default: preconditionFailure("a job of another thread")
      }
    } catch {
      return failed(error)
    }
  }

  private func failed(_ error: any Error) -> JobResult {
    guard let error = error as? IndexError else { return JobResult(failure: error, during: "writing", log) }
    fail("writing", error)
    return JobResult(ProtocolError(error))
  }

  /// Uses idle time to map blocks and to sweep; returns after how many milliseconds there may be more to do, -1 for never.
  func idle() -> Int32 {
    do {
      if writer.warm() { return 0 }
      if try writer.sweep() { return 0 }
      // Readers still hold an old snapshot, for as long as a batch or a query takes.
      return writer.hasGarbage ? Self.sweepPause : -1
    } catch {
      fail("sweeping", error)
      return Self.sweepPause * 100
    }
  }

  private static let sweepPause: Int32 = 50

  /// Logs a failure; ends the daemon if LMDB will refuse everything from now on.
  private func fail(_ what: String, _ error: IndexError) {
    log.failure(what, error)
    if error.isFatal {
      log.indexDead()
      exit(EX_IOERR)
    }
  }

  private func commit(_ load: OpenLoad, _ request: CommitRequest) throws -> JobResult {
    guard load.beginCommit() else { throw ProtocolError(.load, "the load has ended") }
    var outcome: LoadOutcome?
    defer {
      // A load whose client has gone is given up here: for good if it is done, else it stays staged.
      if load.endCommit(isDone: outcome != nil) || outcome != nil { register.release(load.identifier) }
    }
    let done = try load.staged.withLock { staged in
      guard request.blocks == staged.block else {
        throw ProtocolError(.block, "\(staged.block) blocks have come, not \(request.blocks)")
      }
      // A list without rows would make a dataset that says nothing, or empty the one that it replaces.
      guard staged.accepted > 0 else {
        throw ProtocolError(.load, "no row of the list was accepted; nothing was changed")
      }
      return try writer.commit(
        &staged, sha256: request.sha256.isEmpty ? staged.manifest.sha256 : request.sha256,
        ruleVersion: ruleVersion, now: WallClock.seconds, record: request.recorded)
    }
    outcome = done
    // What was staged is in the index now; if this fails, it is removed when the daemon starts the next time.
    do { try index.dropLoad(named: load.identifier) } catch { log.failure("removing staged rows", error) }
    figures.committed(done)
    log.loaded(load.identifier, done)
    var result = JobResult(
      "OK \(done.isUnchanged ? "unchanged=1 " : "")\(StagingWorker.figures(of: done.list))")
    result.closesLoad = true
    return result
  }

  private func remove(_ slug: String) throws -> JobResult {
    guard index.snapshot.dataset(slug) != nil else { throw index.snapshot.noDataset(slug) }
    let outcome = try writer.remove(slug)
    log.removed(slug, outcome)
    return JobResult("OK images=\(outcome.images) memberships=\(outcome.memberships)")
  }
}
