// Asking for one thing and waiting for its reply: all that most commands need.

package import Console
import Platform
package import WireProtocol

extension DaemonLink {
  /// Asks, and returns the reply, which may be an error.
  package mutating func reply(to request: some Request) throws(Trouble) -> Reply {
    try reply(toLine: request.line)
  }

  /// Sends a request line as it is.
  package mutating func reply(toLine line: String) throws(Trouble) -> Reply {
    var question = Question(line)
    var output = LineOutput(.none)
    try run(&question, output: &output)
    guard let reply = question.reply else { throw Trouble("the daemon has not answered") }
    return reply
  }

  /// Asks.
  ///
  /// - Throws: the daemon's words where it refuses.
  package mutating func ask<Asked: Request>(_ request: Asked) throws(Trouble) -> Asked.Reply
  where Asked.Reply: ReadableReply {
    try Asked.Reply.read(try reply(to: request).accepted())
  }

  /// Asks for a streamed reply.
  ///
  /// - Parameters:
  ///   - file: a descriptor to hand over.
  ///   - output: where `line` writes to.
  ///   - progress: is given the fields of parts.
  ///   - line: is given each line.
  /// - Returns: its end.
  package mutating func stream<Asked: Request, End: FieldRecord>(
    _ request: Asked, file: Int32? = nil, to output: consuming LineOutput = LineOutput(.none),
    progress: @escaping ([Arguments.Field]) -> Void = { _ in },
    line: @escaping (Span<UInt8>, inout [UInt8]) throws(Trouble) -> Void = { _, _ in }
  ) throws(Trouble) -> End where Asked.Reply == StreamedReply<End> {
    var question = StreamedQuestion(request.line, file: file, progress: progress, line: line)
    try run(&question, output: &output)
    let fields = question.end ?? []
    guard let end = End(fields) else { throw Trouble(ReplyText.notUnderstood(fields)) }
    return end
  }

  /// Says something last, whatever the answer, and waits until the daemon has read it and closed the connection. Earlier
  /// replies no longer matter; they are read so that the daemon can go on.
  ///
  /// - Returns: whether it closed the connection in time, so that it has read all that was said.
  package mutating func leave(saying request: some Request, patience: Duration) -> Bool {
    var farewell = Farewell(request.line)
    var output = LineOutput(.none)
    // A connection that fails now has ended all the same.
    try? run(&farewell, output: &output, patience: patience)
    return hasEnded
  }
}

/// A request and its whole reply.
private struct Question: Exchange {
  private var line: String?
  private var assembler = ReplyAssembler()
  private(set) var reply: Reply?

  init(_ line: String) { self.line = line }

  var isOver: Bool { reply != nil }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if let line = line.take() { requests.add(line) }
  }

  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    reply = try assembler.take(line)
  }
}

/// A request whose reply is streamed, and the file that it may hand over.
private struct StreamedQuestion: Exchange {
  private var request: String?
  private var file: Int32?
  private let progress: ([Arguments.Field]) -> Void
  private let line: (Span<UInt8>, inout [UInt8]) throws(Trouble) -> Void
  private var scanner = StreamScanner()
  private(set) var end: [Arguments.Field]?

  init(
    _ request: String, file: Int32?, progress: @escaping ([Arguments.Field]) -> Void,
    line: @escaping (Span<UInt8>, inout [UInt8]) throws(Trouble) -> Void
  ) {
    self.request = request
    self.file = file
    self.progress = progress
    self.line = line
  }

  var isOver: Bool { end != nil }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if let request = request.take() { requests.add(request) }
  }

  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    if let file = file.take(), ReplyStatus(ReplyText.string(line)) == .ok(text: "send") {
      requests.file = file
      return
    }
    switch try scanner.take(line) {
    case .part(let fields): if !fields.isEmpty { progress(fields) }
    case .line: try self.line(line, &output.storage)
    case .end(let fields): end = fields
    }
  }
}

private struct Farewell: Exchange {
  private var request: String?

  init(_ request: String) { self.request = request }

  var isOver: Bool { false }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    guard let request = request.take() else { return }
    requests.add(request)
    requests.isLast = true
  }

  mutating func receive(_ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue) {}
}
