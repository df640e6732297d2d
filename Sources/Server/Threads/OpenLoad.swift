// A load that is open on a connection.

internal import Index
internal import Synchronization

/// An open load. Its connection, the staging thread and the writer take turns with it.
final class OpenLoad: Sendable {
  private enum Phase {
    case open
    case committing
    /// Being committed for a client that has gone.
    case abandoned
    case ended
  }

  let identifier: String
  let staged: Mutex<StagedLoad>
  private let phase = Mutex(Phase.open)
  /// What it held after its last block: readable also while a thread works on it.
  private let last = Mutex<LoadSummary?>(nil)

  init(identifier: String, staged: consuming sending StagedLoad) {
    self.identifier = identifier
    self.staged = Mutex(staged)
  }

  /// What it held after its last block; nil where none has come since it was opened.
  var lastSummary: LoadSummary? { last.withLock { $0 } }

  /// A block was taken in.
  func note(_ summary: LoadSummary) { last.withLock { $0 = summary } }

  var isCommitting: Bool { phase.withLock { $0 == .committing || $0 == .abandoned } }

  /// The writer takes the load; false if its client has gone.
  func beginCommit() -> Bool {
    phase.withLock { phase in
      guard phase == .open else { return false }
      phase = .committing
      return true
    }
  }

  /// The writer gives the load back, or ends it.
  ///
  /// - Returns: whether its client has gone meanwhile, so that it is for the writer to give it up.
  func endCommit(isDone: Bool) -> Bool {
    phase.withLock { phase in
      let isAbandoned = phase == .abandoned
      phase = isDone || isAbandoned ? .ended : .open
      return isAbandoned
    }
  }

  /// Its client has gone or has dropped it.
  ///
  /// - Returns: whether the load is the caller's to give up; false while the writer has it, and when it has ended.
  func abandon() -> Bool {
    phase.withLock { phase in
      switch phase {
      case .open:
        phase = .ended
        return true
      case .committing:
        phase = .abandoned
        return false
      case .abandoned, .ended: return false
      }
    }
  }
}
