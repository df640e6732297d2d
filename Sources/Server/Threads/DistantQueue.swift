// Lookups that wait for a distant index. Several threads take them, each as many at once as make a batch, so that one
// exchange with the network serves many clients. Users take turns.
//
// A connection has one lookup at a time here, so their number is bounded by that of connections; their bytes are bounded
// together, and so is the time that one waits.

internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

enum DistantLimits {
  /// Threads that look up.
  static let threads = 4
  /// Identifiers from which on a batch takes no further lookup.
  static let identifiersAtOnce = 8_192
  /// Bytes of identifiers that may wait; what comes beyond is refused.
  static let waitingBytesMax = 64 << 20
  /// What has waited longer is refused.
  static let waitingSecondsMax = 5
  /// How often the watcher looks for what is new.
  static let watchMilliseconds: Int32 = 1_000
}

/// Identifiers of one connection, and what becomes of their answers.
struct DistantLookup: Sendable {
  let keys: [DistantKey]
  let conclude: @Sendable ([DistantAnswer]) -> Outcome

  func fail(_ error: ProtocolError) -> Outcome {
    conclude([DistantAnswer](repeating: .failed(error), count: keys.count))
  }
}

/// Replies to identifiers that were looked up elsewhere.
struct DistantReplies: Sendable {
  var bytes: [UInt8] = []
  var tally = LookupTally()
  var errors: [ErrorCode] = []
}

final class DistantQueue: Sendable {
  private struct Entry {
    let lookup: DistantLookup
    let request: RequestNote?
    let asker: Presence?
    /// When it came, in nanoseconds of `MonotonicClock`.
    let since: Int
    let done: @Sendable (Outcome) -> Void

    var byteCount: Int { request?.byteCount ?? 0 }
  }

  private struct State {
    var waiting = TurnQueue<Entry>()
    var bytes = 0
    var isStopping = false
  }

  /// One for each thread.
  let marks = (0..<DistantLimits.threads).map { _ in WorkMark() }
  let watcherMark = WorkMark()
  private let state = Mutex(State())
  private let wakeUp: EventCounter
  private let watcherWakeUp: EventCounter
  private let slow: SlowLog

  init(slow: SlowLog) throws(SystemFailure) {
    self.slow = slow
    wakeUp = try EventCounter()
    watcherWakeUp = try EventCounter()
  }

  func submit(
    _ lookup: DistantLookup, _ request: RequestNote?, of asker: Presence?,
    _ done: @escaping @Sendable (Outcome) -> Void
  ) {
    let entry = Entry(
      lookup: lookup, request: request, asker: asker, since: MonotonicClock.nanoseconds, done: done)
    let isTaken = state.withLock { state in
      guard state.bytes + entry.byteCount <= DistantLimits.waitingBytesMax || state.bytes == 0 else {
        return false
      }
      state.bytes += entry.byteCount
      state.waiting.append(entry, of: asker?.party)
      return true
    }
    if isTaken {
      wakeUp.add()
    } else {
      done(lookup.fail(ProtocolError(.busy, "too many identifiers wait to be looked up; try again")))
    }
  }

  /// Lets the threads end once the queue is empty.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.add()
    watcherWakeUp.add()
  }

  /// Runs on one of the threads until stopped.
  func run(_ reader: any DistantReader, mark: WorkMark) {
    while true {
      let (entries, isMore, isStopping) = take()
      // Another thread takes the rest, or ends as well.
      if isMore || entries.isEmpty && isStopping { wakeUp.add() }
      guard !entries.isEmpty else {
        if isStopping { return }
        wakeUp.wait(milliseconds: -1)
        continue
      }
      mark.begin()
      answer(entries, reader)
      mark.end()
    }
  }

  private func take() -> (entries: [Entry], isMore: Bool, isStopping: Bool) {
    state.withLock { state in
      var entries: [Entry] = []
      var count = 0
      while count < DistantLimits.identifiersAtOnce, let entry = state.waiting.popFirst() {
        state.bytes -= entry.byteCount
        guard entry.asker?.hasGone != true else { continue }
        count += entry.lookup.keys.count
        entries.append(entry)
      }
      return (entries, state.waiting.count > 0, state.isStopping)
    }
  }

  private func answer(_ entries: [Entry], _ reader: any DistantReader) {
    let began = MonotonicClock.nanoseconds
    let isLate = entries.map { began - $0.since > DistantLimits.waitingSecondsMax * 1_000_000_000 }
    let inTime = zip(entries, isLate).filter { !$0.1 }.flatMap(\.0.lookup.keys)
    var answers = (inTime.isEmpty ? [] : reader.answers(to: inTime, in: nil))[...]
    let ended = MonotonicClock.nanoseconds
    for (entry, isLate) in zip(entries, isLate) {
      if isLate {
        entry.done(
          entry.lookup.fail(
            ProtocolError(
              .cluster,
              "waited for \(DistantLimits.waitingSecondsMax) seconds behind other lookups: neither found nor not found; try again"
            )))
        continue
      }
      entry.done(entry.lookup.conclude(Array(answers.prefix(entry.lookup.keys.count))))
      answers = answers.dropFirst(entry.lookup.keys.count)
      guard let request = entry.request, ended - began >= slow.nanoseconds else { continue }
      slow.note(
        SlowRequest(
          verb: request.verb.name, identifiers: request.identifiers, bytes: request.byteCount,
          microseconds: (ended - began) / 1_000, waitedMicroseconds: (began - entry.since) / 1_000),
        now: ended)
    }
  }

  /// Runs on a thread of its own until stopped.
  ///
  /// - Parameter looked: called after each look.
  func watch(_ watcher: any DistantWatcher, looked: () -> Void) {
    while !state.withLock({ $0.isStopping }) {
      watcherMark.begin()
      watcher.look()
      looked()
      watcherMark.end()
      watcherWakeUp.wait(milliseconds: DistantLimits.watchMilliseconds)
    }
  }
}
