// In which characters a file is written, as far as its first bytes tell: byte order marks, UTF-16 without one, and
// Windows-1252 where the bytes cannot be UTF-8. Others have to be named.

import ByteText
import WireProtocol

/// An encoding of text by its name, as iconv knows it.
package struct TextEncoding: Equatable, Sendable {
  package let name: String

  package init(_ name: String) { self.name = name }

  static let utf8 = TextEncoding("UTF-8")

  /// Whether the bytes need no conversion.
  var isUTF8: Bool { ["UTF-8", "UTF8"].contains(name.uppercased()) }

  /// The encoding that a byte order mark or the zero bytes of ASCII in UTF-16 show, and the length of the mark.
  static func marked(_ bytes: Span<UInt8>) -> (encoding: TextEncoding, markBytes: Int)? {
    for (mark, name) in marks where bytes.starts(with: mark) { return (TextEncoding(name), mark.count) }
    var zeros = (even: 0, odd: 0)
    let count = min(bytes.count, 4_096) & ~1
    for index in 0..<count where bytes[index] == 0 {
      if index & 1 == 0 { zeros.even += 1 } else { zeros.odd += 1 }
    }
    // Text in a Latin script has one in nearly every pair, and never on the other side.
    guard count >= 4, max(zeros.even, zeros.odd) * 10 >= count * 4, min(zeros.even, zeros.odd) == 0 else {
      return nil
    }
    return (TextEncoding(zeros.odd > 0 ? "UTF-16LE" : "UTF-16BE"), 0)
  }

  private static let marks: [([UInt8], String)] = [
    ([0xFF, 0xFE, 0, 0], "UTF-32LE"), ([0, 0, 0xFE, 0xFF], "UTF-32BE"), ([0xFF, 0xFE], "UTF-16LE"),
    ([0xFE, 0xFF], "UTF-16BE"), ([0xEF, 0xBB, 0xBF], "UTF-8"),
  ]

  /// Whether bytes that are no UTF-8 are Western text of Windows: every byte has a meaning there, and hardly any
  /// character is UTF-8. A sequence that the end of the bytes cuts is passed over.
  static func isWindows1252(_ bytes: Span<UInt8>) -> Bool {
    var (valid, invalid, index) = (0, 0, 0)
    while index < bytes.count {
      let byte = bytes[index]
      guard byte >= 0x80 else {
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC2 ? 2 : 1
      guard index + length <= bytes.count else { break }
      var isValid = length > 1 && byte < 0xF5
      for next in index + 1..<index + length where bytes[next] & 0xC0 != 0x80 { isValid = false }
      if !isValid, [0x81, 0x8D, 0x8F, 0x90, 0x9D].contains(byte) { return false }
      if isValid { valid += 1 } else { invalid += 1 }
      index += isValid ? length : 1
    }
    return invalid > valid
  }
}
