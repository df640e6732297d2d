// The open loads: a load is open on one connection at most, and only so many are open at once.

internal import Index
internal import Synchronization
internal import WireProtocol

final class LoadRegister: Sendable {
  private let open = Mutex<[String: (load: OpenLoad?, slot: Slot)]>([:])
  private let isClosed = Mutex(false)
  private let slots: Slots

  init(share: UserShare = UserShare()) {
    slots = Slots(max: ProtocolLimits.openLoadsMax, of: "loads are open", share: share)
  }

  /// Takes a name for a load that is about to be opened.
  ///
  /// - Parameter party: for whom; nil for the daemon itself.
  func claim(_ identifier: String, for party: Party? = nil) throws(ProtocolError) {
    try open.withLock { (loads) throws(ProtocolError) in
      if isClosed.withLock({ $0 }) { throw ProtocolError(IndexError.held) }
      guard loads[identifier] == nil else {
        throw ProtocolError(.busy, "this load is open on another connection")
      }
      loads[identifier] = (nil, try slots.take(for: party))
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

  func reopen() { isClosed.withLock { $0 = false } }

  /// Notes the load behind a claimed name.
  func register(_ load: OpenLoad) { open.withLock { $0[load.identifier]?.load = load } }

  func release(_ identifier: String) { open.withLock { $0[identifier] = nil } }

  /// How many loads are open, or about to be.
  var count: Int { open.withLock { $0.count } }

  var loads: [OpenLoad] { open.withLock { $0.values.compactMap(\.load) } }

  /// Whether a load of that name is open.
  func isOpen(_ identifier: String) -> Bool { open.withLock { $0[identifier] != nil } }
}
