// An event loop: one thread, one epoll, its own connections. It moves bytes between sockets and sessions, and
// work between sessions and threads; what the bytes mean is the sessions' business.

internal import CLinux
internal import Glibc
internal import Index
internal import Platform
internal import Synchronization
internal import WireProtocol

/// One event loop. It stays on one thread.
@safe final class Reactor {
  private let epoll: Descriptor
  /// All reactors, and which of them this is.
  private let reactors: Reactors
  private let number: Int
  private let mailbox: ReactorMailbox
  private let queues: WorkQueues
  private let log: DaemonLog
  private var context: SessionContext
  private var connections: [Int32: Connection] = [:]
  /// Connections that took a whole turn the last time. One of them has its turn whenever all that others sent is handled,
  /// and users take turns, so however many there are, others wait for one.
  private var demanding = TurnQueue<Connection>()
  private let buffer: UnsafeMutableRawBufferPointer
  /// Room for what several connections sent, and how much each of them did.
  private let shares: UnsafeMutableRawBufferPointer
  private var counts = [Int?](repeating: nil, count: Int(WHICHSET_EPOLL_EVENTS))
  private var isStopping = false
  /// Until when a stop waits for the first request of those who have only just connected.
  private var graceEnd: ContinuousClock.Instant = .now
  private var lastSweep: ContinuousClock.Instant = .now
  /// Connections whose output waits for their reader, or which keep a snapshot.
  private var watchedCount = 0
  private let clock = ThreadClock()
  /// When the present look at how busy this is began, and what its thread had used by then.
  private var lookBegan = MonotonicClock.nanoseconds
  private var used: ThreadClock.Time
  /// How long it looks for events again and again before it sleeps, in nanoseconds, and how long it has done so in vain.
  private let spin: Int
  private var spun = 0

  /// Ready connections from which on they are handled together.
  private static let togetherMin = 12
  /// Bytes that are read from each of them at once; what a connection has beyond that comes with the next events.
  private static let shareBytes = 1_024
  /// How long a stop waits for the first request of a client: so a client that connects at the last moment is answered.
  private static let grace = Duration.milliseconds(500)
  private static let gracePollMilliseconds: Int32 = 50
  /// How often stalled readers are looked for.
  private static let sweepInterval = Duration.seconds(1)

  init(
    _ number: Int, of reactors: Reactors, queues: WorkQueues, log: DaemonLog, spinMicroseconds: Int,
    context: consuming SessionContext
  ) throws(SystemFailure) {
    let raw = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard raw >= 0 else { throw SystemFailure("epoll_create1") }
    epoll = Descriptor(owning: raw)
    self.reactors = reactors
    self.number = number
    mailbox = reactors.mailboxes[number]
    self.queues = queues
    self.log = log
    self.context = context
    spin = spinMicroseconds * 1_000
    used = clock.read()
    // Safe: freed in deinit.
    unsafe buffer = .allocate(byteCount: Connection.readBytes, alignment: 64)
    unsafe shares = .allocate(byteCount: Self.shareBytes * Int(WHICHSET_EPOLL_EVENTS), alignment: 64)
    wait(for: EPOLLIN.rawValue, on: mailbox.wakeUp.descriptor, EPOLL_CTL_ADD)
  }

  deinit {
    unsafe buffer.deallocate()
    unsafe shares.deallocate()
  }

  /// Runs until stopped and all replies are out.
  func run() {
    var descriptors = [Int32](repeating: -1, count: Int(WHICHSET_EPOLL_EVENTS))
    var masks = [UInt32](repeating: 0, count: Int(WHICHSET_EPOLL_EVENTS))
    while !(isStopping && connections.isEmpty) {
      let count = awaitEvents(&descriptors, &masks)
      if count >= Self.togetherMin, !isStopping {
        handleTogether(descriptors[..<count], masks)
      } else {
        for index in 0..<count {
          if descriptors[index] == mailbox.wakeUp.descriptor {
            for message in mailbox.take() { handle(message) }
          } else if let connection = connections[descriptors[index]] {
            handle(masks[index], connection)
          }
        }
      }
      giveTurn()
      dropStalled()
      if isStopping {
        guard .now >= graceEnd else { continue }
        for connection in Array(connections.values) { drain(connection) }
      } else if context.chunkBegan - lookBegan >= reactors.window {
        look()
      }
    }
  }

  /// Waits for events; returns how many there are.
  private func awaitEvents(_ descriptors: inout [Int32], _ masks: inout [UInt32]) -> Int {
    let patience = patience
    if spin > 0, patience != 0, !connections.isEmpty {
      let began = MonotonicClock.nanoseconds
      var now = began
      repeat {
        // Safe: both arrays have the room that the call asks for; so they do below.
        let count = unsafe whichset_epoll_wait(epoll.raw, &descriptors, &masks, 0)
        if count > 0 { return Int(count) }
        spun += MonotonicClock.nanoseconds - now
        now = MonotonicClock.nanoseconds
      } while now - began < spin
    }
    return Int(max(0, unsafe whichset_epoll_wait(epoll.raw, &descriptors, &masks, patience)))
  }

  // MARK: - Sharing the work

  /// Looks how busy this was, and hands connections to another reactor where that is better.
  private func look() {
    let now = context.chunkBegan
    let time = clock.read()
    let whole = Double(now - lookBegan)
    let window = ReactorPlan.Window(
      ran: max(0, Double(time.ran - used.ran - spun) / whole),
      waited: min(1, Double(time.waited - used.waited) / whole), end: now)
    let began = lookBegan
    (lookBegan, used, spun) = (now, time, 0)
    guard reactors.mailboxes.count > 1 else { return }
    let asking = connections.values.filter { $0.lastActive >= began && $0.canMove }
    guard let handover = reactors.look(window, of: number, asking: asking.count) else { return }
    let moving = handover.half ? Array(asking.prefix(asking.count / 2)) : connections.values.filter(\.canMove)
    reactors.hand(moving, to: handover.to) { connection in
      connections[connection.descriptor] = nil
      wait(for: 0, on: connection.descriptor, EPOLL_CTL_DEL)
    }
  }

  /// Takes over a connection from another reactor.
  private func take(_ connection: Connection) {
    connections[connection.descriptor] = connection
    wait(for: connection.interest, on: connection.descriptor, EPOLL_CTL_ADD)
    connection.isQueued = false
    if isStopping { drain(connection) } else { settle(connection) }
  }

  /// How many milliseconds to wait for events; -1 for as long as there are none.
  private var patience: Int32 {
    if demanding.count > 0 { return 0 }
    if isStopping, .now < graceEnd { return Self.gracePollMilliseconds }
    return watchedCount > 0 ? 1_000 : -1
  }

  /// Has the next demanding connection take its turn.
  private func giveTurn() {
    guard let connection = demanding.popFirst() else { return }
    // It may have gone, to another reactor even, or had its turn because the daemon stops.
    guard connections[connection.descriptor] === connection else { return }
    connection.isQueued = false
    guard connection.awaitsTurn else { return }
    unsafe connection.takeTurn(buffer, &context)
    settle(connection)
  }

  /// Handles many ready connections: reads from all of them first, so that the lookups of their first requests can
  /// share the wait for memory, then handles one after the other.
  private func handleTogether(_ descriptors: ArraySlice<Int32>, _ masks: [UInt32]) {
    for (index, descriptor) in descriptors.enumerated() {
      counts[index] = nil
      guard masks[index] == EPOLLIN.rawValue, let connection = connections[descriptor], connection.isFresh
      else { continue }
      counts[index] = unsafe connection.read(into: share(index))
      // Safe: as many bytes as were read.
      let received = unsafe share(index).bindMemory(to: UInt8.self)
      context.anticipate(unsafe Span(_unsafeElements: received).extracting(0..<(counts[index] ?? 0)))
    }
    context.warm()
    var hasMessages = false
    for (index, descriptor) in descriptors.enumerated() {
      if descriptor == mailbox.wakeUp.descriptor {
        // Last, since a message may have a connection read on, which must not be before what was read already.
        hasMessages = true
      } else if let connection = connections[descriptor] {
        if let count = counts[index] {
          unsafe connection.take(UnsafeRawBufferPointer(rebasing: share(index)[..<count]), &context)
          settle(connection)
        } else {
          handle(masks[index], connection)
        }
      }
    }
    if hasMessages { for message in mailbox.take() { handle(message) } }
  }

  /// The part of the shared buffer for the connection at `index` of an epoll's events.
  private func share(_ index: Int) -> UnsafeMutableRawBufferPointer {
    // Safe: the buffer has a share for as many connections as one epoll gives.
    unsafe UnsafeMutableRawBufferPointer(
      rebasing: shares[(index * Self.shareBytes)..<((index + 1) * Self.shareBytes)])
  }

  private func handle(_ message: ReactorMessage) {
    switch message {
    case .accepted(let descriptor, let identity, let peer, let slot):
      let connection = Connection(descriptor: descriptor, identity: identity, peer: peer, slot: slot)
      connections[descriptor] = connection
      connection.interest = EPOLLIN.rawValue
      wait(for: connection.interest, on: descriptor, EPOLL_CTL_ADD)
      if isStopping { drain(connection) }
    case .moved(let moved): take(moved.connection)
    case .finished(let descriptor, let identity, let asker, let outcome):
      guard let connection = connections[descriptor], connection.identity == identity else {
        // The client has gone, while its load was being opened, say: the load stays staged.
        for work in outcome.leftovers { queues.submit(work, of: asker) }
        return
      }
      connection.finish(outcome, &context)
      connection.proceed(&context)
      settle(connection)
    case .tick(let mark):
      letGoOfIdle()
      mark.end()
    case .stop:
      isStopping = true
      graceEnd = .now + Self.grace
      for connection in Array(connections.values) { drain(connection) }
    }
  }

  private func drain(_ connection: Connection) {
    unsafe connection.drain(buffer, &context, sparesNew: .now < graceEnd)
    settle(connection)
  }

  private func handle(_ events: UInt32, _ connection: Connection) {
    if events & EPOLLOUT.rawValue != 0 {
      connection.send()
      if !connection.hasOutput { connection.proceed(&context) }
    }
    if events & (EPOLLIN.rawValue | EPOLLHUP.rawValue | EPOLLERR.rawValue) != 0 {
      if isStopping || !connection.queuesUp() { unsafe connection.receive(buffer, &context) }
      // Both directions are shut and nothing is to be read: nobody will see a reply.
      if events & EPOLLHUP.rawValue != 0, connection.interest & EPOLLIN.rawValue == 0, !connection.awaitsTurn
      {
        remove(connection)
        return
      }
    }
    if isStopping {
      drain(connection)
    } else {
      settle(connection)
    }
  }

  /// Hands out the session's work, then waits for what the connection needs next, or lets it go.
  private func settle(_ connection: Connection) {
    connection.continueStream()
    for work in connection.takeWork() {
      guard let request = work.request else {
        queues.submit(work, of: connection.presence)
        continue
      }
      let (mailbox, log, asker) = (mailbox, log, connection.presence)
      let (descriptor, identity) = (connection.descriptor, connection.identity)
      let peer = connection.session.peer
      queues.submit(work, of: asker) { outcome in
        if let change = request.change {
          let text = change.text(outcome)
          log.changed(text.what, by: "\(peer)", outcome: text.outcome)
        }
        mailbox.post(.finished(descriptor: descriptor, identity: identity, asker, outcome))
      }
    }
    if connection.isDone {
      remove(connection)
      return
    }
    countOutput(of: connection, connection.outputBytes)
    if connection.awaitsTurn, !connection.isQueued {
      connection.isQueued = true
      demanding.append(connection, of: connection.presence.party)
    }
    let wanted = connection.wantedInterest
    watch(connection, wanted & EPOLLOUT.rawValue != 0 || connection.holdsSnapshot)
    guard wanted != connection.interest else { return }
    connection.interest = wanted
    wait(for: wanted, on: connection.descriptor, EPOLL_CTL_MOD)
  }

  private func remove(_ connection: Connection) {
    countOutput(of: connection, 0)
    connection.presence.leave()
    for work in connection.session.abandon() { queues.submit(work, of: connection.presence) }
    connections[connection.descriptor] = nil
    watch(connection, false)
  }

  /// Lets go of what clients have open that ask nothing for long, and of cross-references that are too old; and of their connections, while these are short.
  private func letGoOfIdle() {
    let now = MonotonicClock.nanoseconds
    let areShort = context.figures.connectionCount > context.live.connectionsMax.load(ordering: .relaxed) / 2
    for connection in Array(connections.values) {
      let isIdle = connection.isIdle(at: now)
      guard isIdle || connection.session.held.crossref?.isTooOld(at: now) == true else { continue }
      for work in connection.session.lapse() { queues.submit(work, of: connection.presence) }
      guard isIdle, areShort else { continue }
      context.figures.idleClientDropped()
      remove(connection)
    }
  }

  private func countOutput(of connection: Connection, _ count: Int) {
    guard count != connection.countedOutput else { return }
    context.figures.outputChanged(by: count - connection.countedOutput)
    connection.countedOutput = count
  }

  private func watch(_ connection: Connection, _ isWatched: Bool) {
    guard isWatched != connection.isWatched else { return }
    connection.isWatched = isWatched
    watchedCount += isWatched ? 1 : -1
  }

  /// Drops clients that have not taken a byte of their replies for too long, and those that have begun an `MCHECK` and,
  /// after the index has changed, do not end it.
  private func dropStalled() {
    guard watchedCount > 0, .now - lastSweep >= Self.sweepInterval else { return }
    lastSweep = .now
    let (now, newest) = (MonotonicClock.nanoseconds, context.index.snapshot.version)
    let isScarce = context.figures.isOutputScarce
    for connection in Array(connections.values)
    where connection.isStalled(at: lastSweep, isOutputScarce: isScarce)
      || connection.holdsSnapshotTooLong(at: now, newest: newest)
    {
      context.figures.slowClientDropped()
      remove(connection)
    }
  }

  private func wait(for events: UInt32, on descriptor: Int32, _ operation: Int32) {
    _ = whichset_epoll_control(epoll.raw, operation, descriptor, events)
  }
}
