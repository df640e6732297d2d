// A thread that does jobs, one after the other, and the queue that it takes them from.

internal import CLinux
internal import Glibc
internal import Index
internal import Synchronization
internal import WireProtocol

/// A queue of work for one thread.
final class WorkQueue: Sendable {
  private struct State {
    var work: [(job: Job, since: Int, done: @Sendable (JobResult) -> Void)] = []
    var isStopping = false
  }

  /// What the thread is at.
  let mark = WorkMark()
  private let state = Mutex(State())
  private let wakeUp: EventCounter

  private let slow: SlowLog

  /// - Parameter slow: where jobs that take long are told.
  init(slow: SlowLog = SlowLog(nil, milliseconds: 0)) throws(SystemFailure) {
    self.slow = slow
    wakeUp = try EventCounter()
  }

  func submit(_ job: sending Job, _ done: @escaping @Sendable (JobResult) -> Void) {
    state.withLock { $0.work.append((job, MonotonicClock.nanoseconds, done)) }
    wakeUp.add()
  }

  /// Does a job, and tells of it where that took long.
  private func perform(_ job: Job, since: Int, _ perform: (Job) -> JobResult) -> JobResult {
    guard slow.nanoseconds < .max, let verb = job.verb else { return perform(job) }
    let size = job.size
    let began = MonotonicClock.nanoseconds
    let result = perform(job)
    let ended = MonotonicClock.nanoseconds
    if ended - began >= slow.nanoseconds {
      slow.note(
        SlowRequest(
          verb: verb.rawValue, identifiers: size.identifiers, bytes: size.bytes,
          microseconds: (ended - began) / 1_000, waitedMicroseconds: (began - since) / 1_000), now: ended)
    }
    return result
  }

  /// Lets the thread end once its queue is empty.
  func stop() {
    state.withLock { $0.isStopping = true }
    wakeUp.add()
  }

  /// Runs on the worker's thread until stopped.
  ///
  /// - Parameter idle: called when there is no job; returns after how many milliseconds to call it again at the
  ///   latest, -1 for not before there was a job.
  func run(_ perform: (Job) -> JobResult, idle: () -> Int32 = { -1 }) {
    mark.listen()
    while true {
      let (next, isStopping) = state.withLock { state in
        (state.work.isEmpty ? nil : state.work.removeFirst(), state.isStopping)
      }
      if let next {
        mark.begin()
        next.done(self.perform(next.job, since: next.since, perform))
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
}

/// An eventfd: a counter that a thread can wait for, alone or in an epoll.
final class EventCounter: Sendable {
  let descriptor: Int32

  /// The C function is `eventfd`.
  init() throws(SystemFailure) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemFailure("eventfd", errno) }
  }

  deinit { close(descriptor) }

  func add() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)  // safe: eight bytes of the variable; full counters wake as well
  }

  /// Takes all that was added; returns how much.
  @discardableResult
  func clear() -> Int {
    var count: UInt64 = 0
    // Safe: eight bytes of the variable.
    return unsafe read(descriptor, &count, 8) == 8 ? Int(count) : 0
  }

  /// Waits for nothing but the time. The C function is `usleep`.
  static func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

  /// Waits until something was added, or the time is up; takes it and returns how much.
  @discardableResult
  func wait(milliseconds: Int32) -> Int {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&entry, 1, milliseconds)  // safe: one entry
    return clear()
  }
}

/// A failed system call at start.
package struct SystemFailure: Error, CustomStringConvertible {
  let call: String
  let code: Int32
  let hint: String

  init(_ call: String, _ code: Int32, hint: String = "") {
    self.call = call
    self.code = code
    self.hint = hint
  }

  /// Whether another program has what this one needs.
  package var isInUse: Bool { code == EADDRINUSE }

  /// One line: the call, the system's message, what to do.
  package var description: String {
    let message = unsafe String(cString: strerror(code))  // safe: copied before another call can change it
    return "\(call): \(message)\(hint.isEmpty ? "" : "; \(hint)")"
  }
}
