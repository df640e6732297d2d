// Sees to it that what was erased, removed or replaced leaves the data folder in time, as `COMPACT` does, without being asked:
// staged loads that may have what was erased are dropped, and the data file is rewritten. When, `ErasureTerm` decides. What
// has to be done is in the index, so a daemon that was restarted goes on with it.

internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

/// The daemon's own compactions. Looked at by the main thread; carried out by others.
final class Purging: Sendable {
  private let index: Index
  private let queues: WorkQueues
  private let log: DaemonLog
  private let live: LiveValues
  private let isStopping = Atomic<Bool>(false)
  private let last = Mutex<(isUnderWay: Bool, failure: ErasureTerm.Failure?)>((false, nil))

  init(_ index: Index, queues: WorkQueues, live: LiveValues, log: DaemonLog) {
    self.index = index
    self.queues = queues
    self.live = live
    self.log = log
  }

  /// How it stands.
  var term: ErasureTerm {
    let (isUnderWay, failure) = last.withLock { $0 }
    return ErasureTerm(
      withinSeconds: live.eraseWithinSeconds.load(ordering: .relaxed), remains: index.snapshot.remains,
      isUnderWay: isUnderWay, failure: failure)
  }

  /// Begins, if it is time.
  func look(at now: Int = WallClock.seconds, fileBytes: Int) {
    guard term.begins(at: now, fileBytes: fileBytes) else { return }
    last.withLock { $0.isUnderWay = true }
    log.note("the data file is rewritten, since it may hold what was erased or removed")
    queues.staging.submit { thread in
      do {
        try thread.dropLoadsWithRemains()
        return .nothing
      } catch { return .failed(thread.failed(error)) }
    } _: { [self] outcome in
      if case .failed(let error, _) = outcome { return failed(error) }
      compact()
    }
  }

  private func compact() {
    queues.care.submit { thread in
      do {
        let source = try CompactSource(
          thread.index, upkeep: thread.upkeep, permit: thread.upkeep.slot.take(), log: thread.log)
        return ReplyStream(source, slot: try thread.streams.take()).begin(source, on: thread)
      } catch { return .failed(thread.failed(error)) }
    } _: { [self] in
      goOn($0)
    }
  }

  /// Gives up what is under way: a daemon that starts again begins again.
  func stop() { isStopping.store(true, ordering: .relaxed) }

  private func goOn(_ outcome: Outcome) {
    switch outcome {
    case .part(_, let stream, _) where isStopping.load(ordering: .relaxed):
      queues.submit(stream.cancellation, of: nil)
    case .part(_, let stream, _): queues.submit(Work(step: stream.nextStep), of: nil) { [self] in goOn($0) }
    case .failed(let error, _): failed(error)
    // The daemon starts again.
    case .whole, .looked: break
    }
  }

  private func failed(_ error: ProtocolError) {
    let failure = ErasureTerm.Failure(time: WallClock.seconds, text: error.text)
    last.withLock { $0 = (false, failure) }
    log.warning("what was erased or removed may still be in the files: \(error.text); it is tried again")
  }
}

extension StagingThread {
  /// Drops the staged loads that may have what was erased. Throws where one of them is open.
  fileprivate func dropLoadsWithRemains() throws {
    for name in try index.loadsWithRemains() {
      guard !register.isOpen(name) else {
        throw ProtocolError(.busy, "load \(name) is open, and may have what was erased after it was begun")
      }
      try index.dropLoad(named: name)
      log.warning("dropped the staged load \(name), since it may have what was erased; load its list again")
    }
  }
}
