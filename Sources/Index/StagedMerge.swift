// The staged keys of one namespace as one sorted stream: the runs of a load and what is still in memory,
// merged key by key. Memory is bounded by the number of runs, and by the rows of one key.

/// One sorted source of staged records.
private final class StagedSource {
  private let next: () throws(IndexError) -> StagedRecord?
  private(set) var current: StagedRecord?

  init(_ next: @escaping () throws(IndexError) -> StagedRecord?) throws(IndexError) {
    self.next = next
    current = try next()
  }

  func advance() throws(IndexError) { current = try next() }
}

/// Reads a section of a run, piece by piece.
private final class RunReader {
  private let file: SystemFile
  private let section: RunSection
  private let hasSecondHalf: Bool
  private var buffer: [UInt8] = []
  private var position = 0
  private var piece = [UInt8](repeating: 0, count: RunFile.pieceBytes)
  private var bytesRead = 0
  private var checksum: UInt64 = 0

  init(path: String, section: RunSection, hasSecondHalf: Bool) throws(IndexError) {
    file = try SystemFile(reading: path)
    self.section = section
    self.hasSecondHalf = hasSecondHalf
  }

  func next() throws(IndexError) -> StagedRecord? {
    let fixed = hasSecondHalf ? 17 : 9
    if position == buffer.count, bytesRead == section.byteCount { return nil }
    try need(fixed + 1)
    // A varint's length is not known before its bytes are there; it has at most 10.
    if buffer.count - position < fixed + 10 { try need(min(fixed + 10, available)) }
    var offset = position + fixed
    guard let length = Varint.read(buffer.span, at: &offset) else { throw damaged }
    let header = offset - position
    try need(header + length)
    let record = StagedRecord(
      key: StoredKey(
        // Safe: bytes have no padding to see.
        high: LittleEndian.load(8, from: unsafe buffer.span.bytes, at: position),
        low: hasSecondHalf ? LittleEndian.load(8, from: unsafe buffer.span.bytes, at: position + 9) : 0),
      isPrimary: buffer[position + 8] == 1,
      payload: buffer[(position + header)..<(position + header + length)])
    position += header + length
    return record
  }

  private var available: Int { buffer.count - position + section.byteCount - bytesRead }
  private var damaged: IndexError { .corrupt("the staged run \(file.path) is damaged; abort the load") }

  /// Sees to it that `count` bytes are there from `position` on.
  private func need(_ count: Int) throws(IndexError) {
    guard count <= available else { throw damaged }
    guard buffer.count - position < count else { return }
    buffer.removeSubrange(..<position)
    position = 0
    while buffer.count < count {
      let size = min(RunFile.pieceBytes, section.byteCount - bytesRead)
      guard try file.read(size, at: section.offset + bytesRead, into: &piece) == size else { throw damaged }
      bytesRead += size
      checksum = Checksum.of(unsafe piece.span.bytes.extracting(0..<size), seed: checksum)
      if bytesRead == section.byteCount, checksum != section.checksum { throw damaged }
      buffer.append(contentsOf: piece[..<size])
    }
  }
}

/// All that a load says of one key.
struct StagedGroup {
  var key = StoredKey(high: 0, low: 0)
  var isPrimary = false
  /// The first of the payloads, which are sorted and distinct; empty where nothing was listed beyond the key.
  var payload: ArraySlice<UInt8> = []
  /// The others; nearly always none.
  var furtherPayloads: [ArraySlice<UInt8>] = []

  /// Sorts the payloads, and drops those that came from several runs.
  fileprivate mutating func putInOrder() {
    var distinct: [ArraySlice<UInt8>] = []
    for payload in ([payload] + furtherPayloads).sorted(by: { $0.lexicographicallyPrecedes($1) })
    where payload != distinct.last { distinct.append(payload) }
    payload = distinct.removeFirst()
    furtherPayloads = distinct
  }
}

/// The sorted stream of one namespace's staged keys.
struct StagedMerge {
  // A binary heap, the least key first.
  private var heap: [StagedSource] = []

  /// Merges `runs` and `buffer`, which is sorted.
  init(runs: [(path: String, section: RunSection)], buffer: StagingBuffer, hasSecondHalf: Bool)
    throws(IndexError)
  {
    for run in runs {
      let reader = try RunReader(path: run.path, section: run.section, hasSecondHalf: hasSecondHalf)
      try add(StagedSource { () throws(IndexError) in try reader.next() })
    }
    if !buffer.isEmpty {
      var index = 0
      try add(
        StagedSource { () throws(IndexError) in
          guard index < buffer.items.count else { return nil }
          index += 1
          return buffer.record(index - 1)
        })
    }
  }

  /// The next key with all that was staged for it; nil at the end. O(log sources) a record.
  mutating func next() throws(IndexError) -> StagedGroup? {
    guard let first = heap.first?.current else { return nil }
    var group = StagedGroup(key: first.key)
    while let source = heap.first, let record = source.current, record.key == group.key {
      group.isPrimary = group.isPrimary || record.isPrimary
      if group.payload.isEmpty {
        group.payload = record.payload
      } else if !record.payload.isEmpty, record.payload != (group.furtherPayloads.last ?? group.payload) {
        group.furtherPayloads.append(record.payload)
      }
      try source.advance()
      if source.current == nil {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      siftDown()
    }
    if !group.furtherPayloads.isEmpty { group.putInOrder() }
    return group
  }

  private mutating func add(_ source: StagedSource) throws(IndexError) {
    guard source.current != nil else { return }
    heap.append(source)
    var child = heap.count - 1
    while child > 0, isLess(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func siftDown() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isLess(child, least) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }

  private func isLess(_ left: Int, _ right: Int) -> Bool {
    // Sources in the heap have a current record.
    heap[left].current!.key < heap[right].current!.key
  }
}
