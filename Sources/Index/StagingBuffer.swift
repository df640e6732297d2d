// Rows of a load while they are in memory: keys with what was listed for them, unsorted as they come, sorted
// when they are written to a run or merged.

/// One staged key, as the merge reads it. `payload` is empty where nothing was listed beyond the key itself.
struct StagedRecord {
  var key: StoredKey
  var isPrimary: Bool
  var payload: ArraySlice<UInt8>
}

/// The staged keys of one namespace.
struct StagingBuffer {
  /// Where a record is, beside the half of its key by which it is sorted.
  struct Item {
    var high: UInt64
    var offset: UInt32
  }

  let hasSecondHalf: Bool
  private(set) var items: [Item] = []
  // A record, as a run has it behind the key's first half: flags (1), second half (8) where there is one, varint
  // length, payload.
  private var records: [UInt8] = []
  private var isSorted = true

  init(hasSecondHalf: Bool) { self.hasSecondHalf = hasSecondHalf }

  var isEmpty: Bool { items.isEmpty }
  var memoryBytes: Int { items.count * MemoryLayout<Item>.stride + records.count }
  /// Whether offsets still fit their 32 bits after one more record of the longest kind.
  var isFull: Bool { records.count > Int(UInt32.max) - (1 << 20) }

  mutating func append(_ key: StoredKey, isPrimary: Bool, payload: ArraySlice<UInt8>) {
    items.append(Item(high: key.high, offset: UInt32(records.count)))
    records.append(isPrimary ? 1 : 0)
    if hasSecondHalf { LittleEndian.append(key.low, bytes: 8, to: &records) }
    Varint.append(payload.count, to: &records)
    records.append(contentsOf: payload)
    isSorted = false
  }

  mutating func removeAll() {
    items.removeAll(keepingCapacity: true)
    records.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// Appends an item as a run has it. O(payload).
  func append(_ index: Int, to output: inout [UInt8]) {
    let start = Int(items[index].offset)
    var offset = start + (hasSecondHalf ? 9 : 1)
    // Written by `append`, so whole.
    let length = Varint.read(records.span, at: &offset)!
    LittleEndian.append(items[index].high, bytes: 8, to: &output)
    output.append(contentsOf: records[start..<(offset + length)])
  }

  /// The record behind an item.
  func record(_ index: Int) -> StagedRecord {
    let item = items[index]
    var offset = Int(item.offset)
    let isPrimary = records[offset] == 1
    offset += 1
    var low: UInt64 = 0
    if hasSecondHalf {
      for byte in 0..<8 { low |= UInt64(records[offset + byte]) << UInt64(8 * byte) }
      offset += 8
    }
    // Written by `append`, so whole.
    let length = Varint.read(records.span, at: &offset)!
    return StagedRecord(
      key: StoredKey(high: item.high, low: low), isPrimary: isPrimary,
      payload: records[offset..<(offset + length)])
  }

  /// Sorts by key, then by payload. Linear in the number of records, since keys are spread evenly.
  mutating func sort() {
    guard !isSorted else { return }
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

  private mutating func sortFully(_ range: Range<Int>) {
    let ordered = range.map { (item: items[$0], record: record($0)) }.sorted { left, right in
      if left.record.key.low != right.record.key.low { return left.record.key.low < right.record.key.low }
      return left.record.payload.lexicographicallyPrecedes(right.record.payload)
    }
    for (index, element) in zip(range, ordered) { items[index] = element.item }
  }
}
