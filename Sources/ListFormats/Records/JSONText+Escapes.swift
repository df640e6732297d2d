// Backslash escapes of JSON strings (RFC 8259, section 7).

extension JSONText {
  /// Takes what follows a backslash and appends the character.
  mutating func escape(_ source: inout ByteSource, to output: inout [UInt8]) throws(ListError) {
    switch try take(&source) {
    case UInt8(ascii: "\""): output.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): output.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): output.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): output.append(0x08)
    case UInt8(ascii: "f"): output.append(0x0C)
    case UInt8(ascii: "n"): output.append(0x0A)
    case UInt8(ascii: "r"): output.append(0x0D)
    case UInt8(ascii: "t"): output.append(0x09)
    case UInt8(ascii: "u"): try unicodeEscape(&source, to: &output)
    default: throw unexpected(source)
    }
  }

  /// Appends the character of `\uXXXX`; a surrogate pair is one character, a lone surrogate is U+FFFD.
  private mutating func unicodeEscape(
    _ source: inout ByteSource, to output: inout [UInt8]
  ) throws(ListError) {
    let high = try fourDigits(&source)
    guard high & 0xFC00 == 0xD800, try next(&source) == UInt8(ascii: "\\") else {
      return Self.append(high, to: &output)
    }
    source.consume(1)
    guard try next(&source) == UInt8(ascii: "u") else {
      Self.append(high, to: &output)
      return try escape(&source, to: &output)
    }
    source.consume(1)
    let low = try fourDigits(&source)
    if low & 0xFC00 == 0xDC00 {
      Self.append(0x10000 + (high & 0x3FF) << 10 + low & 0x3FF, to: &output)
    } else {
      Self.append(high, to: &output)
      Self.append(low, to: &output)
    }
  }

  private mutating func fourDigits(_ source: inout ByteSource) throws(ListError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      let byte = try take(&source)
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw unexpected(source) }
      value = value << 4 | UInt32(digit)
    }
    return value
  }

  private mutating func take(_ source: inout ByteSource) throws(ListError) -> UInt8 {
    guard let byte = try next(&source) else { throw truncated(source) }
    source.consume(1)
    return byte
  }

  private static func append(_ code: UInt32, to output: inout [UInt8]) {
    output.append(contentsOf: String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
  }
}
