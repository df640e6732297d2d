// A line exchange with its input, as one exchange over the link to the daemon. No more input is taken than the output and
// the daemon can follow.

package import Console
package import DaemonClient

package struct LinePump<Lines: LineExchange & ~Copyable>: Exchange, ~Copyable {
  package private(set) var exchange: Lines
  private var input: LineInput
  private var isBegun = false
  private var mayTakeInput = true
  package private(set) var isOver = false

  /// Output that may wait before no more input is taken.
  private static var outputPendingBytesMax: Int { 1 << 20 }
  /// The answers to all that may be under way have room, so that no full pipe keeps a daemon from being read.
  package static var outputBytesMax: Int { 16 << 20 }

  package init(_ exchange: consuming Lines, input: consuming LineInput) {
    self.exchange = exchange
    self.input = input
  }

  package var awaitsReplies: Bool { exchange.awaitsReplies }
  package var hasUnsent: Bool { exchange.hasUnsent }
  package var inputToPoll: Int32? { mayTakeInput ? input.descriptorToPoll : nil }

  package mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if !isBegun { exchange.begin(requests: &requests.bytes.storage, output: &output.storage) }
    isBegun = true
    var line: LineInput.Line?
    repeat {
      mayTakeInput = exchange.wantsInput && output.count < Self.outputPendingBytesMax
      line = mayTakeInput ? input.next() : nil
      if let line { Self.give(line, of: input, to: &exchange, &requests, &output) }
    } while line != nil
    if inputToPoll == nil { sendCollected(&requests) }
    guard exchange.hasEnough || mayTakeInput && input.hasEnded, !exchange.awaitsReplies else { return }
    exchange.finish(requests: &requests.bytes.storage)
    guard !exchange.awaitsReplies else { return }
    exchange.end(output: &output.storage)
    isOver = true
  }

  private static func give(
    _ line: LineInput.Line, of input: borrowing LineInput, to exchange: inout Lines,
    _ requests: inout Requests, _ output: inout ByteQueue
  ) {
    exchange.accept(input.bytes(of: line), requests: &requests.bytes.storage, output: &output.storage)
  }

  package mutating func sendCollected(_ requests: inout Requests) {
    if exchange.hasUnsent { exchange.pause(requests: &requests.bytes.storage) }
  }

  package mutating func readInput() throws(Trouble) { try input.read() }

  package mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    try exchange.receive(line, output: &output.storage)
  }
}
