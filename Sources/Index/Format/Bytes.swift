// Fixed and variable width integers in byte arrays, and the checksum of stored bytes. All bounds-checked; the
// hot path, which is not, has loads of its own in `BlockSearch`.

/// Little-endian integers of 0 to 8 bytes.
enum LittleEndian {
  static func store(_ value: UInt64, bytes count: Int, at offset: Int, in output: inout [UInt8]) {
    var rest = value
    for index in 0..<count {
      output[offset + index] = UInt8(truncatingIfNeeded: rest)
      rest >>= 8
    }
  }

  /// Stores a whole word.
  @inline(__always)
  static func store(_ value: UInt64, at offset: Int, in output: inout [UInt8]) {
    precondition(offset >= 0 && offset <= output.count - 8)
    // Safe: in bounds by the precondition.
    unsafe output.withUnsafeMutableBytes {
      unsafe $0.storeBytes(of: value.littleEndian, toByteOffset: offset, as: UInt64.self)
    }
  }

  @inline(__always)
  static func append(_ value: UInt64, bytes count: Int, to output: inout [UInt8]) {
    // Safe: the eight bytes of the value are lent for the call.
    unsafe withUnsafeBytes(of: value.littleEndian) {
      unsafe output.append(contentsOf: UnsafeRawBufferPointer(rebasing: $0[..<count]))
    }
  }

  @inline(__always)
  static func load(_ count: Int, from input: RawSpan, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && count >= 0 && count <= 8 && offset + count <= input.byteCount)
    if offset + 8 <= input.byteCount {
      // In bounds by the condition; any bytes make a word, of which the low `count` bytes are kept.
      let word = unsafe input.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      return count == 0 ? 0 : word & (.max >> UInt64(64 - 8 * count))
    }
    var value: UInt64 = 0
    for index in stride(from: count - 1, through: 0, by: -1) {
      // In bounds by the precondition; a byte has no invalid patterns.
      value = value << 8 | UInt64(unsafe input.unsafeLoad(fromByteOffset: offset + index, as: UInt8.self))
    }
    return value
  }
}

/// Keys of LMDB's trees, which compare as bytes: big-endian, high half first.
enum BigEndian {
  static func append(_ value: UInt64, bytes count: Int = 8, to output: inout [UInt8]) {
    for index in stride(from: count - 1, through: 0, by: -1) {
      output.append(UInt8(truncatingIfNeeded: value >> (8 * UInt64(index))))
    }
  }

  static func load(_ count: Int, from input: RawSpan, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && count <= 8 && offset + count <= input.byteCount)
    var value: UInt64 = 0
    for index in 0..<count {
      // In bounds by the precondition; a byte has no invalid patterns.
      value = value << 8 | UInt64(unsafe input.unsafeLoad(fromByteOffset: offset + index, as: UInt8.self))
    }
    return value
  }

  /// The LMDB key of a fence, or of a stored key: 8 bytes, or 12 where there is a second half.
  static func key(_ key: StoredKey, hasSecondHalf: Bool) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(18)
    append(key.high, to: &bytes)
    if hasSecondHalf { append(key.low, bytes: 4, to: &bytes) }
    return bytes
  }

  static func storedKey(_ bytes: RawSpan, hasSecondHalf: Bool) throws(IndexError) -> StoredKey {
    guard bytes.byteCount >= (hasSecondHalf ? 12 : 8) else { throw .corrupt("a fence is too short") }
    return StoredKey(high: load(8, from: bytes, at: 0), low: hasSecondHalf ? load(4, from: bytes, at: 8) : 0)
  }
}

/// Unsigned integers in 1 to 10 bytes, seven bits a byte, low bits first (LEB128).
package enum Varint {
  /// Appends `value`, which is not negative.
  package static func append(_ value: Int, to output: inout [UInt8]) {
    var rest = UInt64(value)
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(rest))
  }

  /// How many bytes `value` takes.
  static func byteCount(_ value: Int) -> Int {
    max(1, (Int.bitWidth - value.leadingZeroBitCount + 6) / 7)
  }

  /// Reads one integer and moves `offset` behind it; nil where the bytes end or the value does not fit.
  package static func read(_ input: Span<UInt8>, at offset: inout Int) -> Int? {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while offset < input.count, shift < 63 {
      let byte = input[offset]
      offset += 1
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return Int(value) }
      shift += 7
    }
    return nil
  }
}

extension Varint {
  /// Reads a count and skips so many bytes: the range of a text, which `offset` moves behind; nil where it is cut off.
  package static func readText(_ input: Span<UInt8>, at offset: inout Int) -> Range<Int>? {
    guard let count = read(input, at: &offset), count <= input.count - offset else { return nil }
    offset += count
    return (offset - count)..<offset
  }
}

/// The checksum of stored bytes: a chain of steps each of which is a bijection of its 64-bit state for a given
/// word, so that a change in any one word is always seen, and a random change with probability 1 - 2^-64. It is
/// against flipped bits and torn writes, not against an attacker.
enum Checksum {
  static let defaultSeed: UInt64 = 0x9E37_79B9_7F4A_7C15

  static func of(_ bytes: RawSpan, from start: Int = 0, seed: UInt64 = defaultSeed) -> UInt64 {
    var state = seed ^ UInt64(bytes.byteCount - start)
    var offset = start
    while offset + 8 <= bytes.byteCount {
      // In bounds by the loop's condition; any bytes make a word.
      let word = unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian
      state = step(state, word)
      offset += 8
    }
    if offset < bytes.byteCount {
      state = step(state, LittleEndian.load(bytes.byteCount - offset, from: bytes, at: offset))
    }
    return state ^ (state >> 32)
  }

  @inline(__always) private static func step(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (state ^ word) &* 0xD6E8_FEB8_6659_FD93
    return mixed ^ (mixed >> 29)
  }
}
