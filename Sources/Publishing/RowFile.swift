// A file of rows: the digests of the keys whose first bits are the same, and the datasets of each. The same rows give the
// same bytes, whatever else is published: a file names datasets by their slugs.
//
//   whichset rows 1 LF
//   rows (4 bytes, big endian), sets (4)
//   for each set: slug,slug LF
//   for each row, in order: digest (16), number of its set in this file (2)
//   zeros up to the size of all files of the publication

import ByteText
import Console
import WireProtocol

/// One row: a key and its datasets.
package struct PublishedRow: Equatable, Sendable {
  package var digest: KeyDigest
  /// The number of its set of datasets.
  package var set: UInt32

  package init(digest: KeyDigest, set: UInt32) {
    self.digest = digest
    self.set = set
  }
}

enum RowFile {
  private static let begin = Array("whichset rows 1\n".utf8)
  private static let headerBytes = begin.count + 8
  private static let rowBytes = KeyDigest.byteCount + 2

  /// Assembles the file of `rows`, without what fills it up.
  ///
  /// - Parameters:
  ///   - rows: in order, no digest twice.
  ///   - texts: the slugs of each set, separated by commas.
  static func assemble(_ rows: ArraySlice<PublishedRow>, texts: [[UInt8]]) throws(Trouble) -> [UInt8] {
    var numbers: [UInt32: UInt64] = [:]
    var table: [UInt8] = []
    for row in rows where numbers[row.set] == nil {
      numbers[row.set] = UInt64(numbers.count)
      table += texts[Int(row.set)] + [UInt8(ascii: "\n")]
    }
    guard numbers.count <= PublicationLimits.setsMax else {
      throw Trouble("one file would have more than \(PublicationLimits.setsMax) different sets of datasets")
    }
    var file = begin
    file.reserveCapacity(headerBytes + table.count + rows.count * rowBytes)
    BigEndian.append(UInt64(rows.count), byteCount: 4, to: &file)
    BigEndian.append(UInt64(numbers.count), byteCount: 4, to: &file)
    file += table
    for row in rows {
      BigEndian.append(row.digest.high, byteCount: 8, to: &file)
      BigEndian.append(row.digest.low, byteCount: 8, to: &file)
      BigEndian.append(numbers[row.set]!, byteCount: 2, to: &file)
    }
    return file
  }

  /// A file that was read: what is signed is looked at all the same, so that no damage of the writer's is an answer.
  struct Rows: Sendable {
    private let bytes: [UInt8]
    private let sets: [Range<Int>]
    private let rowsStart: Int
    private let count: Int

    /// - Parameters:
    ///   - prefix: of all digests in the file.
    ///   - bits: how many bits the prefix has.
    /// - Returns: nil where these are no rows, or others.
    init?(_ bytes: [UInt8], prefix: Int, bits: Int) {
      let span = bytes.span
      guard bytes.count >= headerBytes, bytes.starts(with: begin) else { return nil }
      count = BigEndian.number(span, at: begin.count, byteCount: 4)
      let setCount = BigEndian.number(span, at: begin.count + 4, byteCount: 4)
      guard setCount <= min(count, PublicationLimits.setsMax), count <= bytes.count / rowBytes else {
        return nil
      }
      var sets: [Range<Int>] = []
      var offset = headerBytes
      for _ in 0..<setCount {
        guard let end = span.firstIndex(of: UInt8(ascii: "\n"), from: offset),
          RowFile.isSet(span.extracting(offset..<end))
        else { return nil }
        sets.append(offset..<end)
        offset = end + 1
      }
      guard count * rowBytes <= bytes.count - offset else { return nil }
      rowsStart = offset
      self.sets = sets
      self.bytes = bytes
      var last: KeyDigest?
      for row in 0..<count {
        let digest = digest(row)
        guard digest.prefix(bits) == prefix, last.map({ $0 < digest }) ?? true, set(row) < setCount else {
          return nil
        }
        last = digest
      }
      guard bytes[(offset + count * rowBytes)...].allSatisfy({ $0 == 0 }) else { return nil }
    }

    private func digest(_ row: Int) -> KeyDigest {
      let start = rowsStart + row * rowBytes
      return KeyDigest(
        high: BigEndian.word(bytes.span, at: start), low: BigEndian.word(bytes.span, at: start + 8))
    }

    private func set(_ row: Int) -> Int {
      BigEndian.number(bytes.span, at: rowsStart + row * rowBytes + KeyDigest.byteCount, byteCount: 2)
    }

    /// The datasets of a key, separated by commas; nil where it is not in the file. O(log rows).
    func slugs(of digest: KeyDigest) -> ArraySlice<UInt8>? {
      var (low, high) = (0, count)
      while low < high {
        let middle = (low + high) / 2
        if self.digest(middle) < digest { low = middle + 1 } else { high = middle }
      }
      return low < count && self.digest(low) == digest ? bytes[sets[set(low)]] : nil
    }
  }

  /// Whether these are slugs in order, separated by commas.
  private static func isSet(_ text: Span<UInt8>) -> Bool {
    let slugs = String(decoding: text.copied, as: UTF8.self).split(
      separator: ",", omittingEmptySubsequences: false)
    return slugs.allSatisfy { Slug.isValid(String($0)) }
      && zip(slugs, slugs.dropFirst()).allSatisfy { $0 < $1 }
  }
}
