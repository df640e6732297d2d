// How format 1 stored keys, as far as it takes to read them: integers were mixed as words of 64 bits, texts had 128 bits of
// their digest, and a block had its keys as distances of whole bytes.
//
// Block, little-endian:
//    0  checksum of everything behind it          8 bytes
//    8  number of keys                            2
//   10  bytes of a key's distance from `low` (1-8); +128 where keys have a second half   1
//   11  bytes of a set's distance from the base (0-4)   1
//   12  base of the set numbers                   4
//   16  `low`: the first key's high half          8
//   24  what helped to search                    40
//   64  distances, then second halves (8 each), then sets, then padding
//
// Its LMDB key was the fence, of 8 bytes or 16, and then the header from byte 8 on.

internal import LMDB

/// Reading of format 1.
enum FormatOne {
  /// Bytes of a fence.
  static func fenceBytes(_ space: KeySpace) -> Int { space.isInteger ? 8 : 16 }

  /// What was kept of the secret, so that a damaged one is noticed: 128 bits of the digest of a constant.
  static func check(of secret: IndexSecret) -> [UInt8] {
    let digest = SipHash.digest(Array("whichset secret".utf8).span, key: secret)
    var bytes: [UInt8] = []
    BigEndian.append(digest.high, to: &bytes)
    BigEndian.append(digest.low, to: &bytes)
    return bytes
  }

  /// Unpacks a block, in its order of keys, which is another one now where they are integers. O(n).
  static func unpack(_ block: RawSpan) throws(IndexError) -> [BlockEntry] {
    guard block.byteCount >= headerBytes,
      LittleEndian.load(8, from: block, at: 0) == Checksum.of(block, from: 8)
    else { throw .corrupt("a block of keys fails its checksum") }
    let count = Int(LittleEndian.load(2, from: block, at: 8))
    let widths = LittleEndian.load(2, from: block, at: 10)
    let keyBytes = Int(widths & 0x7F)
    let hasSecondHalf = widths & 0x80 != 0
    let setBytes = Int(widths >> 8)
    let halvesOffset = headerBytes + count * keyBytes
    let setsOffset = halvesOffset + (hasSecondHalf ? count * 8 : 0)
    guard (1...8).contains(keyBytes), setBytes <= 4, setsOffset + count * setBytes <= block.byteCount else {
      throw .corrupt("a block of keys has an impossible size")
    }
    let base = UInt32(LittleEndian.load(4, from: block, at: 12))
    let low = LittleEndian.load(8, from: block, at: 16)
    return (0..<count).map { index in
      let high = low &+ LittleEndian.load(keyBytes, from: block, at: headerBytes + index * keyBytes)
      let set = LittleEndian.load(setBytes, from: block, at: setsOffset + index * setBytes)
      return BlockEntry(
        key: hasSecondHalf
          ? StoredKey(high: high, low: LittleEndian.load(8, from: block, at: halvesOffset + index * 8) >> 32)
          : StoredKey(integer: StoredKey.unmixWord(high)),
        set: base &+ UInt32(set))
    }
  }

  private static let headerBytes = 64

  /// What was listed for a key, with links to texts as they are now. O(group).
  static func group(_ group: ArraySlice<UInt8>, isText: (UInt8) -> Bool) throws(IndexError) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(group.count)
    for entry in try ListingGroups.entries(of: group) {
      guard entry.payload.count == linkBytes, entry.payload.first == PayloadMark.link,
        isText(entry.payload[entry.payload.startIndex + 1])
      else {
        output += entry.whole
        continue
      }
      // The low half, little-endian, is the last eight bytes, of which the high four are kept.
      let (kept, dropped) = (entry.payload.prefix(linkBytes - 8), entry.payload.suffix(4))
      ListingGroups.appendEntry(dataset: entry.dataset, payload: ArraySlice(kept + dropped), to: &output)
    }
    return output
  }

  /// Mark, namespace, both halves of a digest.
  private static let linkBytes = 18
}
