// What the staging and writer threads count, a few hundred times a second at most.

internal import Index
internal import Synchronization
internal import WireProtocol

struct WorkTotals: Equatable, Sendable {
  var committed = 0
  /// Loads of lists that their datasets had already.
  var unchanged = 0
  /// `COMMIT`s that did not succeed.
  var failed = 0
  var rowsAccepted = 0
  var rowsRejected = 0
  /// Suppressed images that loads left out.
  var imagesLeftOut = 0
  /// How the last write failed; nil where it did not, or where there was none.
  var writeFailure: ErrorCode?
}

final class WorkFigures: Sendable {
  private let counted = Mutex(WorkTotals())

  var totals: WorkTotals { counted.withLock { $0 } }

  func committed(isUnchanged: Bool, leftOut: Int) {
    counted.withLock {
      if isUnchanged { $0.unchanged += 1 } else { $0.committed += 1 }
      $0.imagesLeftOut += leftOut
    }
  }

  func loadFailed() { counted.withLock { $0.failed += 1 } }

  func rows(accepted: Int, rejected: Int) {
    counted.withLock {
      $0.rowsAccepted += accepted
      $0.rowsRejected += rejected
    }
  }

  /// A write to the index has ended. One that was refused for what the client asked says nothing of the next.
  func wrote(failure: ErrorCode?) {
    if let failure, !Self.troubles.contains(failure) { return }
    counted.withLock { $0.writeFailure = failure }
  }

  /// Errors that only the daemon or its disk can be blamed for.
  private static let troubles: Set<ErrorCode> = [.disk, .full, .corrupt, .internal]
}
