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

/// A row among the sorted rows of a form: what comes next.
struct StagedPosition {
  fileprivate var bucket = 0
  fileprivate var row = 0
}

/// The staged keys of one namespace.
struct StagingBuffer: Sendable {
  /// Leading bits of a key that tell its bucket: of a run of some hundred MB, a bucket fits a second-level cache.
  private static let bucketBits: UInt64 = 8

  private let hasSecondHalf: Bool
  /// Sorted after `sort`.
  private(set) var bareKeys: [UInt64] = []
  private var areBareKeysSorted = true
  private var buckets: [RecordBucket] = []
  private var recordCount = 0
  private(set) var recordBytes = 0

  init(hasSecondHalf: Bool) { self.hasSecondHalf = hasSecondHalf }

  var isEmpty: Bool { recordCount == 0 && bareKeys.isEmpty }
  /// Bytes of the rows, and of the memory that sorting them takes.
  var memoryBytes: Int { recordBytes + 16 * bareKeys.count }
  /// Whether there is room for one more block of rows.
  var isFull: Bool { buckets.contains(where: \.isFull) }

  /// How many rows of a form there are.
  func count(_ form: StagedForm) -> Int { form == .bare ? bareKeys.count : recordCount }

  /// Adds a row. O(payload).
  mutating func append(_ key: StoredKey, isPrimary: Bool, payload: borrowing StagedPayload) {
    if isPrimary, !hasSecondHalf, payload.count == 0 {
      bareKeys.append(key.high)
      areBareKeysSorted = false
      return
    }
    if buckets.isEmpty {
      buckets = [RecordBucket](repeating: RecordBucket(), count: 1 << Int(Self.bucketBits))
    }
    recordCount += 1
    recordBytes += buckets[Int(key.high >> (64 - Self.bucketBits))].append(
      key, isPrimary: isPrimary, payload: payload, hasSecondHalf: hasSecondHalf)
  }

  /// Adds rows that are bare keys.
  mutating func append(bareKeys keys: [UInt64]) {
    guard !keys.isEmpty else { return }
    precondition(!hasSecondHalf, "a bare key has no second half")
    bareKeys.append(contentsOf: keys)
    areBareKeysSorted = false
  }

  /// Empties the buffer; its memory stays for the rows that come next.
  mutating func removeAll() {
    bareKeys.removeAll(keepingCapacity: true)
    areBareKeysSorted = true
    for bucket in buckets.indices { buckets[bucket].removeAll() }
    recordCount = 0
    recordBytes = 0
  }

  /// Appends to `output` the next whole rows of a form, in order, until it has `byteCount` bytes or more; moves `next`
  /// behind the last one that was appended. Nothing is appended at the end.
  func appendPiece(
    _ form: StagedForm, from next: inout StagedPosition, byteCount: Int, to output: inout [UInt8]
  ) {
    switch form {
    case .bare:
      let end = min(bareKeys.count, next.row + (byteCount + 7) / 8)
      for index in next.row..<end { LittleEndian.append(bareKeys[index], bytes: 8, to: &output) }
      next.row = end
    case .records:
      let goal = output.count + byteCount
      while next.bucket < buckets.count, output.count < goal {
        buckets[next.bucket].append(from: &next.row, to: &output, goal: goal, hasSecondHalf: hasSecondHalf)
        if next.row == buckets[next.bucket].count { next = StagedPosition(bucket: next.bucket + 1, row: 0) }
      }
    }
  }

  /// The first of the sorted records whose key's high half is `high` or greater. O(log rows).
  func firstRecord(of high: UInt64) -> StagedPosition {
    let bucket = Int(high >> (64 - Self.bucketBits))
    guard bucket < buckets.count else { return StagedPosition() }
    let row = buckets[bucket].firstRow(of: high)
    return row < buckets[bucket].count
      ? StagedPosition(bucket: bucket, row: row) : StagedPosition(bucket: bucket + 1, row: 0)
  }

  /// Sorts by key, then by payload. Linear in the number of rows; O(1) where they are sorted.
  mutating func sort() {
    if !areBareKeysSorted { RadixSort.sort(&bareKeys) { $0 } }
    areBareKeysSorted = true
    for bucket in buckets.indices {
      WorkMark.step()
      buckets[bucket].sort(hasSecondHalf: hasSecondHalf)
    }
  }
}
