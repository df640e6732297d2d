// Escapes what may steer a terminal and was not escaped where it was put into a sentence (`String.shown`).

import ByteText
import WireProtocol

package enum TerminalText {
  /// Appends lines: all that may steer a terminal is escaped but for LF, TAB and the marks of `TextStyle`. O(n).
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    guard hasSuspects(bytes) else { return output.append(bytes) }
    var index = 0
    var start = 0
    while index < bytes.count {
      let byte = bytes[index]
      let kept =
        byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\t") ? 1 : TextStyle.markLength(bytes, at: index)
      if kept > 0 {
        Escapes.appendSentence(bytes.extracting(start..<index), to: &output)
        output.append(bytes.extracting(index..<(index + kept)))
        start = index + kept
      }
      index += max(kept, 1)
    }
    Escapes.appendSentence(bytes.extracting(start..<bytes.count), to: &output)
  }

  /// Whether any byte is a control or beyond ASCII. No early exit, so that the loop runs many bytes at a time.
  private static func hasSuspects(_ bytes: Span<UInt8>) -> Bool {
    var found: UInt8 = 0
    for index in bytes.indices { found |= bytes[index] < 0x20 || bytes[index] >= 0x7F ? 1 : 0 }
    return found != 0
  }
}
