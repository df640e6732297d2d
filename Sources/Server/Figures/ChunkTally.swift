// What a session notes while it consumes a chunk of input: plain numbers of its own thread. They go to the reactor's
// counters once a chunk, however many requests it held.

internal import WireProtocol

/// What came of identifiers that were looked up.
struct LookupTally: Equatable {
  var count = 0
  var misses = 0
  var invalid = 0
  var unresolvable = 0
  var unsearchable = 0

  var hits: Int { count - misses - invalid - unresolvable - unsearchable }

  @inline(__always)
  mutating func add(_ other: LookupTally) {
    count += other.count
    misses += other.misses
    invalid += other.invalid
    unresolvable += other.unresolvable
    unsearchable += other.unsearchable
  }
}

struct ChunkTally {
  /// Identifiers of `CHECK`.
  var checks = LookupTally()
  /// Identifiers of `MCHECK`.
  var manyChecks = LookupTally()
  /// Other requests, in their order.
  var verbs: [Verb] = []
  /// Those of them that are answered already; threads answer the others.
  var answered: [Verb] = []
  var errors: [ErrorCode] = []

  var isEmpty: Bool {
    checks.count == 0 && manyChecks.count == 0 && verbs.isEmpty && errors.isEmpty
  }

  mutating func removeAll() {
    checks = LookupTally()
    manyChecks = LookupTally()
    verbs.removeAll(keepingCapacity: true)
    answered.removeAll(keepingCapacity: true)
    errors.removeAll(keepingCapacity: true)
  }
}
