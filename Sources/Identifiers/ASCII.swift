// Single ASCII bytes and fixed sets of them. Everything here works on bytes: a digit is `0` to `9`, and no
// other Unicode digit is one. What a set is used for is left to the callers.

/// Questions about one byte.
enum ASCII {
  /// `0` to `9`.
  static func isDigit(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 }

  /// `a` to `z` and `A` to `Z`.
  static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 0x61 < 26 }

  /// The byte, with `A` to `Z` made lower case.
  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  /// White space that is trimmed around an identifier: space, TAB, LF, VT, FF, CR.
  static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte &- 0x09 < 5 }

  /// A control byte, NUL and DEL included.
  static func isControl(_ byte: UInt8) -> Bool { byte < 0x20 || byte == 0x7f }

  /// The value of a hexadecimal digit of either case, or nil.
  static func hexValue(_ byte: UInt8) -> UInt8? {
    if byte &- 0x30 < 10 { return byte &- 0x30 }
    let letter = (byte | 0x20) &- 0x61
    return letter < 6 ? letter &+ 10 : nil
  }

  /// The hexadecimal digit of a value below 16, in upper case as RFC 3986 asks for percent-encodings.
  static func upperHexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x37 + value }

  /// The hexadecimal digit of a value below 16, in lower case as digests are written.
  static func lowerHexDigit(_ value: UInt8) -> UInt8 { value < 10 ? 0x30 + value : 0x57 + value }
}

/// A set of ASCII bytes as two bit masks, so that membership costs a shift. Tests rebuild each set from
/// the characters that its comment names.
struct ASCIISet {
  private let low: UInt64
  private let high: UInt64

  private init(low: UInt64, high: UInt64) {
    self.low = low
    self.high = high
  }

  func contains(_ byte: UInt8) -> Bool {
    let mask = byte < 64 ? low : high
    return byte < 128 && (mask >> UInt64(byte & 63)) & 1 == 1
  }

  /// RFC 3986 `unreserved`: letters, digits, `-._~`. Percent-encoding them changes nothing.
  static var unreserved: ASCIISet { ASCIISet(low: 0x03ff_6000_0000_0000, high: 0x47ff_fffe_87ff_fffe) }

  /// RFC 3986 `pchar` without percent-encodings: unreserved, `!$&'()*+,;=` and `:@`.
  static var pathSegment: ASCIISet { ASCIISet(low: 0x2fff_7fd2_0000_0000, high: 0x47ff_fffe_87ff_ffff) }

  /// RFC 3986 `query` without percent-encodings and `&`: `pathSegment` but for `&`, and `/?`.
  static var query: ASCIISet { ASCIISet(low: 0xafff_ff92_0000_0000, high: 0x47ff_fffe_87ff_ffff) }

  /// What is the same percent-encoded or bare in a path: `pathSegment` but for `+`.
  static var barePath: ASCIISet { ASCIISet(low: 0x2fff_77d2_0000_0000, high: 0x47ff_fffe_87ff_ffff) }

  /// What is the same percent-encoded or bare in a query: `query` but for `+`, `;` and `=`.
  static var bareQuery: ASCIISet { ASCIISet(low: 0x87ff_f792_0000_0000, high: 0x47ff_fffe_87ff_ffff) }

  /// What a host name may hold here: letters, digits, `-.` and the `_` that real host names have.
  static var hostName: ASCIISet { ASCIISet(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_87ff_fffe) }

  /// The same without upper case.
  static var lowerHostName: ASCIISet { ASCIISet(low: 0x03ff_6000_0000_0000, high: 0x07ff_fffe_8000_0000) }
}
