// Single ASCII bytes. Everything here works on bytes: a digit is `0` to `9`, and no other Unicode digit is one.

/// Questions about one byte.
@usableFromInline package enum ASCII {
  /// `0` to `9`.
  @inlinable package static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// `a` to `z` and `A` to `Z`.
  @inlinable package static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  @inlinable package static func isLetterOrDigit(_ byte: UInt8) -> Bool { isLetter(byte) || isDigit(byte) }

  /// `a` to `z` and `0` to `9`.
  @inlinable package static func isLowerOrDigit(_ byte: UInt8) -> Bool { byte &- 0x61 < 26 || isDigit(byte) }

  /// The byte, with `A` to `Z` made lower case.
  @inlinable package static func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }

  /// White space that is trimmed around an identifier: space, TAB, LF, VT, FF, CR.
  @inlinable package static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

  /// A control byte, NUL and DEL included.
  @inlinable package static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }

  /// A hexadecimal digit of either case.
  @inlinable package static func isHex(_ byte: UInt8) -> Bool { isDigit(byte) || (byte | 0x20) &- 0x61 < 6 }

  /// The value of a hexadecimal digit of either case, or nil.
  @inlinable package static func hexValue(_ byte: UInt8) -> UInt8? {
    if byte &- 0x30 < 10 { return byte &- 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// The hexadecimal digit of a value below 16, in upper case as RFC 3986 asks for percent-encodings.
  @inlinable package static func upperHexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x37 + value
  }

  /// The hexadecimal digit of a value below 16, in lower case as digests are written.
  @inlinable package static func lowerHexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
  }
}
