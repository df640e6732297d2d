// Searches by the C library, which looks at many bytes at once.

// Public, so that searches can be part of the code that asks for them: a lookup has no time for a call.
public import Glibc

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
