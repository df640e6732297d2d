// Staged rows whose keys share their leading bits. Rows go to their bucket as they come, so that sorting and writing
// them in order stays within a memory that the caches hold, however many rows a load has.

/// Unsorted, then sorted rows in the form `records`.
struct RecordBucket: Sendable {
  /// Where a record is, beside the half of its key by which it is sorted.
  private struct Item {
    var high: UInt64
    var offset: UInt32
  }

  private var items: [Item] = []
  // A record as its form has it, without the high half, which its item has.
  private var records: [UInt8] = []
  private var isSorted = true

  var count: Int { items.count }
  /// Whether offsets still fit their 32 bits after one more block of rows.
  var isFull: Bool { records.count > Int(UInt32.max) - (64 << 20) }

  /// Adds a row; returns how many bytes of memory it takes.
  mutating func append(
    _ key: StoredKey, isPrimary: Bool, payload: borrowing StagedPayload, hasSecondHalf: Bool
  ) -> Int {
    isSorted = false
    let start = records.count
    items.append(Item(high: key.high, offset: UInt32(start)))
    records.append(isPrimary ? 1 : 0)
    if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &records) }
    Varint.append(payload.count, to: &records)
    payload.append(to: &records)
    return MemoryLayout<Item>.stride + records.count - start
  }

  /// Empties the bucket; its memory stays for the rows that come next.
  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// Appends to `output` whole rows from `next` on, in order, until it has `goal` bytes or more; moves `next` behind
  /// the last one that was appended.
  func append(from next: inout Int, to output: inout [UInt8], goal: Int, hasSecondHalf: Bool) {
    while next < items.count, output.count < goal {
      // Records are all over the bucket: the line of one that comes soon is asked for now.
      if next + 16 < items.count { Prefetch.line(of: records.span, at: Int(items[next + 16].offset)) }
      LittleEndian.append(items[next].high, bytes: 8, to: &output)
      output.append(contentsOf: records[record(items[next], hasSecondHalf)])
      next += 1
    }
  }

  /// The first of the sorted rows whose key's high half is `high` or greater; their count where there is none. O(log rows).
  func firstRow(of high: UInt64) -> Int { items.firstPlace { $0.high >= high } }

  private func record(_ item: Item, _ hasSecondHalf: Bool) -> Range<Int> {
    let start = Int(item.offset)
    var offset = start + (hasSecondHalf ? 9 : 1)
    // Written by `append`, so whole.
    let length = Varint.read(records.span, at: &offset)!
    return start..<(offset + length)
  }

  /// Sorts by key, then by payload. Linear in the number of rows, since keys are spread evenly.
  mutating func sort(hasSecondHalf: Bool) {
    guard !isSorted else { return }
    RadixSort.sort(&items) { $0.high }
    // The records of one high half, nearly always one or a few, are put in full order.
    var start = 0
    while start < items.count {
      var end = start + 1
      while end < items.count, items[end].high == items[start].high { end += 1 }
      if end - start > 1 { sortFully(start..<end, hasSecondHalf) }
      start = end
    }
    isSorted = true
  }

  /// Orders records of one high half. All but the flags and the length counts: second half, then payload.
  private mutating func sortFully(_ range: Range<Int>, _ hasSecondHalf: Bool) {
    let ordered = range.map { (item: items[$0], rank: rank(items[$0], hasSecondHalf)) }.sorted {
      left, right in
      if left.rank.low != right.rank.low { return left.rank.low < right.rank.low }
      return left.rank.payload.lexicographicallyPrecedes(right.rank.payload)
    }
    for (index, element) in zip(range, ordered) { items[index] = element.item }
  }

  private func rank(_ item: Item, _ hasSecondHalf: Bool) -> (low: UInt64, payload: ArraySlice<UInt8>) {
    let record = record(item, hasSecondHalf)
    // Safe: bytes have no padding to see.
    let low =
      hasSecondHalf ? LittleEndian.load(8, from: unsafe records.span.bytes, at: record.lowerBound + 1) : 0
    var offset = record.lowerBound + (hasSecondHalf ? 9 : 1)
    _ = Varint.read(records.span, at: &offset)
    return (low, records[offset..<record.upperBound])
  }
}
