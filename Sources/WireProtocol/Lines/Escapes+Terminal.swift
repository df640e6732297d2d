// Text from elsewhere that reaches a terminal or a log: from a list, from the other end, from somebody's command line.
// What would steer a terminal, or show text in another order than it has, is written as the escapes of its bytes.

import ByteText

extension Escapes {
  /// Appends a value as `append` does, with what may steer a terminal escaped too: `unescape` gives the value back. O(n).
  package static func appendForTerminal(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    appendSteering(bytes, to: &output) { piece, output in append(piece, to: &output, keepingSpaces: true) }
  }

  /// Appends a sentence: all that may steer a terminal is escaped, LF and TAB too; backslashes stay. O(n).
  package static func appendSentence(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    appendSteering(bytes, to: &output) { piece, output in
      for index in piece.indices {
        let byte = piece[index]
        if byte < 0x20 || byte == 0x7F { append(escapeOf: byte, to: &output) } else { output.append(byte) }
      }
    }
  }

  /// Appends the characters that steer as the escapes of their bytes, and what is between them by `plain`.
  private static func appendSteering(
    _ bytes: Span<UInt8>, to output: inout [UInt8], plain: (Span<UInt8>, inout [UInt8]) -> Void
  ) {
    var start = 0
    var index = 0
    while index < bytes.count {
      let length = bytes[index] < 0x80 ? 0 : steeringLength(bytes, at: index)
      if length > 0 {
        plain(bytes.extracting(start..<index), &output)
        for steering in index..<(index + length) { append(escapeOf: bytes[steering], to: &output) }
        start = index + length
      }
      index += max(length, 1)
    }
    plain(bytes.extracting(start..<bytes.count), &output)
  }

  /// The bytes of the character at `index` if it is one beyond ASCII that a terminal may obey: C1 controls (U+0080 to U+009F,
  /// ECMA-48; alone as a byte too), the controls of writing direction (Unicode UAX #9: U+061C, U+200E, U+200F, U+202A to
  /// U+202E, U+2066 to U+2069), the separators of lines and paragraphs (U+2028, U+2029); 0 for all others.
  package static func steeringLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
    func byte(_ offset: Int) -> UInt8 { index + offset < bytes.count ? bytes[index + offset] : 0 }
    switch (bytes[index], byte(1), byte(2)) {
    case (0xC2, 0x80...0x9F, _), (0xD8, 0x9C, _): return 2
    case (0xE2, 0x80, 0x8E...0x8F), (0xE2, 0x80, 0xA8...0xAE), (0xE2, 0x81, 0xA6...0xA9): return 3
    case (0x80...0x9F, _, _): return continues(bytes, at: index) ? 0 : 1
    default: return 0
    }
  }

  /// Whether the byte at `index` belongs to a character that begins at most three bytes before it.
  private static func continues(_ bytes: Span<UInt8>, at index: Int) -> Bool {
    for distance in 1...3 where index >= distance {
      switch bytes[index - distance] {
      case 0x80...0xBF: continue
      case 0xC2...0xDF: return distance == 1
      case 0xE0...0xEF: return distance <= 2
      case 0xF0...0xF4: return true
      default: return false
      }
    }
    return false
  }
}
