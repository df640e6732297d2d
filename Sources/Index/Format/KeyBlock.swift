// One block: a sorted run of stored keys and the number of each key's dataset set, packed into one page. Keys spread
// evenly, so they are coded as Elias and Fano coded such sequences: the distance of a key from the block's first one is
// cut in two; the lower bits stand as they are, and the upper ones, which never fall, as the places of the ones in a
// string of bits, where each zero stands for one step up. That takes less than two bits a key beside the lower ones, of
// which there are as many as the gaps between keys need.
//
// Layout, little-endian; strings of bits begin at the lowest bit of their first byte:
//    0  checksum of everything behind it          8 bytes
//    8  header (`BlockHeader`)                   32
//   40  zeros in front of each stretch of 128 upper bits   2 each
//       upper bits                                in words of 8
//       lower bits
//       second halves of keys that have one       4 each
//       sets, in one of two forms: a number of bits for each key; or, where nearly all keys have the same set, the places
//       of the others, 2 bytes each, and then their sets, a number of bits each
//       padding, so that 8 bytes can be read from any of them on, and so that a block has at least 2,048 bytes.
//
// The header stands in the block's LMDB key as well, behind the fence, so that the fence directory can be made without a
// look at the blocks.

/// A key and the number of its dataset set.
struct BlockEntry: Equatable, Sendable {
  var key: StoredKey
  var set: UInt32
}

/// Packing and unpacking of blocks. Searching, which is the hot path, is in `BlockSearch`.
enum KeyBlock {
  /// The part of a block that stands in the LMDB key too.
  static let repeatedHeader = 8..<40
  /// Upper bits of a stretch whose zeros are counted.
  static let stretchBits = 128
  /// What a read of a number without any bits takes behind the last byte.
  static let paddingBytes = 8

  /// The header that `entries`, sorted and at least one, would have. O(n).
  static func header(of entries: ArraySlice<BlockEntry>, hasSecondHalf: Bool) -> BlockHeader {
    var shape = BlockShape(hasSecondHalf: hasSecondHalf)
    for entry in entries { shape.append(entry) }
    return shape.header
  }

  /// Packs sorted, distinct keys; they must fit (`BlockShape`). O(n).
  static func pack(_ entries: ArraySlice<BlockEntry>, hasSecondHalf: Bool) -> [UInt8] {
    pack(entries, header(of: entries, hasSecondHalf: hasSecondHalf))
  }

  /// Packs entries that have this header.
  static func pack(_ entries: ArraySlice<BlockEntry>, _ header: BlockHeader) -> [UInt8] {
    precondition(header.fits(IndexLimits.blockBytes))
    var bytes = [UInt8](repeating: 0, count: max(header.byteCount, IndexLimits.blockBytesMin))
    header.store(in: &bytes)
    var uppers = WordWriter(at: header.uppersOffset)
    var lowers = BitWriter(at: header.lowersOffset)
    var sets = BitWriter(at: header.setsOffset + 2 * header.exceptions)
    var exceptions = 0
    var place = 0
    for entry in entries {
      let distance = (entry.key.high - header.low) &>> UInt64(header.unitShift)
      uppers.set(Int(distance &>> UInt64(header.lowerBits)) + place, in: &bytes)
      lowers.append(distance & .low(header.lowerBits), bits: header.lowerBits, to: &bytes)
      if header.hasSecondHalf {
        LittleEndian.store(entry.key.low, bytes: 4, at: header.halvesOffset + 4 * place, in: &bytes)
      }
      if header.exceptions == 0 {
        sets.append(UInt64(entry.set - header.setBase), bits: header.setBits, to: &bytes)
      } else if entry.set != header.usualSet {
        LittleEndian.store(UInt64(place), bytes: 2, at: header.setsOffset + 2 * exceptions, in: &bytes)
        sets.append(UInt64(entry.set - header.setBase), bits: header.setBits, to: &bytes)
        exceptions += 1
      }
      place += 1
    }
    uppers.finish(&bytes)
    lowers.finish(&bytes)
    sets.finish(&bytes)
    var zeros = 0
    for stretch in 0..<header.stretches {
      LittleEndian.store(UInt64(zeros), bytes: 2, at: header.zerosOffset + 2 * stretch, in: &bytes)
      for word in (2 * stretch)..<min(2 * stretch + 2, header.upperWords) {
        let upper = LittleEndian.load(8, from: bytes.rawSpan, at: header.uppersOffset + 8 * word)
        zeros += (~upper).nonzeroBitCount
      }
    }
    LittleEndian.store(Checksum.of(bytes.rawSpan, from: 8), bytes: 8, at: 0, in: &bytes)
    return bytes
  }

  /// The LMDB key of a block: its fence, then its header.
  static func storageKey(_ fence: StoredKey, _ block: RawSpan, hasSecondHalf: Bool) -> [UInt8] {
    BigEndian.key(fence, hasSecondHalf: hasSecondHalf) + block.extracting(repeatedHeader).copied
  }

  /// The greatest key of a block whose checksum and size are right; nil where they are not. O(bytes).
  static func checkedLastKey(_ block: RawSpan) -> StoredKey? {
    guard hasRightChecksum(block) else { return nil }
    let header = BlockHeader(block.extracting(repeatedHeader))
    guard header.fits(block.byteCount) else { return nil }
    return key(header.count - 1, upper: header.lastUpper, header, block)
  }

  private static func hasRightChecksum(_ block: RawSpan) -> Bool {
    block.byteCount >= repeatedHeader.upperBound
      && LittleEndian.load(8, from: block, at: 0) == Checksum.of(block, from: 8)
  }

  /// Unpacks a block, appending to `entries`, after checking its checksum, its size and its order. O(n).
  static func unpack(_ block: RawSpan, into entries: inout [BlockEntry]) throws(IndexError) {
    guard hasRightChecksum(block) else { throw .corrupt("a block of keys fails its checksum") }
    let header = BlockHeader(block.extracting(repeatedHeader))
    guard header.fits(block.byteCount) else { throw .corrupt("a block of keys has an impossible size") }
    entries.reserveCapacity(entries.count + header.count)
    let first = entries.count
    for word in 0..<header.upperWords {
      if word % 2 == 0 {
        let zeros = Int(LittleEndian.load(2, from: block, at: header.zerosOffset + word))
        guard zeros == word * 64 - (entries.count - first) else {
          throw .corrupt("a block of keys does not count its upper bits")
        }
      }
      var upper = LittleEndian.load(8, from: block, at: header.uppersOffset + 8 * word)
      while upper != 0 {
        let position = word * 64 + upper.trailingZeroBitCount
        upper &= upper - 1
        let place = entries.count - first
        guard place < header.count else { throw .corrupt("a block has more keys than it says") }
        let key = key(place, upper: position - place, header, block)
        if let previous = entries[first...].last?.key, previous >= key {
          throw .corrupt("a block of keys is out of order")
        }
        entries.append(BlockEntry(key: key, set: header.usualSet))
      }
    }
    guard entries.count - first == header.count else { throw .corrupt("a block has fewer keys than it says") }
    try unpackSets(block, header, into: &entries[first...])
  }

  private static func key(_ place: Int, upper: Int, _ header: BlockHeader, _ block: RawSpan) -> StoredKey {
    let lower = LittleEndian.bits(header.lowerBits, from: block, at: header.lowersOffset, place: place)
    return StoredKey(
      high: header.low &+ (UInt64(upper) << UInt64(header.lowerBits) | lower) << UInt64(header.unitShift),
      low: header.hasSecondHalf ? LittleEndian.load(4, from: block, at: header.halvesOffset + 4 * place) : 0)
  }

  private static func unpackSets(
    _ block: RawSpan, _ header: BlockHeader, into entries: inout ArraySlice<BlockEntry>
  ) throws(IndexError) {
    let exceptions = header.exceptions
    // The usual case: all keys have the one set.
    if exceptions == 0, header.setBits == 0, header.usualSet == header.setBase { return }
    var last = -1
    for index in 0..<(exceptions > 0 ? exceptions : header.count) {
      var place = index
      if exceptions > 0 {
        place = Int(LittleEndian.load(2, from: block, at: header.setsOffset + 2 * index))
        guard last < place, place < header.count else {
          throw .corrupt("a block of keys has sets out of order")
        }
        last = place
      }
      let offset = LittleEndian.bits(
        header.setBits, from: block, at: header.setsOffset + 2 * exceptions, place: index)
      entries[entries.startIndex + place].set = header.setBase &+ UInt32(truncatingIfNeeded: offset)
    }
  }
}

/// Numbers of some bits each, one behind the other, as they are written.
private struct BitWriter {
  private var offset: Int
  // Bits that are not written yet.
  private var word: UInt64 = 0
  private var filled = 0

  init(at byte: Int) { offset = byte }

  /// Appends the low `count` bits, fewer than 64, of a value that has no others.
  @inline(__always)
  mutating func append(_ value: UInt64, bits count: Int, to bytes: inout [UInt8]) {
    word |= value &<< UInt64(filled)
    filled += count
    guard filled >= 64 else { return }
    LittleEndian.store(word, at: offset, in: &bytes)
    offset += 8
    filled -= 64
    word = value &>> UInt64(count - filled)
  }

  /// Writes what is left; nothing behind its last byte.
  mutating func finish(_ bytes: inout [UInt8]) {
    LittleEndian.store(word, bytes: (filled + 7) / 8, at: offset, in: &bytes)
  }
}

/// Bits that are set in words, in order.
private struct WordWriter {
  private let start: Int
  private var index = 0
  private var word: UInt64 = 0

  init(at byte: Int) { start = byte }

  /// Sets the bit at `position`, which is not in front of the last one, in words of zeros.
  @inline(__always)
  mutating func set(_ position: Int, in bytes: inout [UInt8]) {
    if position >> 6 != index {
      finish(&bytes)
      (index, word) = (position >> 6, 0)
    }
    word |= 1 &<< UInt64(position & 63)
  }

  func finish(_ bytes: inout [UInt8]) { LittleEndian.store(word, at: start + 8 * index, in: &bytes) }
}

extension LittleEndian {
  /// The number at `place` in a string of numbers of at most 57 bits each, which has `KeyBlock.paddingBytes` behind it.
  static func bits(_ count: Int, from input: RawSpan, at offset: Int, place: Int) -> UInt64 {
    let bit = place * count
    return load(8, from: input, at: offset + bit / 8) >> UInt64(bit % 8) & .low(count)
  }
}

extension UInt64 {
  /// So many of the lowest bits; fewer than 64.
  @inline(__always) static func low(_ count: Int) -> UInt64 { (1 &<< UInt64(count)) &- 1 }
}
