// A first look at an identifier: which of the accepted forms is it? Decided from its beginning alone;
// whether the rest holds is left to the parser.
//
//   http://..., https://..., //host/...      a URL
//   flickr:123, url:..., md5:...             a namespace and its value
//   example.org/a.jpg, 192.0.2.1/a, [::1]/a  a URL without a scheme: its host has a dot or brackets
//   12345678@N00                             an account id
//   32, 40 or 64 hexadecimal digits          a digest
//
// Everything else is refused with the reason that helps most.

import ByteText

enum IdentifierForm: Equatable {
  case url
  /// A value that begins at `valueStart`, after the namespace's colon if there is one.
  case value(Namespace, valueStart: Int)
  case refused(InvalidReason)

  init(_ text: Span<UInt8>) {
    if URLAuthority.scheme(of: text).start > 0 {
      self = .url
      return
    }
    // Looks at the bytes up to the first that ends a host, or a namespace's name.
    var hasDot = false
    var colon: Int?
    var end = text.indices.upperBound
    for index in text.indices {
      let byte = text[index]
      if byte == UInt8(ascii: "/") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: "#") {
        end = index
        break
      }
      if byte == UInt8(ascii: ".") { hasDot = true }
      if byte == UInt8(ascii: ":"), colon == nil {
        if let namespace = Namespace(name: text.extracting(0..<index)) {
          self = .value(namespace, valueStart: index + 1)
          return
        }
        colon = index
        if !hasDot { break }
      }
    }
    if text[0] == UInt8(ascii: "[") || hasDot {
      self = Self.isScheme(text, to: colon ?? 0) && !hasDot ? .refused(.unsupportedScheme) : .url
    } else if let colon {
      let isURL = text.hasPrefix("//", at: colon + 1) && Self.isScheme(text, to: colon)
      self = .refused(isURL ? .unsupportedScheme : .unknownNamespace)
    } else {
      self = end == text.count ? Self.word(text) : .refused(.plainWord)
    }
  }

  /// What a text without a dot, a colon or a slash is.
  private static func word(_ text: Span<UInt8>) -> IdentifierForm {
    if text.isDecimal(in: text.indices) { return .refused(.bareNumber) }
    if AccountID(text, in: text.indices) != nil { return .value(.nsid, valueStart: 0) }
    guard text.isHex(in: text.indices) else { return .refused(.plainWord) }
    return switch text.count {
    case 32: .value(.md5, valueStart: 0)
    case 40: .value(.sha1, valueStart: 0)
    case 64: .value(.sha256, valueStart: 0)
    default: .refused(.plainWord)
    }
  }

  /// Whether the text before a colon is a URL scheme: a letter, then letters, digits and `+-.`.
  private static func isScheme(_ text: Span<UInt8>, to colon: Int) -> Bool {
    guard colon > 0, ASCII.isLetter(text[0]) else { return false }
    for index in 0..<colon {
      let byte = text[index]
      let isMark = byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
      guard isMark || ASCII.isLetter(byte) || ASCII.isDigit(byte) else { return false }
    }
    return true
  }
}
