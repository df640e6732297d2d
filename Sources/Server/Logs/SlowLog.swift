// Tells of requests that took long: how many identifiers and bytes, how long, never which. So many at a time that a
// disk which has become slow does not fill the log as well; how many more there were is reported with the next one.

internal import Synchronization

struct SlowRequest: Equatable, Sendable {
  var verb: String
  var identifiers: Int
  /// Bytes that it held.
  var bytes: Int
  var microseconds: Int
  /// How long it waited for its thread before that.
  var waitedMicroseconds = 0
}

/// The slow log, shared by all threads.
final class SlowLog: Sendable {
  private struct State {
    var windowStart = 0
    var logged = 0
    var suppressed = 0
  }

  static let messagesMax = 10
  /// Nanoseconds of a window.
  static let windowNanoseconds = 10_000_000_000

  private let log: DaemonLog?
  private let bound = Atomic<Int>(.max)
  private let seen = Atomic<Int>(0)
  private let state = Mutex(State())

  /// - Parameters:
  ///   - log: where it is reported; nil for a log that tells nobody.
  ///   - milliseconds: how long something has to take; 0 for never.
  init(_ log: DaemonLog?, milliseconds: Int) {
    self.log = log
    set(milliseconds: milliseconds)
  }

  /// Sets from how many milliseconds on something is slow; 0 for never.
  func set(milliseconds: Int) {
    bound.store(milliseconds > 0 ? milliseconds * 1_000_000 : .max, ordering: .relaxed)
  }

  /// Nanoseconds from which on something is slow.
  @inline(__always)
  var nanoseconds: Int { bound.load(ordering: .relaxed) }

  /// How much was slow so far, told or not.
  var count: Int { seen.load(ordering: .relaxed) }

  /// Tells of something slow, unless too much was told of late.
  ///
  /// - Parameter now: nanoseconds of `MonotonicClock`.
  func note(_ request: SlowRequest, now: Int) {
    seen.add(1, ordering: .relaxed)
    let suppressed: Int? = state.withLock { state in
      if state.logged == 0 || now - state.windowStart >= Self.windowNanoseconds {
        state.windowStart = now
        state.logged = 0
      }
      guard state.logged < Self.messagesMax else {
        state.suppressed += 1
        return nil
      }
      state.logged += 1
      defer { state.suppressed = 0 }
      return state.suppressed
    }
    if let suppressed { log?.slow(request, suppressed: suppressed) }
  }
}
