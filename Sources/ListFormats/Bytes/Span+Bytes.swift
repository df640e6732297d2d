// Searches and comparisons over spans of bytes, which the standard library does not have.

import WireProtocol

extension Span where Element == UInt8 {
  /// The first place of a byte from `start` on and before `end`.
  @inline(__always)
  func firstIndex(of byte: UInt8, from start: Int, before end: Int) -> Int? {
    extracting(start..<end).firstIndex(of: byte).map { start + $0 }
  }

  /// The last place of a byte before `end`.
  func lastIndex(of byte: UInt8, before end: Int) -> Int? {
    var index = end - 1
    while index >= 0 {
      if self[index] == byte { return index }
      index -= 1
    }
    return nil
  }

  /// Whether the bytes begin with these.
  func starts(with prefix: [UInt8]) -> Bool {
    guard count >= prefix.count else { return false }
    for index in prefix.indices where self[index] != prefix[index] { return false }
    return true
  }

  /// Whether the bytes at `offset` are an ASCII literal.
  func hasLiteral(_ literal: StaticString, at offset: Int = 0) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard offset >= 0, count - offset >= length else { return false }
    return literal.withUTF8Buffer { bytes in
      // A static string's bytes are always there; `index` stays below their number.
      for index in 0..<length where unsafe bytes[index] != self[offset + index] { return false }
      return true
    }
  }

  /// Whether all bytes together are an ASCII literal.
  func equals(_ literal: StaticString) -> Bool {
    count == literal.utf8CodeUnitCount && hasLiteral(literal)
  }

  /// Whether these are all of the bytes.
  func equals(_ bytes: [UInt8]) -> Bool { count == bytes.count && starts(with: bytes) }

  /// Whether the bytes end in an ASCII literal.
  func endsInLiteral(_ literal: StaticString) -> Bool {
    hasLiteral(literal, at: count - literal.utf8CodeUnitCount)
  }

  /// The end of the decimal digits that begin at `start`.
  func digitsEnd(from start: Int) -> Int {
    var index = start
    while index < count, self[index] &- 0x30 < 10 { index += 1 }
    return index
  }

  /// Whether the bytes are decimal digits, at least one.
  var isDecimal: Bool { !isEmpty && digitsEnd(from: 0) == count }

  /// The end of the lower-case hexadecimal digits that begin at `start`.
  func hexadecimalEnd(from start: Int) -> Int {
    var index = start
    while index < count, self[index] &- 0x30 < 10 || self[index] &- 0x61 < 6 { index += 1 }
    return index
  }

  /// Whether the bytes are a Flickr account id: five to eleven digits, `@N`, two digits.
  var isAccount: Bool {
    let digits = digitsEnd(from: 0)
    return (5...11).contains(digits) && count == digits + 4 && hasLiteral("@N", at: digits)
      && digitsEnd(from: digits + 2) == count
  }

  /// Whether the bytes begin like a URL of the web.
  var isWebAddress: Bool { hasLiteral("http://") || hasLiteral("https://") }

  /// Whether `part` occurs in the bytes. O(n) for the short parts that are asked for.
  func contains(_ part: Span<UInt8>) -> Bool {
    part.isEmpty || firstPlace(of: part) != nil
  }

  /// The bytes without spaces and TABs around them.
  @_lifetime(copy self)
  func trimmingBlanks() -> Span<UInt8> {
    var start = 0
    var end = count
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while start < end, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return extracting(start..<end)
  }
}

extension [UInt8] {
  /// Appends the bytes of a span in one copy.
  mutating func append(_ bytes: Span<UInt8>) {
    // Copied before the call ends.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}
