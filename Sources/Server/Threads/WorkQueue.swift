// The queue of one thread's work. It takes only steps of that thread. Parties take turns (`TurnQueue`), step by step. What an
// operator has to see is prompt: it waits for the step that is being done and one more.

internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

/// A queue of work for `Thread`.
final class WorkQueue<Thread: WorkThread>: Sendable {
  typealias Step = @Sendable (Thread) -> Outcome?

  private struct Entry {
    let request: RequestNote?
    let asker: Presence?
    let step: Step
    /// When it came, in nanoseconds of `MonotonicClock`.
    let since: Int
    let done: @Sendable (Outcome) -> Void
    /// Nanoseconds that its steps have taken.
    var worked = 0

    var isPrompt: Bool { request?.isPrompt == true }

    /// Whether nobody would see what came of it.
    var isPointless: Bool { Thread.dropsWorkOfGone && asker?.hasGone == true && request?.change == nil }
  }

  private struct State {
    var prompt = TurnQueue<Entry>()
    var ordinary = TurnQueue<Entry>()
    var wasPrompt = false
    var isStopping = false

    mutating func append(_ entry: Entry) {
      if entry.isPrompt {
        prompt.append(entry, of: entry.asker?.party)
      } else {
        ordinary.append(entry, of: entry.asker?.party)
      }
    }

    /// Prompt and other work alternate, so that neither stops the other.
    mutating func popFirst() -> Entry? {
      wasPrompt.toggle()
      return wasPrompt
        ? prompt.popFirst() ?? ordinary.popFirst() : ordinary.popFirst() ?? prompt.popFirst()
    }
  }

  let mark = WorkMark()
  private let state = Mutex(State())
  private let wakeUp: EventCounter
  private let slow: SlowLog

  /// - Parameter slow: hears of steps that take long.
  init(slow: SlowLog = SlowLog(nil, milliseconds: 0)) throws(SystemFailure) {
    self.slow = slow
    wakeUp = try EventCounter()
  }

  /// - Parameters:
  ///   - asker: for whom it is; nil for the daemon itself.
  ///   - step: gives nil where there is more to do, which is done when all others have had their turn.
  func submit(
    _ request: RequestNote? = nil, of asker: Presence? = nil, _ step: @escaping Step,
    _ done: @escaping @Sendable (Outcome) -> Void = { _ in }
  ) {
    let entry = Entry(
      request: request, asker: asker, step: step, since: MonotonicClock.nanoseconds, done: done)
    state.withLock { $0.append(entry) }
    wakeUp.add()
  }

  /// How much waits, and for how many nanoseconds the first of it has.
  var backlog: Backlog {
    let now = MonotonicClock.nanoseconds
    return state.withLock { state in
      let waiting = state.prompt.all + state.ordinary.all
      return Backlog(
        count: state.prompt.count + state.ordinary.count,
        nanoseconds: waiting.map { now - $0.since - $0.worked }.max() ?? 0)
    }
  }

  /// Lets the thread end once its queue is empty.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.add()
  }

  /// Runs on the thread until stopped.
  ///
  /// - Parameter idle: called when there is no work; returns after how many milliseconds to call it again at the
  ///   latest, -1 for not before there was work.
  func run(_ thread: Thread, idle: () -> Int32 = { -1 }) {
    mark.listen()
    while true {
      let (next, isStopping) = state.withLock { ($0.popFirst(), $0.isStopping) }
      if var next {
        guard !next.isPointless else { continue }
        mark.begin()
        if let outcome = perform(&next, thread) {
          next.done(outcome)
        } else {
          let unfinished = next
          state.withLock { $0.append(unfinished) }
        }
        mark.end()
      } else if isStopping {
        return
      } else {
        mark.begin()
        let pause = idle()
        mark.end()
        wakeUp.wait(milliseconds: pause)
      }
    }
  }

  private func perform(_ entry: inout Entry, _ thread: Thread) -> Outcome? {
    let began = MonotonicClock.nanoseconds
    let outcome = entry.step(thread)
    let ended = MonotonicClock.nanoseconds
    entry.worked += ended - began
    if outcome != nil, let request = entry.request, entry.worked >= slow.nanoseconds {
      slow.note(
        SlowRequest(
          verb: request.verb.name, identifiers: request.identifiers, bytes: request.byteCount,
          microseconds: entry.worked / 1_000,
          waitedMicroseconds: (ended - entry.since - entry.worked) / 1_000),
        now: ended)
    }
    return outcome
  }
}

/// A connection, as work for it knows it.
final class Presence: Sendable {
  let party: Party
  private let gone = Atomic<Bool>(false)

  init(of party: Party) { self.party = party }

  var hasGone: Bool { gone.load(ordering: .relaxed) }

  func leave() { gone.store(true, ordering: .relaxed) }
}

struct WorkQueues: Sendable {
  let staging: WorkQueue<StagingThread>
  let queries: WorkQueue<QueryThread>
  let writer: WorkQueue<WriterThread>
  let care: WorkQueue<CareThread>
  /// Nil unless the daemon is a gateway.
  let distant: DistantQueue?

  init(slow: SlowLog, isGateway: Bool = false) throws(SystemFailure) {
    distant = isGateway ? try DistantQueue(slow: slow) : nil
    staging = try WorkQueue(slow: slow)
    queries = try WorkQueue(slow: slow)
    writer = try WorkQueue(slow: slow)
    care = try WorkQueue(slow: slow)
  }

  /// Has work done where it belongs; `done` is called on that thread.
  ///
  /// - Parameter asker: nil for the daemon itself.
  func submit(_ work: Work, of asker: Presence?, _ done: @escaping @Sendable (Outcome) -> Void = { _ in }) {
    switch work.step {
    case .staging(let step): staging.submit(work.request, of: asker, step, done)
    case .queries(let step): queries.submit(work.request, of: asker, step, done)
    case .writer(let step): writer.submit(work.request, of: asker, step, done)
    case .care(let step): care.submit(work.request, of: asker, step, done)
    case .distant(let lookup):
      guard let distant else { preconditionFailure("a lookup elsewhere, and the daemon is no gateway") }
      distant.submit(lookup, work.request, of: asker, done)
    }
  }

  func stop() {
    staging.stop()
    queries.stop()
    writer.stop()
    care.stop()
    distant?.stop()
  }
}
