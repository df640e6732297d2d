// The main thread's side look, every few seconds: do all threads get on, and what is to be told of it? What is decided
// here is pure; the main thread sends it.

internal import Index
internal import Platform

/// What the supervisor is told, and when.
struct Supervision {
  /// How long one step of a thread may take.
  let patienceSeconds: Int
  /// Milliseconds from one look to the next.
  let intervalMilliseconds: Int32

  private let hasWatchdog: Bool
  /// Queries up to the last look, and when that was; nil before the first.
  private var lastCount: (queries: Int, nanoseconds: Int)?
  private var lastStatus = ""
  private var reported: Set<String> = []

  struct Look: Equatable {
    /// The supervisor hears that all is well.
    var isAlive = false
    /// The line on what the daemon is at, if it is another one than last time.
    var status: String?
    /// Threads that were not known to be stuck.
    var newlyStuck: [Liveness.Stuck] = []
    var recovered: [String] = []
  }

  /// - Parameter watchdogMicroseconds: within what the supervisor wants to hear of the daemon; nil where it does not.
  init(watchdogMicroseconds: Int?) {
    hasWatchdog = watchdogMicroseconds != nil
    let period = watchdogMicroseconds ?? Liveness.patienceSeconds * 1_000_000
    patienceSeconds = max(1, period / 1_000_000)
    // Four times a period, so that a look that comes late does no harm; and not for the sake of a watchdog alone.
    intervalMilliseconds = Int32(clamping: min(Self.intervalMax, max(1, period / 4_000)))
  }

  private static let intervalMax = 5_000

  /// Queries a second since the last time that this was asked; nil the first time.
  ///
  /// - Parameters:
  ///   - queries: how many have been answered in all.
  ///   - now: the time of `MonotonicClock`, in nanoseconds.
  mutating func rate(queries: Int, now: Int = MonotonicClock.nanoseconds) -> Int? {
    defer { lastCount = (queries, now) }
    guard let lastCount, now > lastCount.nanoseconds else { return nil }
    return Int(Double(queries - lastCount.queries) / Double(now - lastCount.nanoseconds) * 1e9)
  }

  /// The supervisor did not get the last status: send it again at the next look.
  mutating func statusWasLost() { lastStatus = "" }

  mutating func look(stuck: [Liveness.Stuck], status: String) -> Look {
    var look = Look()
    look.isAlive = hasWatchdog && stuck.isEmpty
    look.newlyStuck = stuck.filter { !reported.contains($0.thread) }
    let names = Set(stuck.map(\.thread))
    look.recovered = reported.subtracting(names).sorted()
    reported = names
    if status != lastStatus {
      look.status = status
      lastStatus = status
    }
    return look
  }
}

enum StatusLine {
  /// For instance `24.3M images, 30 datasets, map 41 %, 210k queries/s`.
  ///
  /// - Parameters:
  ///   - mapShare: the part of the map that is used, from 0 to 1; nil where it is not known.
  ///   - queriesPerSecond: nil where it is not known yet.
  static func text(
    images: Int, datasets: Int, mapShare: Double?, queriesPerSecond: Int? = nil, stuck: [Liveness.Stuck] = []
  ) -> String {
    var parts = ["\(short(images)) images", "\(datasets) datasets"]
    if let mapShare { parts.append("map \(Int((mapShare * 100).rounded(.up))) %") }
    if let queriesPerSecond { parts.append("\(short(queriesPerSecond)) queries/s") }
    parts += stuck.map { "\($0.thread) is stuck" }
    return parts.joined(separator: ", ")
  }

  /// A count in a few signs: 999, 1.2k, 24.3M, 240M.
  static func short(_ count: Int) -> String {
    var value = Double(count)
    for unit in ["", "k", "M", "G"] {
      // Rounded, it has no more than three digits.
      if value < 999.5 || unit == "G" {
        guard !unit.isEmpty else { return String(count) }
        let tenths = Int((value * 10).rounded())
        return tenths < 1_000 ? "\(tenths / 10).\(tenths % 10)\(unit)" : "\(Int(value.rounded()))\(unit)"
      }
      value /= 1_000
    }
    return String(count)
  }
}
