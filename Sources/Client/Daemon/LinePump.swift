// Moves bytes between input, daemon and output until all is answered. It never waits for one of them while
// another could go on, so that no two full pipes lock each other; and it sends what it has before it waits for
// slow input, so that `tail -f log | whichset check -` answers each line as it comes.

import Glibc

/// Drives a `LineExchange` over descriptors.
package struct LinePump<Exchange: LineExchange & ~Copyable>: ~Copyable {
  /// What becomes of the lines.
  package private(set) var exchange: Exchange
  private var input: LineInput
  private var output: LineOutput
  private var daemon: DaemonLink
  private var requests = ByteQueue()
  private var entries: [pollfd] = []

  /// Output that may wait before no more input is taken.
  private static var outputPendingBytesMax: Int { 1 << 20 }

  /// Output that may wait before no more replies are read. Larger, since a daemon drops who reads nothing for a minute.
  private static var repliesPendingBytesMax: Int { 16 << 20 }

  /// Joins the three; an exchange that sends nothing takes a `DaemonLink()`.
  package init(
    _ exchange: consuming Exchange, input: consuming LineInput, output: consuming LineOutput,
    daemon: consuming DaemonLink
  ) {
    self.exchange = exchange
    self.input = input
    self.output = output
    self.daemon = daemon
  }

  /// Runs to the end of the input and the last answer.
  ///
  /// - Throws: when input, output or daemon fail; all answers that came before are written first.
  package mutating func run() throws(Trouble) {
    exchange.begin(requests: &requests.storage, output: &output.queue.storage)
    do throws(Trouble) {
      while try step() {}
      exchange.end(output: &output.queue.storage)
      try output.writeAll()
    } catch {
      try output.writeAll()
      throw error
    }
  }

  /// One round; false when all is done.
  private mutating func step() throws(Trouble) -> Bool {
    takeLines()
    let inputDescriptor = mayTakeInput ? input.descriptorToPoll : nil
    if inputDescriptor == nil { sendCollected() }

    let socketSlot = try addDaemonEntry()
    let inputSlot = add(inputDescriptor, POLLIN)
    let outputSlot = add(output.descriptorToPoll, POLLOUT)
    defer { entries.removeAll(keepingCapacity: true) }
    if inputDescriptor == nil, outputSlot == nil, !exchange.awaitsReplies {
      exchange.finish(requests: &requests.storage)
      return exchange.awaitsReplies
    }

    // With lines collected, only look: if no more are here at once, those go out.
    let ready = Poll.wait(&entries, milliseconds: exchange.hasUnsent ? 0 : -1)
    let inputIsReady = inputSlot.map { Poll.isReadable(entries[$0]) } ?? false
    if ready == 0 || !inputIsReady { sendCollected() }
    if inputIsReady { try input.read() }
    if let outputSlot, Poll.isWritable(entries[outputSlot]) { try output.write() }
    if let socketSlot { try exchangeWithDaemon(entries[socketSlot]) }
    return true
  }

  private var mayTakeInput: Bool {
    exchange.wantsInput && output.queue.count < Self.outputPendingBytesMax
  }

  private mutating func takeLines() {
    while mayTakeInput, let line = input.next() {
      Self.give(line, of: input, to: &exchange, &requests.storage, &output.queue.storage)
    }
  }

  private static func give(
    _ line: LineInput.Line, of input: borrowing LineInput, to exchange: inout Exchange,
    _ requests: inout [UInt8], _ output: inout [UInt8]
  ) {
    exchange.accept(input.bytes(of: line), requests: &requests, output: &output)
  }

  private mutating func sendCollected() {
    if exchange.hasUnsent { exchange.pause(requests: &requests.storage) }
  }

  private mutating func exchangeWithDaemon(_ entry: pollfd) throws(Trouble) {
    if Poll.isWritable(entry) { daemon.send(&requests) }
    guard Poll.isReadable(entry) else { return }
    try daemon.receive()
    while let line = daemon.replies.next() {
      try Self.give(line, of: daemon.replies, to: &exchange, &output.queue.storage)
    }
  }

  private static func give(
    _ line: Range<Int>, of replies: LineBuffer, to exchange: inout Exchange, _ output: inout [UInt8]
  ) throws(Trouble) {
    try exchange.receive(replies.line(line), output: &output)
  }

  /// Where the daemon's entry is; nil where there is none, or none any more.
  private mutating func addDaemonEntry() throws(Trouble) -> Int? {
    guard daemon.hasEnded else {
      let events = daemon.events(requests)
      return add(daemon.raw, output.queue.count < Self.repliesPendingBytesMax ? events : events & ~POLLIN)
    }
    if exchange.awaitsReplies { throw daemon.lost }
    return nil
  }

  private mutating func add(_ descriptor: Int32?, _ events: Int32) -> Int? {
    guard let descriptor else { return nil }
    entries.append(Poll.entry(descriptor, events))
    return entries.count - 1
  }
}
