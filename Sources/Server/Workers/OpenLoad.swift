// A load that is open on a connection, and the register of all of them: a load is open on one connection at most,
// and only so many are open at once.

internal import Index
internal import Synchronization
internal import WireProtocol

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

/// All open loads, by name.
final class LoadRegister: Sendable {
  private let open = Mutex<[String: OpenLoad?]>([:])
  private let isClosed = Mutex(false)

  /// Takes a name for a load that is about to be opened.
  func claim(_ identifier: String) throws(ProtocolError) {
    try open.withLock { (loads) throws(ProtocolError) in
      if isClosed.withLock({ $0 }) { throw ProtocolError(IndexError.held) }
      guard loads[identifier] == nil else {
        throw ProtocolError(.busy, "this load is open on another connection")
      }
      guard loads.count < ProtocolLimits.openLoadsMax else {
        throw ProtocolError(
          .busy, "\(ProtocolLimits.openLoadsMax) loads are open; try again when one has ended")
      }
      loads[identifier] = .some(nil)
    }
  }

  /// Lets no load be opened any more; false, and nothing, where one is open.
  func close() -> Bool {
    open.withLock { loads in
      guard loads.isEmpty else { return false }
      isClosed.withLock { $0 = true }
      return true
    }
  }

  /// Lets loads be opened again.
  func reopen() { isClosed.withLock { $0 = false } }

  /// Notes the load behind a claimed name.
  func register(_ load: OpenLoad) { open.withLock { $0[load.identifier] = load } }

  /// Gives a name back.
  func release(_ identifier: String) { open.withLock { $0[identifier] = nil } }

  /// How many loads are open, or about to be.
  var count: Int { open.withLock { $0.count } }

  /// The open loads.
  var loads: [OpenLoad] { open.withLock { $0.values.compactMap { $0 } } }

  /// Whether a load of that name is open.
  func isOpen(_ identifier: String) -> Bool { open.withLock { $0[identifier] != nil } }
}
