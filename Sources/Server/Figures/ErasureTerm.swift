// By when nothing of what was erased, removed or replaced is in the data folder, and when the daemon has to begin with that:
// values and a clock in, decisions out. What is done is `Purging`'s.

internal import Index

/// The time that the data folder has for what it may hold no longer.
struct ErasureTerm: Sendable {
  /// A try that did not succeed.
  struct Failure: Sendable {
    /// Seconds since 1970, UTC.
    var time: Int
    var text: String
  }

  /// Seconds from the first such change; 0 where files are purged only if somebody asks for it.
  var withinSeconds = 0
  /// What there is to purge.
  var remains: Remains?
  var isUnderWay = false
  var failure: Failure?

  /// A compaction reads the file twice and writes it once: so many bytes a second, on a busy machine.
  static let bytesPerSecond = 8 << 20
  /// Seconds that it takes at the least, with waiting for readers and the daemon's new start.
  static let restSeconds = 90
  /// Seconds between two tries.
  static let pauseSeconds = 60

  /// Seconds that are left, fewer than none where it is late; nil where there is nothing to purge, or no term.
  func secondsLeft(at now: Int) -> Int? {
    guard withinSeconds > 0, let remains else { return nil }
    // A change that seems to come later than now: the clock was wrong then, or is now.
    let since = remains.since > now + withinSeconds ? now - withinSeconds : remains.since
    return since + withinSeconds - now
  }

  /// Whether it is time to begin. As late as can be, so that changes share one compaction, but no later than after half the term.
  func begins(at now: Int, fileBytes: Int) -> Bool {
    guard !isUnderWay, let left = secondsLeft(at: now) else { return false }
    let pause = min(Self.pauseSeconds, max(1, withinSeconds / 10))
    if let failure, (0..<pause).contains(now - failure.time) { return false }
    return left <= min(withinSeconds / 2, Self.restSeconds + fileBytes / Self.bytesPerSecond)
  }

  /// How it stands, for people, and whether that is late.
  func verdict(at now: Int) -> (isLate: Bool, text: String) {
    guard let remains else { return (false, "nothing is left in the files") }
    let reason = isUnderWay ? ": the data file is being rewritten" : failure.map { ": \($0.text)" } ?? ""
    guard let left = secondsLeft(at: now) else {
      return (
        false,
        "files may hold for \(max(0, now - remains.since)) s what was erased or removed; whichset compact ends that"
      )
    }
    return left >= 0
      ? (false, "\(left) s left until files hold nothing of what was erased or removed\(reason)")
      : (true, "late by \(-left) s: files may hold what was erased or removed\(reason)")
  }
}
