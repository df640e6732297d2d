// One request line taken apart: tag, verb, the rest. A pure function over a span; it allocates nothing and
// keeps no bytes, only where they are. What a verb's arguments mean is left to `Arguments` and the session.

import ByteText

/// A request line: its verb, and where its tag and its arguments are.
package struct RequestLine: Equatable, Sendable {
  package let verb: Verb
  /// Bytes of the tag in the line, the `@` included; empty where there is none.
  package let tag: Range<Int>
  /// Bytes of the arguments: what follows the first space behind the verb.
  package let arguments: Range<Int>

  /// Why a line is no request, and where its tag is, so that the error can carry it.
  package struct Malformed: Error, Equatable, Sendable {
    package let error: ProtocolError
    /// Bytes of the tag, the `@` included; empty where there is none.
    package let tag: Range<Int>
  }

  /// Takes a line apart; `line` is without its LF and the CR before it. O(line).
  package static func parse(_ line: borrowing Span<UInt8>) throws(Malformed) -> RequestLine {
    var position = 0
    var tag = 0..<0
    if line.count > 0, line[0] == UInt8(ascii: "@") {
      position = 1
      while position < line.count, isTagByte(line[position]) { position += 1 }
      let length = position - 1
      guard length > 0, length <= ProtocolLimits.tagBytesMax, position < line.count,
        line[position] == UInt8(ascii: " ")
      else {
        throw Malformed(
          error: ProtocolError(
            .syntax, "a tag is @ and 1 to \(ProtocolLimits.tagBytesMax) letters, digits, '.', '_' or '-'"),
          tag: 0..<0)
      }
      tag = 0..<position
      position += 1
    }
    let start = position
    while position < line.count, line[position] != UInt8(ascii: " ") { position += 1 }
    guard position - start <= ProtocolLimits.verbBytesMax,
      let verb = Verb(line.extracting(start..<position))
    else {
      throw Malformed(error: ProtocolError(.verb, "no such verb; HELP lists them"), tag: tag)
    }
    let arguments = min(position + 1, line.count)..<line.count
    return RequestLine(verb: verb, tag: tag, arguments: arguments)
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    ASCII.isLetterOrDigit(byte) || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "-")
  }
}
