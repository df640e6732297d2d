// The stored form of a block's listings: its groups, cut into parts of bounded size, each compressed and with a
// checksum. Nearly every block has one part; an account with a million photos has many.
//
// Part, little-endian:
//    0  checksum of everything behind it, begun with the block's `ListingsMark`   8 bytes
//    8  ordinal in the block of the first key that it covers   2
//   10  number of groups    2
//   12  uncompressed size   4
//   16  compressed groups, each with a varint length in front
//
// A group too long for one part goes on in the next one, which then starts with the same ordinal.

/// A part as it was read, and found whole.
struct ListingPart {
  private static let headerBytes = 16

  /// As they are stored.
  let bytes: [UInt8]

  /// Throws `corrupt` where the bytes are not the part of that number of the block with that mark. O(bytes).
  init(_ bytes: [UInt8], number: Int, mark: ListingsMark) throws(IndexError) {
    // Safe: bytes have no padding to see.
    let span = unsafe bytes.span.bytes
    guard bytes.count >= Self.headerBytes,
      LittleEndian.load(8, from: span, at: 0) == Checksum.of(span, from: 8, seed: mark.seed(ofPart: number))
    else { throw .corrupt("a part of the listings fails its checksum") }
    self.bytes = bytes
  }

  /// The places in the block of the keys that it covers.
  var ordinals: Range<Int> {
    let first = Int(LittleEndian.load(2, from: bytes.rawSpan, at: 8))
    return first..<(first + Int(LittleEndian.load(2, from: bytes.rawSpan, at: 10)))
  }

  /// Calls `body` with each ordinal and the entries that the part has for it.
  func unpack(
    with compression: Compression, _ body: (Int, ArraySlice<UInt8>) throws(IndexError) -> Void
  ) throws(IndexError) {
    let size = Int(LittleEndian.load(4, from: bytes.rawSpan, at: 12))
    guard size <= IndexLimits.listingPartBytesMax else {
      throw .corrupt("a part of the listings has an impossible size")
    }
    // Safe: bytes have no padding to see.
    let packed = unsafe bytes.span.bytes.extracting(droppingFirst: Self.headerBytes)
    let raw = try compression.decompress(packed, size: size)
    var offset = 0
    for ordinal in ordinals {
      guard let length = Varint.read(raw.span, at: &offset), length <= raw.count - offset else {
        throw .corrupt("a part of the listings is cut off")
      }
      try body(ordinal, raw[offset..<(offset + length)])
      offset += length
    }
  }

  /// The LMDB key of a part of the block with this fence.
  static func key(_ fence: [UInt8], _ part: Int) -> [UInt8] {
    var key = fence
    BigEndian.append(UInt64(part), bytes: 2, to: &key)
    return key
  }

  /// Packs all groups; no parts if all are empty.
  static func pack(
    _ groups: ListingGroups, mark: ListingsMark, partBytes: Int, with compression: Compression
  ) throws(IndexError) -> [[UInt8]] {
    guard !groups.isEmpty else { return [] }
    var parts: [[UInt8]] = []
    var raw: [UInt8] = []
    var first = 0
    var count = 0
    func flush(next: Int) {
      if count > 0 {
        let seed = mark.seed(ofPart: parts.count)
        parts.append(seal(raw, first: first, count: count, seed: seed, with: compression))
      }
      raw.removeAll(keepingCapacity: true)
      first = next
      count = 0
    }
    for ordinal in 0..<groups.count {
      var rest = groups[ordinal]
      while count > 0 && raw.count + rest.count > partBytes || rest.count > partBytes {
        if count > 0 {
          flush(next: ordinal)
          continue
        }
        let piece = try prefix(of: rest, bytes: partBytes)
        Varint.append(piece.count, to: &raw)
        raw.append(contentsOf: piece)
        count = 1
        rest = rest[piece.endIndex...]
        flush(next: ordinal)
      }
      Varint.append(rest.count, to: &raw)
      raw.append(contentsOf: rest)
      count += 1
    }
    flush(next: 0)
    return parts
  }

  /// The whole entries at the front of `group` that fit into `bytes`, at least one.
  private static func prefix(of group: ArraySlice<UInt8>, bytes: Int) throws(IndexError) -> ArraySlice<UInt8>
  {
    var end = group.startIndex
    for entry in try ListingGroups.entries(of: group) {
      if end > group.startIndex, entry.whole.endIndex - group.startIndex > bytes { break }
      end = entry.whole.endIndex
    }
    return group[..<end]
  }

  private static func seal(
    _ raw: [UInt8], first: Int, count: Int, seed: UInt64, with compression: Compression
  ) -> [UInt8] {
    var part = [UInt8](repeating: 0, count: headerBytes)
    LittleEndian.store(UInt64(first), bytes: 2, at: 8, in: &part)
    LittleEndian.store(UInt64(count), bytes: 2, at: 10, in: &part)
    LittleEndian.store(UInt64(raw.count), bytes: 4, at: 12, in: &part)
    compression.compress(raw[...], to: &part)
    // Safe: an array of bytes has no padding to see.
    LittleEndian.store(Checksum.of(unsafe part.span.bytes, from: 8, seed: seed), bytes: 8, at: 0, in: &part)
    return part
  }
}
