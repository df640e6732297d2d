// Backslash escapes of field values and reply columns (PROTOCOL.md, section 1). Pure; shared by both ends.

import ByteText

package enum Escapes {
  /// Appends `bytes` to `output` with `\`, LF, CR, TAB, space and control bytes escaped. O(n).
  ///
  /// - Parameter keepingSpaces: leaves spaces as they are, for columns that TABs part.
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8], keepingSpaces: Bool = false) {
    // Nearly no value needs escapes, and one that needs none is copied in one go.
    guard isEscaped(bytes, keepingSpaces: keepingSpaces) else { return output.append(bytes) }
    for index in bytes.indices {
      append(bytes[index], to: &output, keepingSpaces: keepingSpaces)
    }
  }

  /// Whether a byte would be escaped.
  private static func isEscaped(_ bytes: Span<UInt8>, keepingSpaces: Bool) -> Bool {
    let firstPlain: UInt8 = keepingSpaces ? 0x20 : 0x21
    return bytes.containsAny(below: firstPlain, or: 0x7F, UInt8(ascii: "\\"))
  }

  /// Appends the UTF-8 of `text`, escaped.
  package static func append(_ text: String, to output: inout [UInt8], keepingSpaces: Bool = false) {
    for byte in text.utf8 { append(byte, to: &output, keepingSpaces: keepingSpaces) }
  }

  private static func append(_ byte: UInt8, to output: inout [UInt8], keepingSpaces: Bool) {
    switch byte {
    case UInt8(ascii: "\\"): output += [byte, byte]
    case UInt8(ascii: "\n"): output += [UInt8(ascii: "\\"), UInt8(ascii: "n")]
    case UInt8(ascii: "\r"): output += [UInt8(ascii: "\\"), UInt8(ascii: "r")]
    case UInt8(ascii: "\t"): output += [UInt8(ascii: "\\"), UInt8(ascii: "t")]
    case UInt8(ascii: " ") where !keepingSpaces: output += [UInt8(ascii: "\\"), UInt8(ascii: "s")]
    case 0..<0x20, 0x7F: append(escapeOf: byte, to: &output)
    default: output.append(byte)
    }
  }

  static func append(escapeOf byte: UInt8, to output: inout [UInt8]) {
    output += [
      UInt8(ascii: "\\"), UInt8(ascii: "x"), ASCII.upperHexDigit(byte >> 4), ASCII.upperHexDigit(byte & 15),
    ]
  }

  /// Undoes the escapes.
  ///
  /// - Returns: the bytes, or nil where a backslash starts no known escape. O(n).
  package static func unescape(_ bytes: Span<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      index += 1
      guard byte == UInt8(ascii: "\\") else {
        output.append(byte)
        continue
      }
      guard index < bytes.count else { return nil }
      let kind = bytes[index]
      index += 1
      switch kind {
      case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
      case UInt8(ascii: "n"): output.append(UInt8(ascii: "\n"))
      case UInt8(ascii: "r"): output.append(UInt8(ascii: "\r"))
      case UInt8(ascii: "t"): output.append(UInt8(ascii: "\t"))
      case UInt8(ascii: "s"): output.append(UInt8(ascii: " "))
      case UInt8(ascii: "x"):
        guard index + 1 < bytes.count, let high = ASCII.hexValue(bytes[index]),
          let low = ASCII.hexValue(bytes[index + 1])
        else { return nil }
        output.append(high << 4 | low)
        index += 2
      default: return nil
      }
    }
    return output
  }
}
