// The queue of one thread's work. It takes only steps of that thread.

internal import DequeModule
internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

/// A queue of work for `Thread`.
final class WorkQueue<Thread: WorkThread>: Sendable {
  typealias Step = @Sendable (Thread) -> Outcome

  private struct Entry {
    let request: RequestNote?
    let step: Step
    /// When it came, in nanoseconds of `MonotonicClock`.
    let since: Int
    let done: @Sendable (Outcome) -> Void
  }

  private struct State {
    var entries: Deque<Entry> = []
    var isStopping = false
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

  func submit(
    _ request: RequestNote? = nil, _ step: @escaping Step,
    _ done: @escaping @Sendable (Outcome) -> Void = { _ in }
  ) {
    let entry = Entry(request: request, step: step, since: MonotonicClock.nanoseconds, done: done)
    state.withLock { $0.entries.append(entry) }
    wakeUp.add()
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
      let (next, isStopping) = state.withLock { ($0.entries.popFirst(), $0.isStopping) }
      if let next {
        mark.begin()
        next.done(perform(next, thread))
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

  private func perform(_ entry: Entry, _ thread: Thread) -> Outcome {
    guard slow.nanoseconds < .max, let request = entry.request else { return entry.step(thread) }
    let began = MonotonicClock.nanoseconds
    let outcome = entry.step(thread)
    let ended = MonotonicClock.nanoseconds
    if ended - began >= slow.nanoseconds {
      slow.note(
        SlowRequest(
          verb: request.verb.name, identifiers: request.identifiers, bytes: request.byteCount,
          microseconds: (ended - began) / 1_000, waitedMicroseconds: (began - entry.since) / 1_000),
        now: ended)
    }
    return outcome
  }
}

struct WorkQueues: Sendable {
  let staging: WorkQueue<StagingThread>
  let queries: WorkQueue<QueryThread>
  let writer: WorkQueue<WriterThread>
  let care: WorkQueue<CareThread>

  init(slow: SlowLog) throws(SystemFailure) {
    staging = try WorkQueue(slow: slow)
    queries = try WorkQueue(slow: slow)
    writer = try WorkQueue(slow: slow)
    care = try WorkQueue(slow: slow)
  }

  /// Has work done where it belongs; `done` is called on that thread.
  func submit(_ work: Work, _ done: @escaping @Sendable (Outcome) -> Void = { _ in }) {
    switch work.step {
    case .staging(let step): staging.submit(work.request, step, done)
    case .queries(let step): queries.submit(work.request, step, done)
    case .writer(let step): writer.submit(work.request, step, done)
    case .care(let step): care.submit(work.request, step, done)
    }
  }

  func stop() {
    staging.stop()
    queries.stop()
    writer.stop()
    care.stop()
  }
}
