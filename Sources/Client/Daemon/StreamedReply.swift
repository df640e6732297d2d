// The client's side of streamed replies (PROTOCOL.md, "Streamed replies"): tells parts from lines, and moves lines to
// where they are wanted no faster than they are taken there, so that memory stays bounded whatever the reply's size.

import Glibc
package import WireProtocol

/// What a line of a streamed reply is.
package enum StreamEvent: Equatable, Sendable {
  /// A part begins; its fields tell how far the daemon is.
  case part([Arguments.Field])
  /// A line of the reply.
  case line
  /// The reply is whole.
  case end([Arguments.Field])
}

/// Tells the lines of a streamed reply apart. Pure.
package struct StreamScanner: Sendable {
  private var left = 0
  private var total = 0

  /// Whether the next line is one of a part.
  package var isInPart: Bool { left > 0 }

  /// A scanner in front of a reply.
  package init() {}

  /// Takes a line without its LF. Throws what the daemon says if it refuses, or fails in the middle.
  package mutating func take(_ line: Span<UInt8>) throws(Trouble) -> StreamEvent {
    if left > 0 {
      left -= 1
      return .line
    }
    switch ReplyStatus(ReplyText.string(line)) {
    case .part(let count, let fields):
      left = count
      total += count
      return .part(fields)
    case .end(total, let fields): return .end(fields)
    case .error(let code, let fault, let text):
      throw Trouble(ReplyText.refusal(code: code, fault: fault, text: text))
    default: throw Trouble(ReplyText.notUnderstood(line))
    }
  }
}

/// One request whose reply is streamed.
package struct StreamedRequest: ~Copyable {
  private var link: DaemonLink
  private var requests = ByteQueue()
  private var scanner = StreamScanner()
  private var output: LineOutput
  /// What is to be handed over when the daemon asks for it.
  private var file: Int32?

  /// Output that may wait before no more of the reply is read.
  private static var outputPendingBytesMax: Int { 1 << 20 }

  /// A request to the daemon at `path`. What `run` is told to write goes to `output`.
  ///
  /// - Parameter file: an open file that is handed over when the daemon has said `OK send`; it stays the caller's.
  package init(_ request: String, file: Int32? = nil, path: String, output: consuming LineOutput)
    throws(Trouble)
  {
    self.file = file
    link = try DaemonLink(path: path)
    requests.storage.append(request + "\n")
    self.output = output
  }

  /// Runs to the end of the reply.
  ///
  /// - Parameters:
  ///   - progress: is told the fields of parts.
  ///   - line: takes a line of the reply, without its LF; what it appends is written.
  /// - Returns: the fields of the reply's end.
  package mutating func run(
    progress: ([Arguments.Field]) -> Void, line: (Span<UInt8>, inout [UInt8]) -> Void
  ) throws(Trouble) -> [String: String] {
    while true {
      var entries: [pollfd] = []
      let mayReceive = output.queue.count < Self.outputPendingBytesMax
      if mayReceive { entries.append(Poll.entry(link.raw, link.events(requests))) }
      if let raw = output.descriptorToPoll { entries.append(Poll.entry(raw, POLLOUT)) }
      _ = Poll.wait(&entries, milliseconds: -1)
      if output.descriptorToPoll != nil, let entry = entries.last, Poll.isWritable(entry) {
        try output.write()
      }
      guard mayReceive else { continue }
      if Poll.isWritable(entries[0]) { link.send(&requests) }
      guard Poll.isReadable(entries[0]) else { continue }
      try link.receive()
      if let fields = try takeLines(progress: progress, line: line) {
        try output.writeAll()
        return Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
      }
      if link.hasEnded { throw link.lost }
    }
  }

  private mutating func takeLines(
    progress: ([Arguments.Field]) -> Void, line: (Span<UInt8>, inout [UInt8]) -> Void
  ) throws(Trouble) -> [Arguments.Field]? {
    while let range = link.replies.next() {
      if let handed = file {
        file = nil
        if ReplyStatus(ReplyText.string(link.replies.line(range))) == .ok(text: "send") {
          try link.handOver(handed)
          continue
        }
      }
      let event = try Self.take(range, of: link.replies, by: &scanner, &output.queue.storage, line)
      switch event {
      case .part(let fields): if !fields.isEmpty { progress(fields) }
      case .line: break
      case .end(let fields): return fields
      }
    }
    return nil
  }

  private static func take(
    _ range: Range<Int>, of replies: LineBuffer, by scanner: inout StreamScanner, _ output: inout [UInt8],
    _ line: (Span<UInt8>, inout [UInt8]) -> Void
  ) throws(Trouble) -> StreamEvent {
    let event = try scanner.take(replies.line(range))
    if event == .line { line(replies.line(range), &output) }
    return event
  }
}
