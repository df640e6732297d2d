// What lists ask of bytes.

import ByteText

extension Span where Element == UInt8 {
  /// Whether the bytes end in an ASCII literal.
  func endsInLiteral(_ literal: StaticString) -> Bool {
    hasPrefix(literal, at: count - literal.utf8CodeUnitCount)
  }

  /// Whether the bytes are a Flickr account id: five to eleven digits, `@N`, two digits.
  var isAccount: Bool {
    let digits = digitsEnd(from: 0)
    return (5...11).contains(digits) && count == digits + 4 && hasPrefix("@N", at: digits)
      && digitsEnd(from: digits + 2) == count
  }

  /// Whether the bytes begin like a URL of the web.
  var isWebAddress: Bool { hasPrefix("http://") || hasPrefix("https://") }
}
