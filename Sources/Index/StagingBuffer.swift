// Rows of a load while they are in memory: keys with what was listed for them, unsorted as they come, sorted
// when they are written to a run or merged.
//
// Most rows of most lists are a key of an image and nothing beside it. They are kept apart, as **bare** keys: eight
// bytes each, where any other row takes an item to sort by and a record behind it.

/// How staged rows are encoded, in a run and on the way to a merge.
enum StagedForm: String {
  /// Keys of images, integers, listed as no more than the key: the key's 8 bytes.
  case bare
  /// All others: high half 8, flags 1, second half 8 where there is one, varint length, payload.
  case records
}

/// The staged keys of one namespace.
struct StagingBuffer: Sendable {
  /// Where a record is, beside the half of its key by which it is sorted.
  private struct Item {
    var high: UInt64
    var offset: UInt32
  }

  private let hasSecondHalf: Bool
  private var bareKeys: [UInt64] = []
  private var items: [Item] = []
  // A record as its form has it, without the high half, which its item has.
  private var records: [UInt8] = []
  private var isSorted = true

  init(hasSecondHalf: Bool) { self.hasSecondHalf = hasSecondHalf }

  var isEmpty: Bool { items.isEmpty && bareKeys.isEmpty }
  /// Bytes of the rows, and of the memory that sorting them takes.
  var memoryBytes: Int { 2 * (items.count * MemoryLayout<Item>.stride + bareKeys.count * 8) + records.count }
  /// Whether offsets still fit their 32 bits after one more block of rows.
  var isFull: Bool { records.count > Int(UInt32.max) - (64 << 20) }

  /// How many rows of a form there are.
  func count(_ form: StagedForm) -> Int { form == .bare ? bareKeys.count : items.count }

  /// Adds a row. O(payload).
  mutating func append(_ key: StoredKey, isPrimary: Bool, payload: ArraySlice<UInt8>) {
    isSorted = false
    if isPrimary, !hasSecondHalf, payload.isEmpty {
      bareKeys.append(key.high)
      return
    }
    items.append(Item(high: key.high, offset: UInt32(records.count)))
    records.append(isPrimary ? 1 : 0)
    if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &records) }
    Varint.append(payload.count, to: &records)
    records.append(contentsOf: payload)
  }

  /// Empties the buffer; its memory stays for the rows that come next.
  mutating func removeAll() {
    bareKeys.removeAll(keepingCapacity: true)
    items.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// Appends to `output` the next whole rows of a form, in order, until it has `byteCount` bytes or more.
  ///
  /// - Parameter next: the row to begin with, by its place; moved behind the last one that was appended.
  func appendPiece(_ form: StagedForm, from next: inout Int, byteCount: Int, to output: inout [UInt8]) {
    switch form {
    case .bare:
      let end = min(bareKeys.count, next + (byteCount + 7) / 8)
      for index in next..<end { LittleEndian.append(bareKeys[index], bytes: 8, to: &output) }
      next = end
    case .records:
      let goal = output.count + byteCount
      while next < items.count, output.count < goal {
        // Records are all over the memory: the line of one that comes soon is asked for now.
        if next + 16 < items.count { Prefetch.line(of: records.span, at: Int(items[next + 16].offset)) }
        LittleEndian.append(items[next].high, bytes: 8, to: &output)
        output.append(contentsOf: records[record(items[next])])
        next += 1
      }
    }
  }

  private func record(_ item: Item) -> Range<Int> {
    let start = Int(item.offset)
    var offset = start + (hasSecondHalf ? 9 : 1)
    // Written by `append`, so whole.
    let length = Varint.read(records.span, at: &offset)!
    return start..<(offset + length)
  }

  /// Sorts by key, then by payload. Linear in the number of rows, since keys are spread evenly.
  mutating func sort() {
    guard !isSorted else { return }
    RadixSort.sort(&bareKeys) { $0 }
    RadixSort.sort(&items) { $0.high }
    // The records of one high half, nearly always one or a few, are put in full order.
    var start = 0
    while start < items.count {
      var end = start + 1
      while end < items.count, items[end].high == items[start].high { end += 1 }
      if end - start > 1 { sortFully(start..<end) }
      start = end
    }
    isSorted = true
  }

  /// Orders records of one high half. All but the flags and the length counts: second half, then payload.
  private mutating func sortFully(_ range: Range<Int>) {
    let ordered = range.map { (item: items[$0], rank: rank(items[$0])) }.sorted { left, right in
      if left.rank.low != right.rank.low { return left.rank.low < right.rank.low }
      return left.rank.payload.lexicographicallyPrecedes(right.rank.payload)
    }
    for (index, element) in zip(range, ordered) { items[index] = element.item }
  }

  private func rank(_ item: Item) -> (low: UInt64, payload: ArraySlice<UInt8>) {
    let record = record(item)
    // Safe: bytes have no padding to see.
    let low =
      hasSecondHalf ? LittleEndian.load(8, from: unsafe records.span.bytes, at: record.lowerBound + 1) : 0
    var offset = record.lowerBound + (hasSecondHalf ? 9 : 1)
    _ = Varint.read(records.span, at: &offset)
    return (low, records[offset..<record.upperBound])
  }
}
