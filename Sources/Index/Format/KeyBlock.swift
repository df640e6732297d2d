// One block: a sorted run of stored keys and the number of each key's dataset set, packed into one page.
//
// Layout, little-endian:
//    0  checksum of everything behind it          8 bytes
//    8  number of keys                            2
//   10  bytes of a key's offset from `low` (1-8); +128 where keys have a second half   1
//   11  bytes of a set's offset from the base (0-4)   1
//   12  base of the set numbers                   4
//   16  `low`: the first key's high half          8
//   24  scale: where in the block a key is to be expected   8
//   32  guide: by how much that is wrong; see `KeyGuide`   32
//   64  key offsets, then second halves (8 each), then set offsets, then padding, so that 8 bytes can be read
//       at any key's offset, and so that a block has at least 2,048 bytes.
//
// Keys of one block share their leading bits, so 6 bytes or fewer distinguish them; most blocks of a freshly
// loaded dataset have one set, which then takes no room at all.
//
// The header from byte 8 on stands in the block's LMDB key as well, behind the fence, so that the fence directory can
// be made without a look at the blocks.

/// A key and the number of its dataset set.
struct BlockEntry: Equatable, Sendable {
  var key: StoredKey
  var set: UInt32
}

/// Packing and unpacking of blocks. Searching, which is the hot path, is in `BlockSearch`.
enum KeyBlock {
  static let headerBytes = 64
  /// The part of the header that stands in the LMDB key too.
  static let repeatedHeader = 8..<64
  static let secondHalfFlag: UInt8 = 128

  /// The size of a block, known before it is packed.
  struct Shape {
    let keyBytes: Int
    let setBytes: Int
    let count: Int
    let hasSecondHalf: Bool

    init(count: Int, span: UInt64, setSpan: UInt32, hasSecondHalf: Bool) {
      self.count = count
      keyBytes = max(1, (64 - span.leadingZeroBitCount + 7) / 8)
      setBytes = (32 - setSpan.leadingZeroBitCount + 7) / 8
      self.hasSecondHalf = hasSecondHalf
    }

    var keysOffset: Int { KeyBlock.headerBytes }
    var secondHalvesOffset: Int { keysOffset + count * keyBytes }
    var setsOffset: Int { secondHalvesOffset + (hasSecondHalf ? count * 8 : 0) }
    var byteCount: Int { setsOffset + count * setBytes + (8 - keyBytes) }
  }

  /// The size that `entries`, sorted, would have. O(n).
  static func shape(of entries: ArraySlice<BlockEntry>, hasSecondHalf: Bool) -> Shape {
    guard let first = entries.first, let last = entries.last else {
      return Shape(count: 0, span: 0, setSpan: 0, hasSecondHalf: hasSecondHalf)
    }
    var least = first.set
    var most = first.set
    for entry in entries {
      least = min(least, entry.set)
      most = max(most, entry.set)
    }
    return Shape(
      count: entries.count, span: last.key.high - first.key.high, setSpan: most - least,
      hasSecondHalf: hasSecondHalf)
  }

  /// Packs sorted, distinct keys; they must fit (`shape`). O(n).
  static func pack(_ entries: ArraySlice<BlockEntry>, hasSecondHalf: Bool) -> [UInt8] {
    let shape = shape(of: entries, hasSecondHalf: hasSecondHalf)
    precondition(shape.byteCount <= IndexLimits.blockBytes && shape.count > 0 && shape.count <= 0xFFFF)
    let low = entries[entries.startIndex].key.high
    let span = entries[entries.endIndex - 1].key.high - low
    let base = entries.reduce(UInt32.max) { min($0, $1.set) }
    var bytes = [UInt8](repeating: 0, count: max(shape.byteCount, IndexLimits.blockBytesMin))
    LittleEndian.store(UInt64(shape.count), bytes: 2, at: 8, in: &bytes)
    bytes[10] = UInt8(shape.keyBytes) | (hasSecondHalf ? secondHalfFlag : 0)
    bytes[11] = UInt8(shape.setBytes)
    LittleEndian.store(UInt64(base), bytes: 4, at: 12, in: &bytes)
    LittleEndian.store(low, bytes: 8, at: 16, in: &bytes)
    let scale = scale(count: shape.count, span: span)
    LittleEndian.store(scale, bytes: 8, at: 24, in: &bytes)
    let guide = KeyGuide(entries, low: low, span: span, scale: scale)
    for (index, byte) in guide.bytes.enumerated() { bytes[32 + index] = byte }
    var index = 0
    for entry in entries {
      LittleEndian.store(
        entry.key.high - low, bytes: shape.keyBytes, at: shape.keysOffset + index * shape.keyBytes, in: &bytes
      )
      if hasSecondHalf {
        LittleEndian.store(entry.key.low, bytes: 8, at: shape.secondHalvesOffset + index * 8, in: &bytes)
      }
      LittleEndian.store(
        UInt64(entry.set - base), bytes: shape.setBytes, at: shape.setsOffset + index * shape.setBytes,
        in: &bytes)
      index += 1
    }
    // Safe: an array of bytes has no padding to see.
    LittleEndian.store(Checksum.of(unsafe bytes.span.bytes, from: 8), bytes: 8, at: 0, in: &bytes)
    return bytes
  }

  /// The LMDB key of a block: its fence, then its header from byte 8 on.
  static func storageKey(_ fence: StoredKey, _ block: RawSpan, hasSecondHalf: Bool) -> [UInt8] {
    BigEndian.key(fence, hasSecondHalf: hasSecondHalf) + block.extracting(repeatedHeader).copied
  }

  /// What multiplies a key's distance from `low` into its likely place: (count - 1) / (span + 1), as a 64-bit
  /// fraction. Keys spread evenly, so the guess is off by about the square root of half the count.
  private static func scale(count: Int, span: UInt64) -> UInt64 {
    let places = UInt64(count - 1)
    let width = span == .max ? span : span + 1
    // Keys that share their high half can be more than the span is wide: then the search starts at the front.
    guard places < width else { return 0 }
    return width.dividingFullWidth((high: places, low: 0)).quotient
  }

  /// The greatest key of a block whose checksum and size are right; nil where they are not. O(bytes).
  static func checkedLastKey(_ block: RawSpan) -> StoredKey? {
    guard LittleEndian.load(8, from: block, at: 0) == Checksum.of(block, from: 8) else { return nil }
    let last = Int(LittleEndian.load(2, from: block, at: 8)) - 1
    let widths = LittleEndian.load(1, from: block, at: 10)
    let keyBytes = Int(widths & 0x7F)
    let hasSecondHalf = widths & UInt64(secondHalfFlag) != 0
    let halves = headerBytes + (last + 1) * keyBytes
    guard last >= 0, (1...8).contains(keyBytes),
      halves + (hasSecondHalf ? 8 * (last + 1) : 0) <= block.byteCount
    else { return nil }
    return StoredKey(
      high: LittleEndian.load(8, from: block, at: 16)
        &+ LittleEndian.load(keyBytes, from: block, at: headerBytes + last * keyBytes),
      low: hasSecondHalf ? LittleEndian.load(8, from: block, at: halves + 8 * last) : 0)
  }

  /// Unpacks a block, appending to `entries`, after checking its checksum, its size and its order. O(n).
  static func unpack(_ block: RawSpan, into entries: inout [BlockEntry]) throws(IndexError) {
    guard block.byteCount >= headerBytes,
      LittleEndian.load(8, from: block, at: 0) == Checksum.of(block, from: 8)
    else { throw .corrupt("a block of keys fails its checksum") }
    let count = Int(LittleEndian.load(2, from: block, at: 8))
    let widths = LittleEndian.load(2, from: block, at: 10)
    let keyBytes = Int(widths & 0x7F)
    let hasSecondHalf = widths & UInt64(secondHalfFlag) != 0
    let setBytes = Int(widths >> 8)
    let secondHalvesOffset = headerBytes + count * keyBytes
    let setsOffset = secondHalvesOffset + (hasSecondHalf ? count * 8 : 0)
    guard (1...8).contains(keyBytes), setBytes <= 4,
      block.byteCount >= setsOffset + count * setBytes + (8 - keyBytes)
    else { throw .corrupt("a block of keys has an impossible size") }
    let base = UInt32(LittleEndian.load(4, from: block, at: 12))
    let low = LittleEndian.load(8, from: block, at: 16)
    entries.reserveCapacity(entries.count + count)
    var previous: StoredKey?
    for index in 0..<count {
      let key = StoredKey(
        high: low &+ LittleEndian.load(keyBytes, from: block, at: headerBytes + index * keyBytes),
        low: hasSecondHalf ? LittleEndian.load(8, from: block, at: secondHalvesOffset + index * 8) : 0)
      if let previous, previous >= key { throw .corrupt("a block of keys is out of order") }
      previous = key
      let offset = UInt32(LittleEndian.load(setBytes, from: block, at: setsOffset + index * setBytes))
      entries.append(BlockEntry(key: key, set: base &+ offset))
    }
  }
}
