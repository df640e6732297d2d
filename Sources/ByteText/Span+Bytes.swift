// Comparisons, searches and cuts of spans of bytes, which the standard library does not have.

// Public, so that searches can be part of the code that asks for them: a lookup has no time for a call.
public import Glibc

// MARK: - Comparisons

extension Span where Element == UInt8 {
  /// Whether the bytes from `offset` on begin with an ASCII literal; for `anyCase` it is in lower case.
  @inlinable @inline(__always)
  package func hasPrefix(_ literal: StaticString, at offset: Int = 0, anyCase: Bool = false) -> Bool {
    let length = literal.utf8CodeUnitCount
    guard offset >= 0, count - offset >= length else { return false }
    // Safe: the bytes of a literal are never freed, and `index` stays below their number.
    let expected = unsafe literal.utf8Start
    for index in 0..<length {
      let byte = self[offset + index]
      guard unsafe (anyCase ? ASCII.lowercased(byte) : byte) == expected[index] else { return false }
    }
    return true
  }

  /// Whether the bytes begin with these.
  @inlinable package func starts(with prefix: [UInt8]) -> Bool {
    guard count >= prefix.count else { return false }
    for index in prefix.indices where self[index] != prefix[index] { return false }
    return true
  }

  /// Whether a part is exactly an ASCII literal.
  @inlinable @inline(__always)
  package func equals(_ literal: StaticString, in part: Range<Int>) -> Bool {
    part.count == literal.utf8CodeUnitCount && hasPrefix(literal, at: part.lowerBound)
  }

  /// Whether all bytes together are an ASCII literal.
  @inlinable @inline(__always)
  package func equals(_ literal: StaticString) -> Bool { equals(literal, in: indices) }

  /// Whether these are all of the bytes.
  @inlinable package func equals(_ bytes: [UInt8]) -> Bool { count == bytes.count && starts(with: bytes) }

  /// Whether all bytes equal another span's.
  @inlinable package func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }
}

// MARK: - Searches

extension Span where Element == UInt8 {
  /// The first place of a byte from `start` on; nil where there is none. The C function is `memchr`. O(n).
  @inlinable @inline(__always)
  package func firstIndex(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count else { return nil }
    // Safe: the search stays within the span, and its result becomes an offset before the call ends.
    return unsafe withUnsafeBytes { bytes in
      let base = bytes.baseAddress!
      guard let found = unsafe memchr(base + start, Int32(byte), bytes.count - start) else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }

  /// Whether some byte is below `bound`, which is at most 0x80, or one of two others. Eight bytes at a time, as in "Bit
  /// Twiddling Hacks" by S. E. Anderson: a bit of `found` may be wrong above a right one, but not where there is none. O(n).
  package func containsAny(below bound: UInt8, or first: UInt8, _ second: UInt8) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs = ones << 7
    var index = 0
    var found: UInt64 = 0
    // Safe: bytes have no padding to see.
    let raw = unsafe bytes
    while index + 8 <= count {
      // Safe: eight bytes from `index` on are there.
      let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self)
      let (one, other) = (word ^ ones &* UInt64(first), word ^ ones &* UInt64(second))
      found |=
        (word &- ones &* UInt64(bound)) & ~word | (one &- ones) & ~one | (other &- ones) & ~other
      index += 8
    }
    if found & highs != 0 { return true }
    while index < count {
      let byte = self[index]
      if byte < bound || byte == first || byte == second { return true }
      index += 1
    }
    return false
  }

  /// The first place of a byte from `start` on and before `end`.
  @inlinable @inline(__always)
  package func firstIndex(of byte: UInt8, from start: Int, before end: Int) -> Int? {
    extracting(start..<end).firstIndex(of: byte).map { start + $0 }
  }

  /// The first place of a byte in a part, which is too short to be worth a call.
  @inlinable package func firstIndex(of byte: UInt8, in part: Range<Int>) -> Int? {
    for index in part where self[index] == byte { return index }
    return nil
  }

  /// The last place of a byte in a part.
  @inlinable package func lastIndex(of byte: UInt8, in part: Range<Int>) -> Int? {
    for index in part.reversed() where self[index] == byte { return index }
    return nil
  }

  /// The last place of a byte before `end`.
  @inlinable package func lastIndex(of byte: UInt8, before end: Int) -> Int? {
    lastIndex(of: byte, in: 0..<end)
  }

  /// The first place where all bytes of `other` stand; nil where there is none, or where `other` is empty. O(n) for a
  /// short one.
  package func firstPlace(of other: Span<UInt8>) -> Int? {
    guard !other.isEmpty, count >= other.count else { return nil }
    let places = extracting(0...(count - other.count))
    var start = 0
    while let place = places.firstIndex(of: other[0], from: start) {
      var length = 1
      while length < other.count, self[place + length] == other[length] { length += 1 }
      if length == other.count { return place }
      start = place + 1
    }
    return nil
  }

  /// Whether `part` occurs in the bytes. O(n) for a short one.
  package func contains(_ part: Span<UInt8>) -> Bool { part.isEmpty || firstPlace(of: part) != nil }

  /// How often a byte is there. O(n), eight bytes at a time.
  package func count(of byte: UInt8) -> Int {
    let lows: UInt64 = 0x7F7F_7F7F_7F7F_7F7F
    let pattern = UInt64(byte) &* 0x0101_0101_0101_0101
    var found = 0
    var index = 0
    // Safe: bytes have no padding to see.
    let raw = unsafe bytes
    while count - index >= 8 {
      // Safe: eight bytes from `index` on are there.
      let word = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self) ^ pattern
      // The high bit of each byte that is not zero, and so is not the one that is counted.
      found += 8 - (((word & lows) &+ lows | word) & ~lows).nonzeroBitCount
      index += 8
    }
    while index < count {
      if self[index] == byte { found += 1 }
      index += 1
    }
    return found
  }
}

// MARK: - Digits and white space

extension Span where Element == UInt8 {
  /// The end of the run of decimal digits that begins at `start`.
  @inlinable package func digitsEnd(from start: Int, to limit: Int) -> Int {
    var index = start
    while index < limit, ASCII.isDigit(self[index]) { index += 1 }
    return index
  }

  /// The end of the decimal digits that begin at `start`.
  @inlinable package func digitsEnd(from start: Int) -> Int { digitsEnd(from: start, to: count) }

  /// Whether a part is one decimal digit or more, and nothing else.
  @inlinable package func isDecimal(in part: Range<Int>) -> Bool {
    !part.isEmpty && digitsEnd(from: part.lowerBound, to: part.upperBound) == part.upperBound
  }

  /// Whether the bytes are decimal digits, at least one.
  @inlinable package var isDecimal: Bool { isDecimal(in: indices) }

  /// The number in the decimal digits from `start` on, and where they end; of more than 18 digits the number may be
  /// wrong. Eight digits at a time, as in "Number Parsing at a Gigabyte per Second" by D. Lemire (2021).
  @inlinable @inline(__always)
  package func decimal(from start: Int) -> (value: UInt64, end: Int) {
    var value: UInt64 = 0
    var index = start
    // Safe: bytes have no padding to see.
    let raw = unsafe bytes
    while count - index >= 8 {
      // Safe: eight bytes from `index` on are there.
      let word = unsafe UInt64(
        littleEndian: raw.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
      let digits = word ^ 0x3030_3030_3030_3030
      // The high bit of each byte that is no digit; above the first such byte it may be wrong.
      let others = (digits &+ 0x7676_7676_7676_7676 | digits) & 0x8080_8080_8080_8080
      let length = others.trailingZeroBitCount >> 3
      guard length > 0 else { return (value, index) }
      // Behind as many zeros as make eight digits of them.
      let eight = digits &<< UInt64(64 - 8 * length)
      let pairs = eight &* 10 &+ (eight &>> 8)
      let high = (pairs & 0xFF_0000_00FF) &* 0xF_4240_0000_0064
      let low = (pairs &>> 16 & 0xFF_0000_00FF) &* 0x2710_0000_0001
      value = value &* Self.powerOfTen(length) &+ (high &+ low) &>> 32
      index += length
      guard length == 8 else { return (value, index) }
    }
    while index < count, ASCII.isDigit(self[index]) {
      value = value &* 10 &+ UInt64(self[index] &- 0x30)
      index += 1
    }
    return (value, index)
  }

  /// Of at most eight digits.
  @inlinable @inline(__always)
  static func powerOfTen(_ digits: Int) -> UInt64 {
    (digits & 1 == 0 ? 1 : 10) &* (digits & 2 == 0 ? 1 : 100) &* (digits & 4 == 0 ? 1 : 10_000)
      &* (digits & 8 == 0 ? 1 : 100_000_000)
  }

  /// The end of the lower-case hexadecimal digits that begin at `start`.
  @inlinable package func hexadecimalEnd(from start: Int) -> Int {
    var index = start
    while index < count, ASCII.isDigit(self[index]) || self[index] &- 0x61 < 6 { index += 1 }
    return index
  }

  /// Whether a part is one hexadecimal digit or more, and nothing else.
  @inlinable package func isHex(in part: Range<Int>) -> Bool {
    for index in part where !ASCII.isHex(self[index]) { return false }
    return !part.isEmpty
  }

  /// Whether any byte is a control byte. No early exit, so that the loop runs many bytes at a time.
  @inlinable package func hasControlByte() -> Bool {
    var found: UInt8 = 0
    for index in indices {
      // Safe: `indices` are in bounds. Unchecked, since the check would keep the loop from being vectorised.
      found |= unsafe ASCII.isControl(self[unchecked: index]) ? 1 : 0
    }
    return found != 0
  }

  /// The bytes without ASCII white space around them.
  @inlinable @_lifetime(copy self)
  package func trimmingSpace() -> Span<UInt8> { trimming { ASCII.isSpace($0) } }

  /// The bytes without spaces and TABs around them.
  @inlinable @_lifetime(copy self)
  package func trimmingBlanks() -> Span<UInt8> { trimming { $0 == 0x20 || $0 == 0x09 } }

  @inlinable @inline(__always) @_lifetime(copy self)
  package func trimming(_ isTrimmed: (UInt8) -> Bool) -> Span<UInt8> {
    var start = 0
    var end = count
    while start < end, isTrimmed(self[start]) { start += 1 }
    while start < end, isTrimmed(self[end - 1]) { end -= 1 }
    return extracting(start..<end)
  }
}

// MARK: - Copies

extension Span where Element == UInt8 {
  /// The bytes in an array of their own.
  package var copied: [UInt8] {
    // Safe: copied within the call.
    unsafe withUnsafeBufferPointer { unsafe Array($0) }
  }
}

extension [UInt8] {
  /// Appends the bytes of a span. O(count), one copy.
  @inlinable package mutating func append(_ bytes: Span<UInt8>) {
    // Safe: copied within the call.
    unsafe bytes.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }
}

extension String {
  /// The text of these bytes, wrong UTF-8 repaired.
  package init(_ bytes: Span<UInt8>) { self.init(decoding: bytes.copied, as: UTF8.self) }
}
