// Undoes what formats do to a URL that is written in them: HTML's character references (`&amp;`, `&#x2F;`), JSON's `\/` and
// `\u0026`, and the backslashes of Markdown. It does not ask which format a text is in: none of these stands in a URL
// otherwise. Once only: `&amp;amp;` becomes `&amp;`.

import ByteText
import Console
import DaemonClient

/// Undoes escapes in a stream of text.
package struct TextUnescaper: Sendable {
  /// The beginning of an escape at the end of the last piece.
  private var kept: [UInt8] = []

  /// Longest escape: `&NotEqualTilde;` and its like are not known here, `&#1114111;` is.
  private static let escapeBytesMax = 10

  package init() {}

  /// Appends a piece of the text without its escapes. An escape may be cut by the end of a piece.
  package mutating func append(_ piece: Span<UInt8>, to output: inout [UInt8]) {
    guard kept.isEmpty else {
      var whole = kept
      kept.removeAll()
      whole.append(piece)
      return unescape(whole.span, isLast: false, to: &output)
    }
    unescape(piece, isLast: false, to: &output)
  }

  /// Appends what is left at the end of the stream.
  package mutating func finish(to output: inout [UInt8]) {
    let rest = kept
    kept.removeAll()
    unescape(rest.span, isLast: true, to: &output)
  }

  private mutating func unescape(_ text: Span<UInt8>, isLast: Bool, to output: inout [UInt8]) {
    var index = 0
    var copied = 0
    while index < text.count {
      let byte = text[index]
      guard byte == UInt8(ascii: "&") || byte == UInt8(ascii: "\\") else {
        index += 1
        continue
      }
      let rest = text.extracting(index..<min(text.count, index + Self.escapeBytesMax))
      switch byte == UInt8(ascii: "&") ? Self.reference(rest) : Self.backslash(rest) {
      case .none: index += 1
      case .cut where isLast: index += 1
      case .cut:
        output.append(text.extracting(copied..<index))
        kept.append(text.extracting(index..<text.count))
        return
      case .scalar(let scalar, let count):
        output.append(text.extracting(copied..<index))
        output.append(contentsOf: UTF8.encode(scalar).map(Array.init) ?? [])
        index += count
        copied = index
      }
    }
    output.append(text.extracting(copied..<text.count))
  }

  private enum Escape {
    case none
    /// It may be one, if more comes.
    case cut
    case scalar(Unicode.Scalar, bytes: Int)
  }

  /// `&name;`, `&#38;`, `&#x26;`.
  private static func reference(_ text: Span<UInt8>) -> Escape {
    var end = 1
    while end < text.count, text[end] != UInt8(ascii: ";") {
      let byte = text[end]
      guard byte == UInt8(ascii: "#") || ASCII.isLetterOrDigit(byte) else { return .none }
      end += 1
    }
    guard end < text.count else { return text.count < escapeBytesMax ? .cut : .none }
    let name = ReplyText.string(text.extracting(1..<end))
    let value: UInt32? =
      if name.hasPrefix("#x") || name.hasPrefix("#X") {
        UInt32(name.dropFirst(2), radix: 16)
      } else if name.hasPrefix("#") {
        UInt32(name.dropFirst())
      } else {
        names[name]
      }
    guard let value, let scalar = Unicode.Scalar(value) else { return .none }
    return .scalar(scalar, bytes: end + 1)
  }

  /// The names of characters that stand in URLs, or end them (HTML, section 13.5).
  private static let names: [String: UInt32] = [
    "amp": 0x26, "AMP": 0x26, "lt": 0x3C, "gt": 0x3E, "quot": 0x22, "apos": 0x27, "nbsp": 0xA0, "sol": 0x2F,
    "colon": 0x3A, "period": 0x2E, "quest": 0x3F, "equals": 0x3D, "lowbar": 0x5F, "num": 0x23, "percnt": 0x25,
    "commat": 0x40, "lpar": 0x28, "rpar": 0x29, "comma": 0x2C, "plus": 0x2B,
  ]

  /// `\/`, `\u0026`, `\_`.
  private static func backslash(_ text: Span<UInt8>) -> Escape {
    guard text.count > 1 else { return .cut }
    switch text[1] {
    case UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "&"), UInt8(ascii: "#"), UInt8(ascii: "%"),
      UInt8(ascii: "~"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "("), UInt8(ascii: ")"):
      return .scalar(Unicode.Scalar(text[1]), bytes: 2)
    case UInt8(ascii: "u"):
      guard text.count >= 6 else { return .cut }
      guard let value = UInt32(ReplyText.string(text.extracting(2..<6)), radix: 16),
        let scalar = Unicode.Scalar(value)
      else { return .none }
      return .scalar(scalar, bytes: 6)
    default: return .none
    }
  }
}
