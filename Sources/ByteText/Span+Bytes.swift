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

  /// How often a byte is there. O(n).
  package func count(of byte: UInt8) -> Int {
    var found = 0
    var start = 0
    while let place = firstIndex(of: byte, from: start) {
      found += 1
      start = place + 1
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
