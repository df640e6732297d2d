// Fixed sets of ASCII bytes. What a set is used for is left to the callers.

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
