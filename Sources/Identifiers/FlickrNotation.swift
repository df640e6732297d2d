// The two short notations that Flickr made up: account ids ("NSID") and base-58 photo codes.

import ByteText

/// A Flickr account id in some text: five to eleven digits, `@` (or `%40`), `N` or `n`, two digits.
struct AccountID {
  /// The digits before the `@`.
  let number: Range<Int>
  /// The two digits after the `N`.
  let shard: Range<Int>

  /// Reads an account id that fills a part of a text.
  init?(_ text: Span<UInt8>, in part: Range<Int>) {
    let end = text.digitsEnd(from: part.lowerBound, to: part.upperBound)
    guard (5...11).contains(end - part.lowerBound) else { return nil }
    let at = text.hasPrefix("@", at: end) ? 1 : text.hasPrefix("%40", at: end) ? 3 : 0
    guard at > 0, part.upperBound - end == at + 3, text.hasPrefix("n", at: end + at, anyCase: true)
    else { return nil }
    number = part.lowerBound..<end
    shard = end + at + 1..<part.upperBound
    guard text.isDecimal(in: shard) else { return nil }
  }

  /// Appends the canonical form, `12345678@N00`.
  func append(from text: Span<UInt8>, to output: inout Scratch) {
    output.append(text.extracting(number))
    output.append("@N")
    output.append(text.extracting(shard))
  }

  /// Appends the canonical form from a URL's bytes.
  func append(from url: borrowing CanonicalURL, to output: inout Scratch) {
    append(from: url.bytes.span, to: &output)
  }
}

/// Flickr's base 58: digits, lower-case and upper-case letters without `0`, `O`, `I` and `l`.
/// Source: flickr.com/groups/api/discuss/72157616713786392.
enum Base58 {
  /// The number that a code stands for; nil if it is empty, holds another byte, is zero or takes more
  /// than 64 bits.
  static func decode(_ text: Span<UInt8>, in part: Range<Int>) -> UInt64? {
    var value: UInt64 = 0
    for index in part {
      guard let digit = digit(text[index]) else { return nil }
      let (product, productOverflow) = value.multipliedReportingOverflow(by: 58)
      let (sum, sumOverflow) = product.addingReportingOverflow(digit)
      guard !productOverflow, !sumOverflow else { return nil }
      value = sum
    }
    return value == 0 ? nil : value
  }

  private static func digit(_ byte: UInt8) -> UInt64? {
    switch byte {
    case UInt8(ascii: "1")...UInt8(ascii: "9"): UInt64(byte - UInt8(ascii: "1"))
    case UInt8(ascii: "a")...UInt8(ascii: "k"): UInt64(byte - UInt8(ascii: "a")) + 9
    case UInt8(ascii: "m")...UInt8(ascii: "z"): UInt64(byte - UInt8(ascii: "m")) + 20
    case UInt8(ascii: "A")...UInt8(ascii: "H"): UInt64(byte - UInt8(ascii: "A")) + 34
    case UInt8(ascii: "J")...UInt8(ascii: "N"): UInt64(byte - UInt8(ascii: "J")) + 42
    case UInt8(ascii: "P")...UInt8(ascii: "Z"): UInt64(byte - UInt8(ascii: "P")) + 47
    default: nil
    }
  }
}
