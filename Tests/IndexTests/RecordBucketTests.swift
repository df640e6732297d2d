import TestSupport
import Testing

@testable import Index

@Suite("a bucket of staged rows") struct RecordBucketTests {
  private struct Row {
    let key: StoredKey
    let isPrimary: Bool
    let payload: [UInt8]

    func encoded(_ hasSecondHalf: Bool) -> [UInt8] {
      var bytes: [UInt8] = []
      LittleEndian.append(key.high, bytes: 8, to: &bytes)
      bytes.append(isPrimary ? 1 : 0)
      if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &bytes) }
      Varint.append(payload.count, to: &bytes)
      return bytes + payload
    }
  }

  private func append(_ rows: [Row], to bucket: inout RecordBucket, _ hasSecondHalf: Bool) {
    for row in rows {
      let bytes = bucket.append(
        row.key, isPrimary: row.isPrimary, payload: StagedPayload(row.payload.span),
        hasSecondHalf: hasSecondHalf)
      #expect(bytes == 16 + row.encoded(hasSecondHalf).count)
    }
  }

  /// All rows of a sorted bucket, asked for in pieces.
  private func contents(_ bucket: RecordBucket, _ hasSecondHalf: Bool, goal: Int) -> [UInt8] {
    var (output, piece): ([UInt8], [UInt8]) = ([], [])
    var next = 0
    while next < bucket.count {
      piece.removeAll()
      bucket.append(from: &next, to: &piece, goal: goal, hasSecondHalf: hasSecondHalf)
      #expect(!piece.isEmpty)
      output += piece
    }
    return output
  }

  private func inOrder(_ rows: [Row], _ hasSecondHalf: Bool) -> [UInt8] {
    rows.sorted {
      $0.key != $1.key ? $0.key < $1.key : $0.payload.lexicographicallyPrecedes($1.payload)
    }.flatMap { $0.encoded(hasSecondHalf) }
  }

  private func rows(_ count: Int, _ hasSecondHalf: Bool, _ random: inout SeededGenerator) -> [Row] {
    var highs = (0..<count).map { _ in UInt64.random(in: 0 ... .max, using: &random) }
    // Some have the same first half, and some of these the same second one.
    for index in highs.indices where index % 7 == 0 { highs[index] = highs[index / 2] }
    return highs.map { high in
      let low = hasSecondHalf ? UInt64.random(in: 0...1, using: &random) : 0
      let length = [0, 1, 40, 126, 127, 128, 300].randomElement(using: &random)!
      return Row(
        key: StoredKey(high: high, low: low), isPrimary: Bool.random(using: &random),
        payload: (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) })
    }
  }

  @Test(
    "gives them in order, over any number of chunks, and takes more afterwards", arguments: [false, true])
  func order(hasSecondHalf: Bool) {
    var random = SeededGenerator(seed: 5)
    var bucket = RecordBucket()
    // The memory of the first time is used again.
    for count in [3_000, 1, 5_000, 0] {
      var all = rows(count, hasSecondHalf, &random)
      append(all, to: &bucket, hasSecondHalf)
      bucket.sort(hasSecondHalf: hasSecondHalf)
      #expect(bucket.count == count)
      #expect(contents(bucket, hasSecondHalf, goal: 1_000) == inOrder(all, hasSecondHalf))
      let more = rows(100, hasSecondHalf, &random)
      append(more, to: &bucket, hasSecondHalf)
      all += more
      bucket.sort(hasSecondHalf: hasSecondHalf)
      bucket.sort(hasSecondHalf: hasSecondHalf)
      #expect(contents(bucket, hasSecondHalf, goal: 1) == inOrder(all, hasSecondHalf))
      for row in all.prefix(50) {
        let first = bucket.firstRow(of: row.key.high)
        #expect(first == all.count { $0.key.high < row.key.high })
      }
      bucket.removeAll()
      #expect(bucket.count == 0)
    }
  }

  @Test("takes rows that fill a chunk to its end, or are longer than one")
  func bounds() {
    // A chunk has 65,536 bytes; a row's head has 9, and the length of a long payload 3.
    let chunk = 1 << 16
    for length in [chunk - 13, chunk - 12, chunk - 11, chunk, 3 * chunk] {
      var bucket = RecordBucket()
      var all: [Row] = []
      for (index, payload) in [10, length, length, 0, length, 7].enumerated() {
        all.append(
          Row(
            key: StoredKey(high: UInt64(index * 77 % 5), low: 0), isPrimary: true,
            payload: [UInt8](repeating: UInt8(index), count: payload)))
      }
      append(all, to: &bucket, false)
      bucket.sort(hasSecondHalf: false)
      #expect(contents(bucket, false, goal: 1 << 20) == inOrder(all, false))
    }
  }
}
