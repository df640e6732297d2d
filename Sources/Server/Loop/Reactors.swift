// All reactors of the daemon: where their messages wait, and which of them has what connection.

internal import Index
internal import Platform
internal import Synchronization

enum ReactorMessage: Sendable {
  /// A socket that was accepted for it, to be taken over, and the number of its connection.
  case accepted(Int32, identity: UInt64, Peer, Slot)
  case moved(MovedConnection)
  case finished(descriptor: Int32, identity: UInt64, Presence, Outcome)
  case tick(WorkMark)
  case stop
}

/// A connection on its way from one reactor to another.
///
/// Unchecked: the one has let go of it before the other gets the message, whose lock orders what they do.
struct MovedConnection: @unchecked Sendable {
  let connection: Connection
}

/// Decides which reactors work, and which connections change over.
protocol ReactorPlanning: Sendable {
  /// How many reactors have connections: the first of all.
  var active: Int { get }
  /// How long a reactor that works is watched before the next look, in nanoseconds.
  var window: Int { get }
  mutating func look(_ window: ReactorPlan.Window, of number: Int, asking: Int) -> ReactorPlan.Handover?
}

/// Where other threads leave messages for a reactor.
final class ReactorMailbox: Sendable {
  private let messages = Mutex<[ReactorMessage]>([])
  let wakeUp: EventCounter

  init() throws(SystemFailure) { wakeUp = try EventCounter() }

  func post(_ message: ReactorMessage) {
    messages.withLock { $0.append(message) }
    wakeUp.add()
  }

  func take() -> [ReactorMessage] {
    wakeUp.clear()
    return messages.withLock { messages in
      defer { messages.removeAll() }
      return messages
    }
  }
}

final class Reactors: Sendable {
  let mailboxes: [ReactorMailbox]
  /// See `ReactorPlanning.window`.
  let window: Int
  private let shared: Mutex<Shared>

  private struct Shared {
    var plan: any ReactorPlanning
    var isStopping = false
    /// Connections that were ever accepted: each has its own number, whichever reactor has it.
    var lastIdentity: UInt64 = 0
  }

  init(count: Int, plan: any ReactorPlanning) throws(SystemFailure) {
    mailboxes = try (0..<count).map { _ throws(SystemFailure) in try ReactorMailbox() }
    window = plan.window
    shared = Mutex(Shared(plan: plan))
  }

  /// How many of them have connections.
  var activeCount: Int { shared.withLock { $0.plan.active } }

  /// Gives a socket that was accepted to one of those that work, in turn.
  func take(_ descriptor: consuming Descriptor, _ peer: Peer, _ slot: Slot) {
    let (identity, number) = shared.withLock { shared in
      shared.lastIdentity += 1
      return (shared.lastIdentity, Int(shared.lastIdentity % UInt64(shared.plan.active)))
    }
    mailboxes[number].post(.accepted(descriptor.release(), identity: identity, peer, slot))
  }

  /// See `ReactorPlan.look`.
  func look(_ window: ReactorPlan.Window, of number: Int, asking: Int) -> ReactorPlan.Handover? {
    shared.withLock { $0.isStopping ? nil : $0.plan.look(window, of: number, asking: asking) }
  }

  /// Moves connections to another reactor, unless the daemon stops: that one may have ended then.
  ///
  /// - Parameter letGo: called for each; after it, this reactor must not look at the connection any more.
  func hand(_ connections: [Connection], to number: Int, letGo: (Connection) -> Void) {
    shared.withLock { shared in
      guard !shared.isStopping else { return }
      for connection in connections {
        letGo(connection)
        mailboxes[number].post(.moved(MovedConnection(connection: connection)))
      }
    }
  }

  func stop() {
    // No connection comes behind the message.
    shared.withLock { $0.isStopping = true }
    for mailbox in mailboxes { mailbox.post(.stop) }
  }
}
