// The counters of one reactor's sessions. Its thread adds to them, once a chunk of input or a reply that a thread made;
// whoever wants the daemon's figures adds the reactors up.

internal import WireProtocol

final class ReactorFigures: Sendable {
  /// Verbs whose identifiers are looked up, in the order of their counters.
  static let lookupVerbs = Verb.allCases.filter { [.lookup, .lookups].contains($0.request.counts) }
  /// What comes of a lookup, in the order of its counters.
  static let outcomes = ["hit", "miss", "invalid", "unresolvable", "unsearchable"]

  private static let verbCount = Verb.allCases.count
  private static let errorNumbers = Dictionary(
    uniqueKeysWithValues: ErrorCode.allCases.enumerated().map { ($1, $0) })

  // Where each kind of counter starts in the table.
  private static let lookups = 0
  private static let requests = lookups + lookupVerbs.count * outcomes.count
  private static let errors = requests + verbCount
  private static let rows = errors + ErrorCode.allCases.count
  private static let durations = rows + 1
  /// A verb's buckets, and the sum of its durations.
  private static let durationWidth = DurationBounds.count + 1

  private let counters = CounterTable(count: durations + verbCount * durationWidth)
  /// Where the durations of `CHECK` start: looked up once, since most chunks hold nothing else.
  private let checkDurations: Int

  init() { checkDurations = Self.durationStart(.check) }

  // MARK: - Adding, by the reactor's thread

  /// Adds what a chunk held, and how long it took from its bytes to its replies. Every request of it counts with that
  /// time, since the replies of a chunk are sent together.
  func add(_ tally: borrowing ChunkTally, nanoseconds: Int) {
    if tally.checks.count > 0 {
      add(tally.checks, at: Self.lookups)
      addDuration(nanoseconds, tally.checks.count, at: checkDurations)
    }
    if tally.manyChecks.count > 0 {
      add(tally.manyChecks, at: Self.lookups + Self.outcomes.count)
      addDuration(nanoseconds, tally.manyChecks.count, at: Self.durationStart(CheckManyRequest.verb))
    }
    for verb in tally.verbs { counters.add(1, at: Self.requests + Int(verb.number)) }
    for verb in tally.answered { addDuration(nanoseconds, 1, at: Self.durationStart(verb)) }
    for error in tally.errors { counters.add(1, at: Self.errors + (Self.errorNumbers[error] ?? 0)) }
  }

  /// Adds a request that a thread has answered: how long it took from the request's bytes to the last of its reply.
  func add(_ verb: Verb, error: ErrorCode?, isMiss: Bool, rows: Int, nanoseconds: Int) {
    addDuration(nanoseconds, 1, at: Self.durationStart(verb))
    if let error { counters.add(1, at: Self.errors + (Self.errorNumbers[error] ?? 0)) }
    if verb.request.counts == .rows { counters.add(rows, at: Self.rows) }
    guard let place = Self.lookupVerbs.firstIndex(of: verb) else { return }
    let tally = LookupTally(
      count: 1, misses: isMiss ? 1 : 0, invalid: error == .identifier ? 1 : 0,
      unresolvable: error == .unresolvable ? 1 : 0, unsearchable: error == .unsearchable ? 1 : 0)
    // Of one that failed otherwise nothing is known.
    guard error == nil || tally.hits == 0 else { return }
    add(tally, at: Self.lookups + place * Self.outcomes.count)
  }

  private func add(_ tally: LookupTally, at start: Int) {
    counters.add(tally.hits, at: start)
    if tally.misses > 0 { counters.add(tally.misses, at: start + 1) }
    if tally.invalid > 0 { counters.add(tally.invalid, at: start + 2) }
    if tally.unresolvable > 0 { counters.add(tally.unresolvable, at: start + 3) }
    if tally.unsearchable > 0 { counters.add(tally.unsearchable, at: start + 4) }
  }

  @inline(__always)
  private func addDuration(_ nanoseconds: Int, _ count: Int, at start: Int) {
    counters.add(count, at: start + DurationBounds.bucket(nanoseconds: nanoseconds))
    counters.add(count &* nanoseconds, at: start + DurationBounds.count)
  }

  private static func durationStart(_ verb: Verb) -> Int { durations + Int(verb.number) * durationWidth }

  // MARK: - Reading, by anyone

  /// Adds this reactor's counters to `totals`.
  func read(into totals: inout RequestTotals) {
    for (verbIndex, verb) in Self.lookupVerbs.enumerated() {
      for (outcome, name) in Self.outcomes.enumerated() {
        let count = counters[Self.lookups + verbIndex * Self.outcomes.count + outcome]
        totals.lookups[verb, default: [:]][name, default: 0] += count
        // A `CHECK` is a lookup, and is not counted twice.
        if verb == .check { totals.requests[verb, default: 0] += count }
      }
    }
    for (number, verb) in Verb.allCases.enumerated() {
      totals.requests[verb, default: 0] += counters[Self.requests + number]
      let start = Self.durations + number * Self.durationWidth
      var durations = DurationTotals()
      for bucket in 0..<DurationBounds.count { durations.buckets[bucket] = counters[start + bucket] }
      durations.nanoseconds = counters[start + DurationBounds.count]
      totals.durations[verb, default: DurationTotals()].add(durations)
    }
    for (number, code) in ErrorCode.allCases.enumerated() {
      totals.errors[code, default: 0] += counters[Self.errors + number]
    }
    totals.crossrefRows += counters[Self.rows]
  }
}

/// Durations of the requests of one verb.
struct DurationTotals: Equatable, Sendable {
  /// How many were in each bucket of `DurationBounds`, each for itself.
  var buckets = [Int](repeating: 0, count: DurationBounds.count)
  var nanoseconds = 0

  var count: Int { buckets.reduce(0, +) }

  mutating func add(_ other: DurationTotals) {
    for bucket in buckets.indices { buckets[bucket] += other.buckets[bucket] }
    nanoseconds += other.nanoseconds
  }
}

struct RequestTotals: Equatable, Sendable {
  var requests: [Verb: Int] = [:]
  /// Identifiers that were looked up, by verb and by what came of them.
  var lookups: [Verb: [String: Int]] = [:]
  var durations: [Verb: DurationTotals] = [:]
  var errors: [ErrorCode: Int] = [:]
  /// Rows of `ITEMS`.
  var crossrefRows = 0

  func lookups(_ outcome: String) -> Int { lookups.values.reduce(0) { $0 + ($1[outcome] ?? 0) } }

  /// Identifiers answered in all: those looked up, those of `IDENTIFY` and `ACCOUNT`, and rows of cross-references.
  var queries: Int {
    ReactorFigures.outcomes.reduce(0) { $0 + lookups($1) } + crossrefRows
      + requests.reduce(0) { $0 + ($1.key.request.counts == .query ? $1.value : 0) }
  }
}
