// A connection to the daemon, and the one loop over it. It never waits for one of input, daemon and output while another
// could go on, so that no two full pipes lock each other; and it sends what is collected before it waits for slow input, so
// that `tail -f log | whichset check -` answers each line as it comes.

import CLinux
package import Console
import Glibc
import Platform

/// Answers requests in place of a daemon, at once.
package protocol Responder: AnyObject {
  /// Takes whole requests, and appends their replies.
  func answer(_ requests: Span<UInt8>, to replies: inout [UInt8]) throws(Trouble)
}

package struct DaemonLink: ~Copyable {
  private var requests = Requests()
  private var replies = LineBuffer(lineBytesMax: Self.replyLineBytesMax)
  /// Whether the daemon has closed the connection.
  package private(set) var hasEnded: Bool
  private var cannotSend = false
  private let path: String
  private let socket: Descriptor
  private let responder: (any Responder)?
  private let patience: Duration?
  private var chunk = [UInt8](repeating: 0, count: 1 << 17)
  private var entries: [pollfd] = []

  /// A reply line may name all datasets that there can be.
  package static var replyLineBytesMax: Int { 2 << 20 }

  /// How long most commands wait for a daemon that should answer at once.
  package static var usualPatience: Duration { .seconds(10) }

  /// - Parameter patience: how long the connection, and each exchange, may take; nil for as long as it does.
  package init(path: String, patience: Duration? = nil) throws(Trouble) {
    self.path = path
    self.patience = patience
    hasEnded = false
    responder = nil
    socket = try DaemonSocket.connect(path, patience: patience)
  }

  package init() {
    self.init(nil)
    hasEnded = true
  }

  /// A link to what answers in place of a daemon.
  package init(answeredBy responder: any Responder) { self.init(responder) }

  private init(_ responder: (any Responder)?) {
    path = ""
    patience = nil
    socket = .none
    self.responder = responder
    hasEnded = false
  }

  /// Runs an exchange to its end, and writes all of its output. Where that fails, what has been said is written too.
  ///
  /// - Parameter patience: how long it may take, instead of the link's own.
  package mutating func run<Talk: Exchange & ~Copyable>(
    _ exchange: inout Talk, output: inout LineOutput, patience: Duration? = nil
  ) throws(Trouble) {
    do throws(Trouble) {
      let patience = patience ?? self.patience
      let deadline = patience.map { ContinuousClock.now + $0 }
      while try step(&exchange, &output, deadline: deadline, patience: patience ?? .zero) {}
      try output.writeAll()
    } catch {
      try output.writeAll()
      throw error
    }
  }

  /// Returns whether the exchange goes on.
  private mutating func step<Talk: Exchange & ~Copyable>(
    _ exchange: inout Talk, _ output: inout LineOutput, deadline: ContinuousClock.Instant?, patience: Duration
  ) throws(Trouble) -> Bool {
    try exchange.prepare(&requests, &output.queue)
    if exchange.isOver { return false }
    if hasEnded, exchange.awaitsReplies { throw DaemonSocket.lost(path) }
    if let responder, !requests.bytes.isEmpty {
      var answers: [UInt8] = []
      try responder.answer(requests.bytes.bytes, to: &answers)
      requests.bytes.removeAll()
      replies.append(answers, count: answers.count)
      try deliver(&exchange, &output.queue)
      return true
    }

    entries.removeAll(keepingCapacity: true)
    let mayReceive = output.queue.count < Talk.outputBytesMax
    let daemonSlot =
      hasEnded || responder != nil
      ? nil : poll(socket.raw, (mayReceive ? POLLIN : 0) | (wantsToSend ? POLLOUT : 0))
    let inputSlot = poll(exchange.inputToPoll, POLLIN)
    let outputSlot = poll(output.descriptorToPoll, POLLOUT)
    // With something collected, only look: if no more is here at once, it goes out.
    let left = deadline.map { max(.zero, $0 - .now) }
    let ready = Poll.wait(
      &entries,
      milliseconds: exchange.hasUnsent
        ? 0 : left.map { Int32(clamping: Int($0 / .milliseconds(1)) + 1) } ?? -1)
    if ready == 0, let deadline, .now > deadline { throw DaemonSocket.silent(path, for: patience) }

    let inputIsReady = inputSlot.map { Poll.isReadable(entries[$0]) } ?? false
    if exchange.hasUnsent, !inputIsReady { exchange.sendCollected(&requests) }
    if inputIsReady { try exchange.readInput() }
    if let outputSlot, Poll.isWritable(entries[outputSlot]) { try output.write() }
    guard let daemonSlot else { return true }
    if Poll.isWritable(entries[daemonSlot]) { send() }
    if Poll.isReadable(entries[daemonSlot]) { try receive(&exchange, &output.queue) }
    return true
  }

  private mutating func poll(_ descriptor: Int32?, _ events: Int32) -> Int? {
    guard let descriptor else { return nil }
    entries.append(Poll.entry(descriptor, events))
    return entries.count - 1
  }

  private var wantsToSend: Bool { !cannotSend && (!requests.bytes.isEmpty || requests.isLast) }

  /// Sends what fits. A daemon that takes nothing more may still have said why: its replies are read to their end.
  private mutating func send() {
    while !requests.bytes.isEmpty, !cannotSend {
      switch socket.send(requests.bytes.bytes) {
      case .bytes(let count): requests.bytes.removeFirst(count)
      case .wouldBlock: return
      case .failed: cannotSend = true
      }
    }
    if requests.isLast {
      shutdown(socket.raw, Int32(SHUT_WR))
      cannotSend = true
    }
  }

  private mutating func receive<Talk: Exchange & ~Copyable>(
    _ exchange: inout Talk, _ output: inout ByteQueue
  ) throws(Trouble) {
    switch socket.read(into: &chunk) {
    case .bytes(0): hasEnded = true
    case .bytes(let count): replies.append(chunk, count: count)
    case .wouldBlock: break
    case .failed(ECONNRESET): hasEnded = true
    case .failed(let code): throw Trouble("cannot read from the daemon at \(path)", code: code)
    }
    try deliver(&exchange, &output)
  }

  /// Gives the lines of replies to their exchange.
  private mutating func deliver<Talk: Exchange & ~Copyable>(
    _ exchange: inout Talk, _ output: inout ByteQueue
  ) throws(Trouble) {
    while !exchange.isOver, let line = replies.next() {
      try Self.give(line, of: replies, to: &exchange, &requests, &output)
      if let file = requests.file { try handOver(file) }
    }
    guard !replies.isDiscarding else {
      throw Trouble(
        "the daemon's reply has a line longer than \(Figures.bytes(Self.replyLineBytesMax))")
    }
  }

  private static func give<Talk: Exchange & ~Copyable>(
    _ line: Range<Int>, of replies: LineBuffer, to exchange: inout Talk, _ requests: inout Requests,
    _ output: inout ByteQueue
  ) throws(Trouble) {
    try exchange.receive(replies.line(line), &requests, &output)
  }

  /// The corresponding C function is `sendmsg` with `SCM_RIGHTS`.
  private mutating func handOver(_ file: Int32) throws(Trouble) {
    requests.file = nil
    var (byte, file) = (UInt8(ascii: "\n"), file)
    // The byte and the descriptor live through the call. A socket that has taken a short request has room for a byte.
    guard unsafe whichset_send_files(socket.raw, &byte, &file, 1) == 1 else {
      throw Trouble("cannot hand the file over to the daemon at \(path)", code: errno)
    }
  }
}
