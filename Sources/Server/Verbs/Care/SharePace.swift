// How far a work is.

internal import WireProtocol

/// Tells how far a work of many bytes or blocks is, about two hundred times.
struct SharePace {
  private var told = 0

  /// Adds how much is done, of how much, where it is time to.
  mutating func tell(_ phase: String, _ done: Int, of total: Int, in part: inout ReplyPart) {
    guard done - told >= max(1, total / 200) else { return }
    told = done
    // What was reckoned may be less than what comes.
    part.fields = StreamProgress(phase, done: done, of: max(done, total)).values
  }
}
