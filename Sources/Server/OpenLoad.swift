// A load that is open on a connection, and the register of all of them: a load is open on one connection at most,
// and only so many are open at once.

internal import Index
internal import Synchronization
internal import WireProtocol

/// An open load. Its connection, the staging thread and the writer take turns with it.
final class OpenLoad: Sendable {
  let identifier: String
  let staged: Mutex<StagedLoad>
  private let committing = Atomic<Bool>(false)

  init(identifier: String, staged: consuming sending StagedLoad) {
    self.identifier = identifier
    self.staged = Mutex(staged)
  }

  var isCommitting: Bool {
    get { committing.load(ordering: .relaxed) }
    set { committing.store(newValue, ordering: .relaxed) }
  }
}

/// All open loads, by name.
final class LoadRegister: Sendable {
  private let open = Mutex<[String: OpenLoad?]>([:])

  /// Takes a name for a load that is about to be opened.
  func claim(_ identifier: String) throws(ProtocolError) {
    try open.withLock { (loads) throws(ProtocolError) in
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

  /// Notes the load behind a claimed name.
  func register(_ load: OpenLoad) { open.withLock { $0[load.identifier] = load } }

  /// Gives a name back.
  func release(_ identifier: String) { open.withLock { $0[identifier] = nil } }

  /// The open loads.
  var loads: [OpenLoad] { open.withLock { $0.values.compactMap { $0 } } }

  /// Whether a load of that name is open.
  func isOpen(_ identifier: String) -> Bool { open.withLock { $0[identifier] != nil } }
}
