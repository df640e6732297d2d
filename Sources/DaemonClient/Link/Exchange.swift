// What is said over a link, apart from moving bytes: an exchange says what to send and takes the lines of replies. Pure but
// for what it reads itself; `DaemonLink.run` moves the bytes, so that everything is asked through one loop.

package import Console

package struct Requests: Sendable {
  package var bytes = ByteQueue()
  /// A descriptor to hand over now, with an LF beside it (PROTOCOL.md, "Files").
  package var file: Int32?
  /// Whether nothing will follow: the link is half-closed when all is sent.
  package var isLast = false

  package mutating func add(_ line: String) { bytes.storage.append(line + "\n") }
}

package protocol Exchange: ~Copyable {
  /// Whether all is said and heard.
  var isOver: Bool { get }
  /// Whether the daemon has something to answer; if it goes now, that is an error.
  var awaitsReplies: Bool { get }
  /// Whether something is collected that goes out when no more input is at hand.
  var hasUnsent: Bool { get }
  /// What input is read from, while more is wanted.
  var inputToPoll: Int32? { get }
  /// Bytes that may wait for the output before nothing more is read from the daemon.
  static var outputBytesMax: Int { get }

  /// Adds what can be said now. Called before each wait.
  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) throws(Trouble)
  /// Adds what was collected.
  mutating func sendCollected(_ requests: inout Requests)
  /// Reads some input, which is there.
  mutating func readInput() throws(Trouble)
  /// Takes a line of a reply.
  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble)
}

extension Exchange where Self: ~Copyable {
  package var awaitsReplies: Bool { !isOver }
  package var hasUnsent: Bool { false }
  package var inputToPoll: Int32? { nil }
  package static var outputBytesMax: Int { 1 << 20 }
  package mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) throws(Trouble) {}
  package mutating func sendCollected(_ requests: inout Requests) {}
  package mutating func readInput() throws(Trouble) {}
}
