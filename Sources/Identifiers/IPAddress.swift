// Reading of IP addresses in hosts. IPv4 as the WHATWG URL Standard reads it (section 3.5): one to four
// parts, decimal, octal with a leading 0 or hexadecimal with 0x, the last one filling what is left; IPv6 as
// RFC 4291, section 2.2, writes it. Zone identifiers are not addresses of a server and are refused.

import ByteText

enum IPAddress {
  /// Whether the last label of a lower-case host makes it an IPv4 address or nothing: all digits, or `0x`
  /// and hexadecimal digits.
  static func endsInNumber(_ text: Span<UInt8>, lastLabel label: Range<Int>) -> Bool {
    guard ASCII.isDigit(text[label.lowerBound]) else { return false }
    if text.isDecimal(in: label) { return true }
    guard text.hasPrefix("0x", at: label.lowerBound) else { return false }
    return label.count == 2 || text.isHex(in: label.lowerBound + 2..<label.upperBound)
  }

  /// The IPv4 address of a lower-case host without a trailing dot.
  static func v4(_ text: Span<UInt8>, in part: Range<Int>) -> UInt32? {
    var address: UInt64 = 0
    var count = 0
    var start = part.lowerBound
    while true {
      let end = text.firstIndex(of: UInt8(ascii: "."), in: start..<part.upperBound) ?? part.upperBound
      guard count < 4, let value = v4Part(text, in: start..<end) else { return nil }
      count += 1
      if end == part.upperBound {
        guard value < 1 << (8 * UInt64(5 - count)) else { return nil }
        return UInt32(address << (8 * UInt64(5 - count)) | value)
      }
      guard value < 256 else { return nil }
      address = address << 8 | value
      start = end + 1
    }
  }

  private static func v4Part(_ text: Span<UInt8>, in part: Range<Int>) -> UInt64? {
    var digits = part
    var radix: UInt64 = 10
    if text.hasPrefix("0x", at: part.lowerBound), part.count >= 2 {
      (digits, radix) = (part.lowerBound + 2..<part.upperBound, 16)
    } else if part.count > 1, text[part.lowerBound] == UInt8(ascii: "0") {
      (digits, radix) = (part.lowerBound + 1..<part.upperBound, 8)
    }
    var value: UInt64 = 0
    for index in digits {
      guard let digit = ASCII.hexValue(text[index]), digit < radix else { return nil }
      value = value * radix + UInt64(digit)
      guard value <= UInt64(UInt32.max) else { return nil }
    }
    return part.isEmpty ? nil : value
  }

  /// The eight groups of an IPv6 address without its brackets.
  static func v6(_ text: Span<UInt8>, in part: Range<Int>) -> SIMD8<UInt16>? {
    var groups = SIMD8<UInt16>()
    var count = 0
    var gap: Int?
    var index = part.lowerBound
    if text.hasPrefix("::", at: index) {
      gap = 0
      index += 2
    }
    while index < part.upperBound {
      guard count < 8 else { return nil }
      var end = index
      while end < part.upperBound, ASCII.hexValue(text[end]) != nil { end += 1 }
      if end < part.upperBound, text[end] == UInt8(ascii: ".") {
        guard count <= 6, let tail = dottedQuad(text, in: index..<part.upperBound) else { return nil }
        groups[count] = UInt16(tail >> 16)
        groups[count + 1] = UInt16(tail & 0xffff)
        count += 2
        break
      }
      guard end > index, end - index <= 4 else { return nil }
      for digit in index..<end {
        groups[count] = groups[count] << 4 | UInt16(ASCII.hexValue(text[digit]) ?? 0)
      }
      count += 1
      guard end < part.upperBound else { break }
      guard text[end] == UInt8(ascii: ":"), end + 1 < part.upperBound else { return nil }
      index = end + 1
      if text[index] == UInt8(ascii: ":") {
        guard gap == nil else { return nil }
        gap = count
        index += 1
      }
    }
    guard let gap else { return count == 8 ? groups : nil }
    return count < 8 ? widened(groups, count: count, gap: gap) : nil
  }

  /// Moves the groups behind a `::` to the end.
  private static func widened(_ groups: SIMD8<UInt16>, count: Int, gap: Int) -> SIMD8<UInt16> {
    var result = SIMD8<UInt16>()
    for index in 0..<gap { result[index] = groups[index] }
    for index in gap..<count { result[8 - count + index] = groups[index] }
    return result
  }

  /// Four decimal parts without leading zeros, as they may end an IPv6 address.
  private static func dottedQuad(_ text: Span<UInt8>, in part: Range<Int>) -> UInt32? {
    var dots = 0
    for index in part {
      let isDot = text[index] == UInt8(ascii: ".")
      guard isDot || ASCII.isDigit(text[index]) else { return nil }
      dots += isDot ? 1 : 0
      let opens = index == part.lowerBound || text[index - 1] == UInt8(ascii: ".")
      let goesOn = index + 1 < part.upperBound && text[index + 1] != UInt8(ascii: ".")
      if opens && goesOn && text[index] == UInt8(ascii: "0") { return nil }
    }
    return dots == 3 ? v4(text, in: part) : nil
  }

  /// The first of the longest runs of zero groups; it is written `::` if it is longer than one.
  static func longestZeros(_ groups: SIMD8<UInt16>) -> Range<Int> {
    var longest = 0..<0
    var start = 0
    for index in 0...8 where index == 8 || groups[index] != 0 {
      if index - start > longest.count { longest = start..<index }
      start = index + 1
    }
    return longest
  }
}
