// Comparisons and searches over spans of bytes, which the standard library does not have.

extension Span where Element == UInt8 {
  /// Whether the bytes from `offset` on begin with an ASCII literal; for `anyCase` it is in lower case.
  @inline(__always)
  func hasPrefix(_ literal: StaticString, at offset: Int = 0, anyCase: Bool = false) -> Bool {
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

  /// Whether a part is exactly an ASCII literal.
  @inline(__always)
  func equals(_ literal: StaticString, in part: Range<Int>) -> Bool {
    part.count == literal.utf8CodeUnitCount && hasPrefix(literal, at: part.lowerBound)
  }

  /// Whether all bytes equal another span's.
  func equals(_ other: Span<UInt8>) -> Bool {
    guard count == other.count else { return false }
    for index in indices where self[index] != other[index] { return false }
    return true
  }

  /// The first place of a byte in a part.
  func firstIndex(of byte: UInt8, in part: Range<Int>) -> Int? {
    for index in part where self[index] == byte { return index }
    return nil
  }

  /// The last place of a byte in a part.
  func lastIndex(of byte: UInt8, in part: Range<Int>) -> Int? {
    for index in part.reversed() where self[index] == byte { return index }
    return nil
  }

  /// The end of the run of decimal digits that begins at `start`.
  func digitsEnd(from start: Int, to limit: Int) -> Int {
    var index = start
    while index < limit, ASCII.isDigit(self[index]) { index += 1 }
    return index
  }

  /// Whether a part is one decimal digit or more, and nothing else.
  func isDecimal(in part: Range<Int>) -> Bool {
    !part.isEmpty && digitsEnd(from: part.lowerBound, to: part.upperBound) == part.upperBound
  }

  /// Whether a part is one hexadecimal digit or more, and nothing else.
  func isHex(in part: Range<Int>) -> Bool {
    for index in part where ASCII.hexValue(self[index]) == nil { return false }
    return !part.isEmpty
  }

  /// Whether any byte is a control byte. No early exit, so that the loop runs many bytes at a time.
  func hasControlByte() -> Bool {
    var found: UInt8 = 0
    for index in indices {
      // Safe: `indices` are in bounds. Unchecked, since the check would keep the loop from being vectorised.
      found |= unsafe ASCII.isControl(self[unchecked: index]) ? 1 : 0
    }
    return found != 0
  }

  /// The bytes without ASCII white space around them.
  @_lifetime(copy self)
  func trimmingSpace() -> Span<UInt8> {
    var start = 0
    var end = count
    while start < end, ASCII.isSpace(self[start]) { start += 1 }
    while start < end, ASCII.isSpace(self[end - 1]) { end -= 1 }
    return extracting(start..<end)
  }
}

extension String {
  /// The text of these bytes, wrong UTF-8 repaired; for messages and cold paths.
  init(_ bytes: Span<UInt8>) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    self.init(decoding: copy, as: UTF8.self)
  }
}

/// A walk over the segments of a path between slashes, empty ones left out.
struct PathSegments {
  private var position: Int
  let end: Int

  init(_ path: Range<Int>) {
    position = path.lowerBound
    end = path.upperBound
  }

  /// The next segment that is not empty, or nil at the end of the path.
  mutating func next(in text: Span<UInt8>) -> Range<Int>? {
    while position < end, text[position] == UInt8(ascii: "/") { position += 1 }
    guard position < end else { return nil }
    let start = position
    while position < end, text[position] != UInt8(ascii: "/") { position += 1 }
    return start..<position
  }

  /// Where the part not yet walked begins: at a slash, or at the end.
  var rest: Int { position }
}
