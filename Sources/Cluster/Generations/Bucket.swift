// A bucket: the stored keys of a section that begin with the same bits, sorted, and the number of each one's set of
// datasets. The checksum covers which bucket of which generation it is, so one in another's place is damaged too.
//
//   CRC-32 of generation (8 bytes, big endian), number (4), and what follows (4)
//   rows (4)
//   for each row: the bits of its key that follow the bucket's, the bits of the number of its set
//   zeros up to a byte

import ByteText
import CZlib
package import Publishing

/// How the rows of a section are packed.
package struct BucketForm: Equatable, Sendable {
  /// Bits that the keys of a bucket have in common.
  package let bucketBits: Int
  /// Bits of a key that are stored.
  let keyBits: Int
  let setBits: Int

  package init(width: Int, bucketBits: Int, sets: Int) {
    self.bucketBits = bucketBits
    keyBits = width - bucketBits
    setBits = sets <= 1 ? 0 : Int.bitWidth - (sets - 1).leadingZeroBitCount
  }

  var rowBits: Int { keyBits + setBits }
  func byteCount(rows: Int) -> Int { Bucket.headerBytes + (rows * rowBits + 7) / 8 }
  /// The longest bucket that there may be.
  var byteCountMax: Int { byteCount(rows: ClusterLimits.bucketRowsMax) }
}

package enum Bucket {
  static let headerBytes = 8

  /// Packs rows, which are sorted and have `form.bucketBits` in common.
  ///
  /// - Parameter set: the number of a row's set in the generation.
  package static func assemble(
    _ rows: ArraySlice<PublishedRow>, _ form: BucketForm, generation: UInt64, number: Int,
    set: (UInt32) -> UInt64
  ) -> [UInt8] {
    precondition(rows.count <= ClusterLimits.bucketRowsMax)
    var bytes = [UInt8](repeating: 0, count: 4)
    bytes.reserveCapacity(form.byteCount(rows: rows.count))
    BigEndian.append(UInt64(rows.count), byteCount: 4, to: &bytes)
    var bits = BitWriter()
    for row in rows {
      let (high, low) = shifted(row.digest, by: form.bucketBits)
      bits.append(high >> UInt64(max(0, 64 - form.keyBits)), count: min(64, form.keyBits), to: &bytes)
      if form.keyBits > 64 {
        bits.append(low >> UInt64(128 - form.keyBits), count: form.keyBits - 64, to: &bytes)
      }
      bits.append(set(row.set), count: form.setBits, to: &bytes)
    }
    bits.finish(to: &bytes)
    let sum = checksum(bytes, generation: generation, number: number)
    for place in 0..<4 { bytes[place] = UInt8(truncatingIfNeeded: sum >> UInt32(8 * (3 - place))) }
    return bytes
  }

  /// Whether these bytes are the bucket that was written.
  package static func isWhole(_ bytes: [UInt8], _ form: BucketForm, generation: UInt64, number: Int) -> Bool {
    guard bytes.count >= headerBytes else { return false }
    let rows = BigEndian.number(bytes.span, at: 4, byteCount: 4)
    return rows <= ClusterLimits.bucketRowsMax && bytes.count == form.byteCount(rows: rows)
      && BigEndian.number(bytes.span, at: 0, byteCount: 4)
        == Int(checksum(bytes, generation: generation, number: number))
  }

  /// The number of a key's set in a whole bucket; nil where it is not in it. O(log rows).
  package static func set(of key: Section.StoredKey, in bytes: [UInt8], _ form: BucketForm) -> Int? {
    let span = bytes.span
    let wanted = shifted(key, by: form.bucketBits)
    let mask: (high: UInt64, low: UInt64) = (
      form.keyBits >= 64 ? .max : ~(UInt64.max >> UInt64(form.keyBits)),
      form.keyBits <= 64 ? 0 : UInt64.max << UInt64(128 - form.keyBits)
    )
    let rows = BigEndian.number(span, at: 4, byteCount: 4)
    var (low, end) = (0, rows)
    while low < end {
      let middle = (low + end) / 2
      let offset = headerBytes * 8 + middle * form.rowBits
      let high = word(span, atBit: offset) & mask.high
      if high == wanted.high & mask.high {
        let rest = mask.low == 0 ? 0 : word(span, atBit: offset + 64) & mask.low
        if rest == wanted.low & mask.low {
          guard form.setBits > 0 else { return 0 }
          return Int(word(span, atBit: offset + form.keyBits) >> UInt64(64 - form.setBits))
        }
        if rest < wanted.low & mask.low { low = middle + 1 } else { end = middle }
      } else if high < wanted.high & mask.high {
        low = middle + 1
      } else {
        end = middle
      }
    }
    return nil
  }

  /// The key without its first `bits`.
  private static func shifted(_ key: Section.StoredKey, by bits: Int) -> (high: UInt64, low: UInt64) {
    bits == 0
      ? (key.high, key.low)
      : (key.high << UInt64(bits) | key.low >> UInt64(64 - bits), key.low << UInt64(bits))
  }

  /// 64 bits from a bit on; zeros follow the end.
  @inline(__always)
  private static func word(_ bytes: Span<UInt8>, atBit offset: Int) -> UInt64 {
    let (first, shift) = (offset >> 3, UInt64(offset & 7))
    if first + 9 <= bytes.count {
      let word = BigEndian.word(bytes, at: first) << shift
      return shift == 0 ? word : word | UInt64(bytes[first + 8]) >> (8 - shift)
    }
    var word: UInt64 = 0
    for place in 0..<8 where first + place < bytes.count {
      word |= UInt64(bytes[first + place]) << UInt64(56 - 8 * place)
    }
    return word << shift
  }

  /// The C function is `crc32`.
  private static func checksum(_ bytes: [UInt8], generation: UInt64, number: Int) -> UInt32 {
    var place: [UInt8] = []
    place.reserveCapacity(12)
    BigEndian.append(generation, byteCount: 8, to: &place)
    BigEndian.append(UInt64(number), byteCount: 4, to: &place)
    // Safe: each call reads the bytes that it is lent.
    let start = unsafe crc32(0, place, UInt32(place.count))
    return unsafe bytes.withUnsafeBufferPointer { buffer in
      UInt32(truncatingIfNeeded: unsafe crc32(start, buffer.baseAddress! + 4, UInt32(buffer.count - 4)))
    }
  }
}

/// Appends bits, the highest first.
private struct BitWriter {
  private var pending: UInt8 = 0
  private var pendingCount = 0

  mutating func append(_ value: UInt64, count: Int, to bytes: inout [UInt8]) {
    var left = count
    while left > 0 {
      let taken = min(left, 8 - pendingCount)
      left -= taken
      let part = UInt8(truncatingIfNeeded: value >> UInt64(left)) & UInt8((1 << taken) - 1)
      pending = taken == 8 ? part : pending << UInt8(taken) | part
      pendingCount += taken
      if pendingCount == 8 {
        bytes.append(pending)
        (pending, pendingCount) = (0, 0)
      }
    }
  }

  mutating func finish(to bytes: inout [UInt8]) {
    if pendingCount > 0 { bytes.append(pending << UInt8(8 - pendingCount)) }
  }
}
