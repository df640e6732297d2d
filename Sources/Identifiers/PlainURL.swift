// The URLs that most lists and questions hold are canonical as they stand, but for the scheme and `www.` in front.
// Such a one is recognised in two passes, and nothing of it has to be rewritten. The full way over CanonicalURL
// gives the same result (tests compare the two) and takes what is passed over here: percent-encodings and everything
// else that is written differently in the end, dot segments, user info, ports, upper case in the host, addresses
// in numbers, short URLs, and whatever is wrong.

import ByteText

/// A URL whose canonical form is a part of its text.
struct PlainURL {
  /// The host, without `www.`; the canonical form begins with it and ends with the text.
  let host: Range<Int>

  /// Reads a text without white space around it; nil if it is not known to be plain.
  @inline(__always)
  init?(_ text: Span<UInt8>) {
    guard let start = text.webHostStart(from: 0), text.count >= start + Self.bytesMin,
      Self.isPlain(text, from: start),
      let end = Self.hostEnd(text, from: start)
    else { return nil }
    // A path of slashes alone names no image; a `?` with nothing behind it is dropped.
    guard end + 1 < text.count, text[end + 1] != UInt8(ascii: "/"), text[text.count - 1] != UInt8(ascii: "?")
    else { return nil }
    guard text.hasPrefix("www.", at: start) else {
      host = start..<end
      return
    }
    guard !text.hasPrefix("www.", at: start + 4),
      text.firstIndex(of: UInt8(ascii: "."), in: start + 4..<end) != nil
    else { return nil }
    host = start + 4..<end
  }

  /// Bytes that one step of `isPlain` looks at, as one integer.
  private static let stepBytes = 8
  /// A step looks at pairs of neighbours.
  private static let bytesMin = stepBytes + 1

  /// Whether all bytes from `start` on are letters, digits or of `-._/=&?`, and no dot follows a slash.
  private static func isPlain(_ text: Span<UInt8>, from start: Int) -> Bool {
    let bytes = unsafe text.bytes
    let last = text.count - bytesMin
    var refused: UInt64 = 0
    var place = start
    while true {
      // Safe: `place` is at most `last`, from which on there is one byte more than a step has.
      let here = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place, as: UInt64.self)
      let next = unsafe bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: place &+ 1, as: UInt64.self)
      let isHidden = EightBytes.isZero((here ^ EightBytes.all("/")) | (next ^ EightBytes.all(".")))
      refused |= others(here) | isHidden
      if place == last {
        // The last byte of all.
        refused |= others(next)
        return refused & EightBytes.highBits == 0
      }
      // The last step overlaps the one before it.
      place = min(place + stepBytes, last)
    }
  }

  /// Eight bytes, the high bit set of each that is none of the plain ones.
  @inline(__always)
  private static func others(_ bytes: UInt64) -> UInt64 {
    // Bytes beyond ASCII are refused whatever the comparisons of the rest say.
    let rest = bytes & ~EightBytes.highBits
    let isLetter = EightBytes.isIn(rest | EightBytes.all(" "), "a", "z")
    // `-`, `.`, `/` and the digits stand together in ASCII, and `=` and `?` differ in one bit.
    let isDigitOrMark = EightBytes.isIn(rest, "-", "9")
    let isQueryMark = EightBytes.isZero((rest | EightBytes.all("\u{2}")) ^ EightBytes.all("?"))
    let isAmpersand = EightBytes.isZero(rest ^ EightBytes.all("&"))
    let isUnderscore = EightBytes.isZero(rest ^ EightBytes.all("_"))
    return bytes | ~(isLetter | isDigitOrMark | isQueryMark | isAmpersand | isUnderscore)
  }

  /// The slash behind a host of good labels in lower case whose last one begins with a letter.
  private static func hostEnd(_ text: Span<UInt8>, from start: Int) -> Int? {
    var labelStart = start
    var index = start
    while index < text.count {
      let byte = text[index]
      if byte == UInt8(ascii: ".") || byte == UInt8(ascii: "/") {
        guard index > labelStart, index - labelStart <= IdentifierLimits.hostLabelBytesMax else { return nil }
        if byte == UInt8(ascii: "/") { break }
        labelStart = index + 1
      } else if !ASCIISet.lowerHostName.contains(byte) {
        return nil
      }
      index += 1
    }
    guard index < text.count, index - start <= IdentifierLimits.hostBytesMax,
      !ASCII.isDigit(text[labelStart])
    else { return nil }
    return index
  }
}

/// Comparisons of eight bytes at once in one integer (Hacker's Delight, 2nd edition, chapter 6): each answer is in the
/// high bit of its byte, the other bits say nothing. The bytes that are compared are below 0x80.
private enum EightBytes {
  static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// One byte in all eight places.
  @inline(__always)
  static func all(_ character: Unicode.Scalar) -> UInt64 { UInt64(character.value) &* 0x0101_0101_0101_0101 }

  /// Whether each byte is from the first to the last character.
  @inline(__always)
  static func isIn(_ bytes: UInt64, _ first: Unicode.Scalar, _ last: Unicode.Scalar) -> UInt64 {
    // No byte's sum reaches the next byte.
    (bytes &+ (highBits &- all(first))) & ~(bytes &+ (highBits &- all(last) &- 0x0101_0101_0101_0101))
  }

  /// Whether each byte is zero.
  @inline(__always)
  static func isZero(_ bytes: UInt64) -> UInt64 { ~(bytes &+ (highBits &- 0x0101_0101_0101_0101)) }
}
