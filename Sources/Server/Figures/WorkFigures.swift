// What the staging and writer threads count. These threads do hundreds of jobs a second at most, so plain atomic
// counters do.

internal import Index
internal import Synchronization
internal import WireProtocol

/// Figures of loads and writes.
final class WorkFigures: Sendable {
  private let committed = Atomic<Int>(0)
  private let unchanged = Atomic<Int>(0)
  private let failed = Atomic<Int>(0)
  private let accepted = Atomic<Int>(0)
  private let rejected = Atomic<Int>(0)
  private let lastFailure = Mutex<ErrorCode?>(nil)

  /// Loads that became visible.
  var loadsCommitted: Int { committed.load(ordering: .relaxed) }
  /// Loads of lists that their datasets had already.
  var loadsUnchanged: Int { unchanged.load(ordering: .relaxed) }
  /// `COMMIT`s that did not succeed.
  var loadsFailed: Int { failed.load(ordering: .relaxed) }
  /// Rows that loads took in.
  var rowsAccepted: Int { accepted.load(ordering: .relaxed) }
  /// Rows that loads refused.
  var rowsRejected: Int { rejected.load(ordering: .relaxed) }
  /// How the last write failed; nil where it did not, or where there was none.
  var writeFailure: ErrorCode? { lastFailure.withLock { $0 } }

  func committed(_ outcome: LoadOutcome) {
    if outcome.isUnchanged {
      unchanged.add(1, ordering: .relaxed)
    } else {
      committed.add(1, ordering: .relaxed)
    }
  }

  func loadFailed() { failed.add(1, ordering: .relaxed) }

  func rows(accepted: Int, rejected: Int) {
    self.accepted.add(accepted, ordering: .relaxed)
    self.rejected.add(rejected, ordering: .relaxed)
  }

  /// A write to the index has ended. One that was refused for what the client asked says nothing of the next.
  func wrote(failure: ErrorCode?) {
    if let failure {
      if Self.troubles.contains(failure) { lastFailure.withLock { $0 = failure } }
    } else {
      lastFailure.withLock { $0 = nil }
    }
  }

  /// Errors that only the daemon or its disk can be blamed for.
  private static let troubles: Set<ErrorCode> = [.disk, .full, .corrupt, .internal]
}
