// Staged rows whose keys share their leading bits. Rows go to their bucket as they come, so that sorting and writing
// them in order stays within a memory that the caches hold, however many rows a load has.
//
// Rows are kept in chunks, none of which is copied when more come, and in the form in which they are written. The list by
// which they are put in order is made when they are sorted.

/// Unsorted, then sorted rows in the form `records`.
struct RecordBucket: Sendable {
  /// Where a record is, beside the half of its key by which it is sorted.
  private struct Item {
    var high: UInt64
    var place: Place
  }

  /// Where a record begins.
  private struct Place {
    private let bits: UInt32

    init(chunk: Int, offset: Int) { bits = UInt32(chunk << Self.offsetBits | offset) }

    var chunk: Int { Int(bits) >> Self.offsetBits }
    var offset: Int { Int(bits) & (1 << Self.offsetBits - 1) }

    static let offsetBits = 16
  }

  private static let chunkBytes = 1 << Place.offsetBits
  private static let chunksMax = 1 << (UInt32.bitWidth - Place.offsetBits)
  /// Chunks that one more block of rows may take, at most: with its records at their worst, a block of the protocol, 1 MiB, fills
  /// far less than 4,096 of them.
  private static let chunksOfBlock = 1 << 12

  // As they came: whole records in each chunk, which only a record that is longer alone exceeds.
  private var chunks: [[UInt8]] = []
  // The chunk that is being filled.
  private var current: [UInt8] = []
  // Empty ones, whose memory is used again.
  private var spare: [[UInt8]] = []
  /// How many rows there are.
  private(set) var count = 0
  // All rows in their order, once they are sorted.
  private var items: [Item] = []

  /// Whether places still fit their 32 bits after one more block of rows.
  var isFull: Bool { chunks.count > Self.chunksMax - Self.chunksOfBlock }

  /// Adds a row; returns how many bytes of memory it takes, and sorting it.
  mutating func append(
    _ key: StoredKey, isPrimary: Bool, payload: borrowing StagedPayload, hasSecondHalf: Bool
  ) -> Int {
    if !items.isEmpty { items.removeAll(keepingCapacity: true) }
    let bytes = Self.headBytes(hasSecondHalf) + Varint.byteCount(payload.count) + payload.count
    if current.count + bytes > Self.chunkBytes, !current.isEmpty { beginChunk() }
    LittleEndian.append(key.high, bytes: 8, to: &current)
    current.append(isPrimary ? 1 : 0)
    if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &current) }
    Varint.append(payload.count, to: &current)
    payload.append(to: &current)
    count += 1
    return MemoryLayout<Item>.stride + bytes
  }

  private static func headBytes(_ hasSecondHalf: Bool) -> Int { hasSecondHalf ? 17 : 9 }

  private mutating func beginChunk() {
    chunks.append(current)
    if let emptied = spare.popLast() {
      current = emptied
    } else {
      current = []
      current.reserveCapacity(Self.chunkBytes)
    }
  }

  /// Empties the bucket; its memory stays for the rows that come next.
  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    current.removeAll(keepingCapacity: true)
    while var chunk = chunks.popLast() {
      chunk.removeAll(keepingCapacity: true)
      spare.append(chunk)
    }
    count = 0
  }

  /// Appends to `output` whole rows from `next` on, in order, until it has `goal` bytes or more; moves `next` behind
  /// the last one that was appended. The rows are sorted.
  func append(from next: inout Int, to output: inout [UInt8], goal: Int, hasSecondHalf: Bool) {
    precondition(items.count == count, "rows are sorted before they are given")
    while next < items.count, output.count < goal {
      // Records are all over the bucket: the line of one that comes soon is asked for now.
      if next + 16 < items.count {
        let soon = items[next + 16].place
        let chunk = chunks[soon.chunk]
        Prefetch.line(of: chunk.span, at: soon.offset)
      }
      let place = items[next].place
      let chunk = chunks[place.chunk]
      let record = place.offset..<Self.payload(chunk.span, at: place.offset, hasSecondHalf).upperBound
      // Safe: copied within the call, and the record is within its chunk.
      unsafe chunk.withUnsafeBufferPointer {
        unsafe output.append(contentsOf: UnsafeBufferPointer(rebasing: $0[record]))
      }
      next += 1
    }
  }

  /// The first of the sorted rows whose key's high half is `high` or greater; their count where there is none. O(log rows).
  func firstRow(of high: UInt64) -> Int { items.firstPlace { $0.high >= high } }

  /// Where the payload of the record that begins at `start` is.
  private static func payload(_ chunk: Span<UInt8>, at start: Int, _ hasSecondHalf: Bool) -> Range<Int> {
    var offset = start + headBytes(hasSecondHalf)
    // Written by `append`, so whole.
    let length = Varint.read(chunk, at: &offset)!
    return offset..<(offset + length)
  }

  /// Sorts by key, then by payload. Linear in the number of rows, since keys are spread evenly; O(1) where they are sorted.
  mutating func sort(hasSecondHalf: Bool) {
    guard items.count < count else { return }
    if !current.isEmpty { beginChunk() }
    items.reserveCapacity(count)
    for (number, chunk) in chunks.enumerated() {
      var offset = 0
      while offset < chunk.count {
        let high = LittleEndian.load(8, from: chunk.rawSpan, at: offset)
        items.append(Item(high: high, place: Place(chunk: number, offset: offset)))
        offset = Self.payload(chunk.span, at: offset, hasSecondHalf).upperBound
      }
    }
    RadixSort.sort(&items) { $0.high }
    // The records of one high half, nearly always one or a few, are put in full order.
    var start = 0
    while start < items.count {
      var end = start + 1
      while end < items.count, items[end].high == items[start].high { end += 1 }
      if end - start > 1 { sortFully(start..<end, hasSecondHalf) }
      start = end
    }
  }

  /// Orders records of one high half. All but the flags and the length counts: second half, then payload.
  private mutating func sortFully(_ range: Range<Int>, _ hasSecondHalf: Bool) {
    let ordered = range.map { (item: items[$0], rank: rank(items[$0].place, hasSecondHalf)) }.sorted {
      left, right in
      if left.rank.low != right.rank.low { return left.rank.low < right.rank.low }
      return left.rank.payload.lexicographicallyPrecedes(right.rank.payload)
    }
    for (index, element) in zip(range, ordered) { items[index] = element.item }
  }

  private func rank(_ place: Place, _ hasSecondHalf: Bool) -> (low: UInt64, payload: ArraySlice<UInt8>) {
    let chunk = chunks[place.chunk]
    let low = hasSecondHalf ? LittleEndian.load(8, from: chunk.rawSpan, at: place.offset + 9) : 0
    return (low, chunk[Self.payload(chunk.span, at: place.offset, hasSecondHalf)])
  }
}
