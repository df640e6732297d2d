// One connection: its socket, its session, the bytes between the two. The reactor tells it when the socket can be
// read or written; it tells the reactor what to wait for next.

internal import CLinux
internal import Glibc
internal import Platform
internal import WireProtocol

final class Connection {
  private let socket: Descriptor
  private let slot: Slot
  /// Tells this connection from a later one with the same descriptor.
  let identity: UInt64
  var session: Session
  let presence: Presence
  /// Bytes that came but could not be consumed yet: a partial line, or what follows a request that is worked on.
  private var input: [UInt8] = []
  /// Bytes of the session's output that are sent already.
  private var sent = 0
  private var isInputEnded = false
  private var isOutputWaiting = false
  /// Whether nothing more is to come, since the daemon stops.
  private var isDraining = false
  private(set) var isBroken = false
  /// Whether the last bytes took a whole turn, so that the next wait for one as well.
  private var isDemanding = false
  /// Whether a turn ended before all that had come was consumed.
  private var isInterrupted = false
  /// Whether it waits for a turn among those that take long.
  private(set) var awaitsTurn = false
  /// Whether the reactor has it in its queue for that.
  var isQueued = false
  /// Whether anything has come from the client.
  private var hasReceived = false
  /// Bytes of replies that may wait before no more is read.
  private var outputMax = ProtocolLimits.outputPendingBytesMax
  /// Bytes of replies that the reactor has counted as waiting.
  var countedOutput = 0
  /// When something was last consumed or answered, in nanoseconds of `MonotonicClock`.
  private(set) var lastActive = MonotonicClock.nanoseconds
  /// When bytes last went out, or output began to wait.
  private(set) var lastProgress: ContinuousClock.Instant = .now
  /// When a step of a streamed reply last ended.
  private var lastPart: ContinuousClock.Instant = .now
  var interest: UInt32 = 0

  /// Bytes that one read takes: large enough for a thousand pipelined requests, small enough for the cache.
  static let readBytes = 64 << 10
  /// Bytes sent from which on they are removed, where they are also half of all.
  private static let dropBytes = 1 << 20

  /// - Parameters:
  ///   - descriptor: is taken over.
  ///   - peer: the client.
  ///   - slot: its place among the connections.
  init(descriptor: Int32, identity: UInt64, peer: Peer, slot: Slot) {
    self.slot = slot
    socket = Descriptor(owning: descriptor)
    self.identity = identity
    session = Session(peer: peer)
    presence = Presence(of: peer.party)
  }

  var descriptor: Int32 { socket.raw }

  var hasOutput: Bool { session.output.count > sent }

  /// Bytes of memory for replies that wait.
  var outputBytes: Int { session.output.count }

  /// Brings what came of a step of work.
  func finish(_ outcome: Outcome, _ context: inout SessionContext) {
    session.finish(outcome, &context)
    lastActive = MonotonicClock.nanoseconds
    guard session.holdsStream else { return }
    lastPart = .now
    if isDraining { session.cutStream(&context) }
  }

  /// The work that the session wants done.
  func takeWork() -> [Work] {
    guard !session.work.isEmpty else { return [] }
    defer { session.work.removeAll() }
    return session.work
  }

  /// Asks for more of a streamed reply where the reader has taken nearly all of it.
  func continueStream() {
    if session.output.count - sent <= ProtocolLimits.partBytes { session.continueStream() }
  }

  /// Whether its reader has taken too little of its replies for too long. Where memory for them is scarce, a client that holds
  /// much of it and takes nothing has stalled sooner, administrators apart.
  func isStalled(at now: ContinuousClock.Instant, isOutputScarce: Bool = false) -> Bool {
    guard hasOutput else { return false }
    let patience = Duration.seconds(ProtocolLimits.stalledSecondsMax)
    if now - lastProgress > patience || session.holdsStream && now - lastPart > patience { return true }
    return isOutputScarce && session.peer.role != .admin && outputBytes > ProtocolLimits.outputScarceBytesMax
      && now - lastProgress > .seconds(ProtocolLimits.stalledScarceSecondsMax)
  }

  /// Whether nothing has come, and nothing was due, for longer than what it has open is kept for.
  func isIdle(at now: Int) -> Bool {
    session.isIdle && !hasOutput && now - lastActive > ProtocolLimits.idleSecondsMax * 1_000_000_000
  }

  /// Whether an unfinished `MCHECK` keeps a snapshot.
  var holdsSnapshot: Bool { session.identifiersHold.isKept }

  /// Whether it has kept one that is not the newest any more for too long.
  func holdsSnapshotTooLong(at now: Int, newest version: Int) -> Bool {
    session.identifiersHold.isOverdue(at: now, newest: version)
  }

  /// Whether the reactor counts it among those that it looks at every second.
  var isWatched = false

  /// Whether another reactor could have it: nothing is under way that this one has to do with.
  var canMove: Bool {
    session.isIdle && session.work.isEmpty && !isWatched && !hasOutput && !isBroken && !isInputEnded
      && !session.isClosing
  }

  /// Whether the reactor should let go of it.
  var isDone: Bool {
    if isBroken { return true }
    if hasOutput || !session.isIdle || awaitsTurn { return false }
    return session.isClosing || isInputEnded || isDraining
  }

  /// Whether more bytes may be read from the client.
  private var wantsInput: Bool {
    !isInputEnded && !isDraining && !awaitsTurn && !session.isClosing
      && (!session.isBlocked || session.awaitsFile)
      && session.output.count < outputMax
  }

  var wantedInterest: UInt32 {
    (wantsInput ? EPOLLIN.rawValue : 0) | (hasOutput ? EPOLLOUT.rawValue : 0)
  }

  /// Reads what is there and handles it; returns whether there was something.
  @discardableResult
  func receive(_ buffer: UnsafeMutableRawBufferPointer, _ context: inout SessionContext) -> Bool {
    guard wantsInput else { return false }
    if session.awaitsFile { return receiveFile(&context) }
    guard let count = unsafe read(into: buffer) else { return false }
    unsafe take(UnsafeRawBufferPointer(rebasing: buffer[..<count]), &context)
    return count > 0
  }

  /// Takes a file that the client hands over, and the one byte that comes with it.
  private func receiveFile(_ context: inout SessionContext) -> Bool {
    let received = HandedFile.receive(from: descriptor)
    guard let count = count(of: received.transfer) else { return false }
    if count > 0, received.byte == UInt8(ascii: "\n") {
      session.take(received.files, &context)
    } else {
      session.refuseFile(&context)
    }
    // Safe: the byte, or none, is lent for the call.
    unsafe withUnsafeBytes(of: received.byte) {
      unsafe take(UnsafeRawBufferPointer(rebasing: $0[..<count]), &context)
    }
    return count > 0
  }

  /// Reads what is there, without handling it: how many bytes, 0 where the client has ended its side, nil where there
  /// is nothing. `take` has to follow before anything else.
  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int? {
    count(of: unsafe socket.read(into: buffer))
  }

  /// How many bytes went over; nil where none can now, or ever.
  private func count(of transfer: Descriptor.Transfer) -> Int? {
    switch transfer {
    case .bytes(let count): return count
    case .failed: isBroken = true
    case .wouldBlock: break
    }
    return nil
  }

  /// Handles what was read; no bytes stand for the end of the client's side.
  func take(_ received: UnsafeRawBufferPointer, _ context: inout SessionContext) {
    let count = received.count
    hasReceived = true
    if count == 0 {
      isInputEnded = true
      session.refuseFile(&context)
      if input.isEmpty { session.endDistantChunk(isAtEnd: true, &context) }
      proceed(&context)
      return
    }
    if input.isEmpty {
      // Safe: the bytes are there until the next read.
      let bytes = unsafe Span<UInt8>(_unsafeElements: received.assumingMemoryBound(to: UInt8.self))
      let consumed = session.consume(bytes, isAtEnd: false, &context)
      if consumed < count { unsafe input.append(contentsOf: received[consumed...]) }
      noteTurn(context)
    } else {
      unsafe input.append(contentsOf: received)
      consumeInput(&context)
    }
    send()
    // Output that went out at once may have been what held up the rest.
    if !input.isEmpty, !awaitsTurn { proceed(&context) }
  }

  /// Whether bytes that are read now would be handled at once, with nothing before them.
  var isFresh: Bool { input.isEmpty && wantsInput && !session.awaitsFile && !isDemanding }

  /// Whether bytes have come for which it has to wait for its turn.
  func queuesUp() -> Bool {
    if isDemanding { awaitsTurn = true }
    return isDemanding
  }

  /// Takes its turn: handles what has come, or what comes now.
  func takeTurn(_ buffer: UnsafeMutableRawBufferPointer, _ context: inout SessionContext) {
    awaitsTurn = false
    if isInterrupted {
      proceed(&context)
    } else {
      // Whether it still is one is seen by what comes now.
      isDemanding = false
      unsafe receive(buffer, &context)
    }
  }

  private func noteTurn(_ context: borrowing SessionContext) {
    lastActive = context.chunkBegan
    outputMax = context.outputMax
    // A chunk may be consumed in several goes, the last of which may find but part of a line.
    if context.isDemanding { isDemanding = true }
    isInterrupted = context.isTurnOver && !input.isEmpty
    if isInterrupted { awaitsTurn = true }
  }

  /// Goes on with bytes that had to wait, and sends what comes of them. Where they wait for a turn, that does both.
  func proceed(_ context: inout SessionContext) {
    while !awaitsTurn {
      let before = (input.count, session.output.count)
      consumeInput(&context)
      send()
      if isBroken || input.isEmpty || session.isBlocked || hasOutput || awaitsTurn
        || before == (input.count, session.output.count)
      {
        break
      }
    }
    // What is left when the client is done is an unfinished body, or follows an unfinished reply.
    if isInputEnded, !session.isBlocked, !hasOutput, !awaitsTurn { input.removeAll() }
  }

  private func consumeInput(_ context: inout SessionContext) {
    guard !input.isEmpty else { return }
    let consumed = session.consume(input.span, isAtEnd: isInputEnded, &context)
    if consumed == input.count {
      input.removeAll(keepingCapacity: input.capacity <= 4_096)
    } else if consumed > 0 {
      input.removeFirst(consumed)
    }
    noteTurn(context)
  }

  /// Sends as much as the socket takes.
  func send() {
    guard hasOutput else { return }
    guard let count = count(of: socket.send(session.output.span.extracting(droppingFirst: sent))) else {
      beginWaiting()
      return
    }
    sent += count
    if sent == session.output.count {
      // A long reply that was taken in the end: the client has not been idle meanwhile.
      if isOutputWaiting { lastActive = MonotonicClock.nanoseconds }
      isOutputWaiting = false
      let keeps = session.output.capacity <= Self.readBytes
      session.output.removeAll(keepingCapacity: keeps)
      sent = 0
    } else {
      isOutputWaiting = false
      beginWaiting()
      if sent >= max(Self.dropBytes, session.output.count / 2) {
        session.output.removeFirst(sent)
        sent = 0
      }
    }
  }

  /// Notes when output begins to wait, or last went out. The usual reply goes out at once and costs no look at the
  /// clock.
  private func beginWaiting() {
    guard !isOutputWaiting else { return }
    isOutputWaiting = true
    lastProgress = .now
  }

  /// The daemon stops: what has come is answered, up to a bound, and no more is read.
  ///
  /// - Parameter spares: a client that has just connected, and whose first request is on its way, is left as it is.
  func drain(_ buffer: UnsafeMutableRawBufferPointer, _ context: inout SessionContext, sparesNew spares: Bool)
  {
    var reads = 0
    while awaitsTurn { unsafe takeTurn(buffer, &context) }
    while wantsInput, reads < Self.drainReadsMax, unsafe receive(buffer, &context) { reads += 1 }
    if spares, !hasReceived { return }
    isDraining = true
    session.refuseFile(&context, ProtocolError(.busy, "the daemon stops"))
    session.endDistantChunk(isAtEnd: true, &context)
    send()
    if session.holdsStream {
      session.cutStream(&context)
      send()
    }
  }

  private static let drainReadsMax = 16
}
