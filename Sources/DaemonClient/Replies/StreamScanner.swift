// The client's side of streamed replies (PROTOCOL.md, "Streamed replies"): tells parts from lines. Pure.

package import Console
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

  package init() {}

  /// Takes a line without its LF. Throws what the daemon says if it refuses, or fails in the middle.
  package mutating func take(_ line: Span<UInt8>) throws(Trouble) -> StreamEvent {
    if left > 0 {
      left -= 1
      return .line
    }
    switch try ReplyText.status(line) {
    case .part(let count, let fields):
      left = count
      total += count
      return .part(fields)
    case .end(total, let fields): return .end(fields)
    default: throw Trouble(ReplyText.notUnderstood(line))
    }
  }
}
