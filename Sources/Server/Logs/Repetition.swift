// A trouble that comes again and again is logged now and then, not each time. Pure: the caller has the clock.

/// One kind of trouble.
struct Repetition {
  private var lastTold: Int?
  private var untold = 0

  /// Nanoseconds between two lines in the log.
  static let toldNanoseconds = 60_000_000_000

  /// It has come, at this time of `MonotonicClock`.
  ///
  /// - Returns: how many times it was not logged since it last was, if it is to be logged now.
  mutating func came(at now: Int) -> Int? {
    if let lastTold, now - lastTold < Self.toldNanoseconds {
      untold += 1
      return nil
    }
    lastTold = now
    defer { untold = 0 }
    return untold
  }
}
