// One connection: its socket, its session, the bytes between the two. The reactor tells it when the socket can be
// read or written; it tells the reactor what to wait for next.

internal import CLinux
internal import Glibc
internal import WireProtocol

/// A connected client.
final class Connection {
  let descriptor: Int32
  /// Tells this connection from a later one with the same descriptor.
  let identity: UInt64
  let session: Session
  /// Bytes that came but could not be consumed yet: a partial line, or what follows a job under way.
  private var input: [UInt8] = []
  /// Bytes of the session's output that are sent already.
  private var sent = 0
  private var isInputEnded = false
  /// Whether nothing more is to come, since the daemon stops.
  private var isDraining = false
  private(set) var isBroken = false
  /// When bytes last went out, or output began to wait.
  private(set) var lastProgress: ContinuousClock.Instant = .now
  /// What the reactor's epoll waits for.
  var interest: UInt32 = 0

  /// Bytes that one read takes: large enough for a thousand pipelined requests, small enough for the cache.
  static let readBytes = 64 << 10

  init(descriptor: Int32, identity: UInt64, session: Session) {
    self.descriptor = descriptor
    self.identity = identity
    self.session = session
  }

  deinit { close(descriptor) }

  var hasOutput: Bool { session.output.count > sent }

  /// Whether the reactor should let go of it.
  var isDone: Bool {
    if isBroken { return true }
    if hasOutput || !session.isIdle { return false }
    return session.isClosing || isInputEnded || isDraining
  }

  /// Whether more bytes may be read from the client.
  private var wantsInput: Bool {
    !isInputEnded && !isDraining && !session.isClosing && !session.isBlocked
      && session.output.count - sent < ProtocolLimits.outputPendingBytesMax
  }

  /// The events to wait for.
  var wantedInterest: UInt32 {
    (wantsInput ? EPOLLIN.rawValue : 0) | (hasOutput ? EPOLLOUT.rawValue : 0)
  }

  /// Reads what is there and handles it.
  func receive(_ buffer: UnsafeMutableRawBufferPointer) {
    guard wantsInput else { return }
    // Safe: the buffer is the reactor's, and as long as told.
    let count = unsafe read(descriptor, buffer.baseAddress!, buffer.count)
    if count < 0 {
      if errno != EAGAIN && errno != EINTR { isBroken = true }
      return
    }
    if count == 0 {
      isInputEnded = true
      proceed()
      return
    }
    let received = unsafe UnsafeRawBufferPointer(rebasing: buffer[..<count])
    if input.isEmpty {
      // Safe: the bytes are there until the next read.
      let bytes = unsafe Span<UInt8>(_unsafeElements: received.assumingMemoryBound(to: UInt8.self))
      let consumed = session.consume(bytes, isAtEnd: false)
      if consumed < count { unsafe input.append(contentsOf: received[consumed...]) }
    } else {
      unsafe input.append(contentsOf: received)
      consumeInput()
    }
    send()
    // Output that went out at once may have been what held up the rest.
    if !input.isEmpty { proceed() }
  }

  /// Goes on with bytes that had to wait, and sends what comes of them.
  func proceed() {
    while true {
      let before = (input.count, session.output.count)
      consumeInput()
      send()
      if isBroken || input.isEmpty || session.isBlocked || hasOutput
        || before == (input.count, session.output.count)
      {
        break
      }
    }
    // What is left when the client is done is an unfinished body, or follows an unfinished reply.
    if isInputEnded, !session.isBlocked, !hasOutput { input.removeAll() }
  }

  private func consumeInput() {
    guard !input.isEmpty else { return }
    let consumed = session.consume(input.span, isAtEnd: isInputEnded)
    if consumed == input.count {
      input.removeAll(keepingCapacity: input.capacity <= 4_096)
    } else if consumed > 0 {
      input.removeFirst(consumed)
    }
  }

  /// Sends as much as the socket takes.
  func send() {
    guard hasOutput else { return }
    // Safe: the range lies in the output; the call copies it.
    let count = unsafe session.output.withUnsafeBytes {
      unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
    }
    if count < 0 {
      if errno != EAGAIN && errno != EINTR { isBroken = true }
      return
    }
    sent += count
    lastProgress = .now
    if sent == session.output.count {
      let keeps = session.output.capacity <= Self.readBytes
      session.output.removeAll(keepingCapacity: keeps)
      sent = 0
    } else if sent >= ProtocolLimits.outputPendingBytesMax {
      session.output.removeFirst(sent)
      sent = 0
    }
  }

  /// The daemon stops: what has come is answered, and no more is read.
  func drain(_ buffer: UnsafeMutableRawBufferPointer) {
    unsafe receive(buffer)
    isDraining = true
  }
}
