// Reused bytes: what lets a parser run without an allocation for each identifier. It grows to the longest
// text that it has held and never shrinks.

import ByteText

/// A growable run of bytes that keeps its memory when it is emptied.
struct Scratch: ~Copyable {
  private var storage = [UInt8](repeating: 0, count: 1024)
  private(set) var count = 0

  /// What it holds.
  var span: Span<UInt8> {
    @_lifetime(borrow self)
    get { storage.span.extracting(0..<count) }
  }

  subscript(index: Int) -> UInt8 { storage[index] }

  mutating func removeAll() { count = 0 }

  mutating func truncate(to newCount: Int) {
    precondition(newCount <= count)
    count = newCount
  }

  mutating func append(_ byte: UInt8) {
    if count == storage.count { grow(toHold: count + 1) }
    storage[count] = byte
    count += 1
  }

  mutating func append(_ bytes: Span<UInt8>) {
    let start = count
    let end = start + bytes.count
    if end > storage.count { grow(toHold: end) }
    var target = storage.mutableSpan
    for index in bytes.indices { target[start + index] = bytes[index] }
    count = end
  }

  mutating func append(_ literal: StaticString) {
    // Safe: the bytes of a literal are never freed, and the buffer has exactly their number.
    unsafe append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount).span)
  }

  /// Appends `%` and the two upper-case hexadecimal digits of a byte.
  mutating func appendPercentEncoded(_ byte: UInt8) {
    append(UInt8(ascii: "%"))
    append(ASCII.upperHexDigit(byte >> 4))
    append(ASCII.upperHexDigit(byte & 15))
  }

  /// Appends bytes as long as they are of a set, and returns where it stopped in `bytes`.
  mutating func append(_ bytes: Span<UInt8>, from start: Int, while set: ASCIISet) -> Int {
    append(bytes, from: start, while: set, lowercased: false)
  }

  /// Appends bytes as long as they are of a set, letters in lower case, and returns where it stopped.
  mutating func appendLowercased(_ bytes: Span<UInt8>, from start: Int, while set: ASCIISet) -> Int {
    append(bytes, from: start, while: set, lowercased: true)
  }

  @inline(__always)
  private mutating func append(
    _ bytes: Span<UInt8>, from start: Int, while set: ASCIISet, lowercased: Bool
  ) -> Int {
    let end = bytes.count
    var place = count
    if place + (end - start) > storage.count { grow(toHold: place + (end - start)) }
    var target = storage.mutableSpan
    var index = start
    while index < end {
      // Safe: `index` is below `bytes.count`, and `place` is `index` and a constant, for which the growth
      // above made room.
      let byte = unsafe bytes[unchecked: index]
      guard set.contains(byte) else { break }
      unsafe target[unchecked: place] = lowercased ? ASCII.lowercased(byte) : byte
      place += 1
      index += 1
    }
    count = place
    return index
  }

  private mutating func grow(toHold needed: Int) {
    let size = max(needed, storage.count * 2)
    storage.append(contentsOf: repeatElement(0, count: size - storage.count))
  }
}
