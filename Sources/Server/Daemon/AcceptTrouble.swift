// What the daemon does while it cannot accept connections, when no descriptor is left, say: clients wait in the queue, the
// daemon looks again after a pause, and the log has a line now and then, not one a try. Pure: the caller has the clock.

/// Pauses between attempts to accept, and the failures that are logged.
struct AcceptTrouble {
  /// How long to wait before the next try; longer with each failure in a row.
  private(set) var pauseMilliseconds = 0
  /// Until when no listener is to be tried, in nanoseconds of `MonotonicClock`.
  private var pauseEnd = 0
  private var repetition = Repetition()

  static let pauseMillisecondsMin = 100
  static let pauseMillisecondsMax = 1_000

  /// A connection could not be accepted.
  ///
  /// - Returns: how many failures before this one were not told, if this one is to be told.
  mutating func failed(at now: Int) -> Int? {
    pauseMilliseconds = min(Self.pauseMillisecondsMax, max(Self.pauseMillisecondsMin, 2 * pauseMilliseconds))
    pauseEnd = now + pauseMilliseconds * 1_000_000
    return repetition.came(at: now)
  }

  /// A connection was accepted.
  mutating func accepted() { pauseMilliseconds = 0 }

  /// How many milliseconds are left of the pause; 0 where there is none.
  func pauseLeft(at now: Int) -> Int { max(0, (pauseEnd - now + 999_999) / 1_000_000) }
}
