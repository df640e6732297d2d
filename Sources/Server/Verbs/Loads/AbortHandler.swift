// `ABORT`: drops a load.

internal import Index
internal import WireProtocol

extension AbortRequest: ThreadHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) {
    if isOwn(held) {
      guard held.load != nil else { throw ProtocolError(.load, "no load is open on this connection") }
    } else {
      guard let load, LoadName.isValid(load) else { throw Self.noLoad }
    }
  }

  /// Whether it is the connection's own load that is dropped.
  private func isOwn(_ held: Holdings) -> Bool { load == nil || load == held.load?.identifier }

  func change(_ held: Holdings) -> Change? {
    (load ?? held.load?.identifier).map { Change("abort", of: "load \($0)") }
  }

  func answer(on thread: StagingThread, _ held: inout Holdings) throws -> Done {
    if isOwn(held) {
      let load = try held.openLoad()
      _ = load.abandon()
      try thread.index.dropLoad(named: load.identifier)
      thread.register.release(load.identifier)
      held.load = nil
    } else if let load {
      guard !thread.register.isOpen(load) else {
        throw ProtocolError(.busy, "this load is open on another connection")
      }
      guard try thread.index.stagedLoadNames().contains(load) else { throw Self.noLoad }
      try thread.index.dropLoad(named: load)
    }
    return Done()
  }

  private static var noLoad: ProtocolError { ProtocolError(.load, "no such load; LOADS lists them") }
}
