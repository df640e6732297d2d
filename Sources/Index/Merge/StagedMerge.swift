// The staged keys of one namespace as one sorted stream: the runs of a load and what is still in memory,
// merged key by key. Memory is bounded by the number of sources, and by the rows of one key.

internal import Platform

/// All that a load says of one key.
struct StagedGroup {
  fileprivate(set) var key = StoredKey(high: 0, low: 0)
  var isPrimary = false
  /// Whether some row says no more than the key.
  fileprivate(set) var hasBareRow = false
  // The payloads, one behind the other; rows that say no more than the key leave none.
  private var bytes = Latest<UInt8>()
  private var ends = Latest<Int>()
  /// How many payloads there may be before those that came several times are dropped.
  private var orderedAt = 1 << 16

  /// How many payloads there are: sorted, and distinct.
  var payloadCount: Int { ends.count }

  /// A payload by its place.
  func payload(_ index: Int) -> ArraySlice<UInt8> { bytes[(index == 0 ? 0 : ends[index - 1])..<ends[index]] }

  fileprivate mutating func begin(_ key: StoredKey) {
    self.key = key
    isPrimary = false
    hasBareRow = false
    bytes.begin()
    ends.begin()
  }

  fileprivate mutating func append(_ payload: ArraySlice<UInt8>) {
    keep(payload)
    // However often a key came with the same payload, the group stays about as large as its distinct ones.
    guard ends.count >= orderedAt else { return }
    putInOrder()
    orderedAt = max(orderedAt, 2 * ends.count)
  }

  private mutating func keep(_ payload: ArraySlice<UInt8>) {
    bytes.all.append(contentsOf: payload)
    ends.all.append(bytes.count)
  }

  /// Drops the payloads that `isGone` names.
  mutating func removePayloads(
    where isGone: (ArraySlice<UInt8>) throws(IndexError) -> Bool
  ) throws(IndexError) {
    var places: [Int] = []
    for place in 0..<payloadCount where try !isGone(payload(place)) { places.append(place) }
    guard places.count < payloadCount else { return }
    let kept = places.map { Array(payload($0)) }
    bytes.begin()
    ends.begin()
    for payload in kept { keep(payload[...]) }
  }

  /// Sorts the payloads, and drops those that came several times.
  fileprivate mutating func putInOrder() {
    let sorted = (0..<payloadCount).map { Array(payload($0)) }.sorted { $0.lexicographicallyPrecedes($1) }
    bytes.begin()
    ends.begin()
    var last: [UInt8]?
    for payload in sorted where payload != last {
      keep(payload[...])
      last = payload
    }
  }
}

/// A run and where its sections are.
struct StagedRun {
  let path: String
  let sections: [RunSection]

  var byteCount: Int { sections.reduce(0) { $0 + $1.byteCount } }
}

/// Where a source's rows come from: a section of a run, or sorted rows in memory.
enum StagedOrigin {
  case run(path: String, section: RunSection)
  case memory(StagingBuffer, StagedForm)

  var form: StagedForm {
    switch self {
    case .run(_, let section): section.form
    case .memory(_, let form): form
    }
  }
}

/// One sorted source of staged rows. It stands on a row, from the first `advance` on.
private struct StagedSource {
  private(set) var key = StoredKey(high: 0, low: 0)
  private(set) var isPrimary = true
  /// The row's payload, by its place in `bytes`.
  private var payloadRange = 0..<0
  private let form: StagedForm
  private let hasSecondHalf: Bool
  // A piece of whole rows, and where the next row begins.
  private var bytes: [UInt8] = []
  private var position = 0
  private var pieces: StagedPieces

  init(_ origin: StagedOrigin, hasSecondHalf: Bool) throws(IndexError) {
    form = origin.form
    self.hasSecondHalf = hasSecondHalf
    pieces = try StagedPieces(origin)
  }

  /// Whether the row says more than its key.
  var hasPayload: Bool { !payloadRange.isEmpty }

  var payload: ArraySlice<UInt8> { bytes[payloadRange] }

  /// Goes to the next row; false at the end.
  mutating func advance() throws(IndexError) -> Bool {
    if position == bytes.count {
      position = 0
      guard try pieces.next(into: &bytes) else { return false }
    }
    guard let row = StagedRow(bytes.span, at: position, form: form, hasSecondHalf: hasSecondHalf) else {
      throw pieces.damaged
    }
    key = row.key
    isPrimary = row.isPrimary
    payloadRange = row.payload
    position = row.end
    return true
  }
}

/// One row of a piece.
private struct StagedRow {
  let key: StoredKey
  let isPrimary: Bool
  /// Its payload, by its place in the piece.
  let payload: Range<Int>
  /// Where the next row begins.
  let end: Int

  /// Reads the row at `offset`; nil where it is cut off. O(1).
  @inline(__always)
  init?(_ piece: Span<UInt8>, at offset: Int, form: StagedForm, hasSecondHalf: Bool) {
    // Safe: bytes have no padding to see.
    let bytes = unsafe piece.bytes
    switch form {
    case .bare:
      guard piece.count - offset >= 8 else { return nil }
      key = StoredKey(high: LittleEndian.load(8, from: bytes, at: offset), low: 0)
      isPrimary = true
      payload = 0..<0
      end = offset + 8
    case .records:
      var start = offset + (hasSecondHalf ? 17 : 9)
      guard piece.count > start else { return nil }
      key = StoredKey(
        high: LittleEndian.load(8, from: bytes, at: offset),
        low: hasSecondHalf ? LittleEndian.load(8, from: bytes, at: offset + 9) : 0)
      isPrimary = piece[offset + 8] == 1
      guard let length = Varint.read(piece, at: &start), length <= piece.count - start else { return nil }
      payload = start..<(start + length)
      end = start + length
    }
  }
}

/// The pieces of a source, one after the other.
private struct StagedPieces {
  private enum Place {
    case run(OpenRun, end: Int)
    case memory(StagingBuffer, StagedForm)
  }

  /// A run's file, which several sections share nothing but the name of.
  private final class OpenRun {
    let file: SystemFile
    init(_ path: String) throws(IndexError) { file = try SystemFile(reading: path) }
  }

  private let place: Place
  private let path: String
  /// The next byte of the run.
  private var next = 0
  /// The next row in memory.
  private var nextRow = StagedPosition()

  init(_ origin: StagedOrigin) throws(IndexError) {
    switch origin {
    case .run(let path, let section):
      place = .run(try OpenRun(path), end: section.offset + section.byteCount)
      self.path = path
      next = section.offset
    case .memory(let rows, let form):
      place = .memory(rows, form)
      path = "in memory"
    }
  }

  var damaged: IndexError { .corrupt("the staged run \(path) is damaged; abort the load and start it again") }

  /// Reads the next piece; false at the end.
  mutating func next(into bytes: inout [UInt8]) throws(IndexError) -> Bool {
    switch place {
    case .memory(let rows, let form):
      bytes.removeAll(keepingCapacity: true)
      rows.appendPiece(form, from: &nextRow, byteCount: RunFile.pieceBytes, to: &bytes)
      return !bytes.isEmpty
    case .run(let run, let end):
      guard next < end else { return false }
      var header = [UInt8](repeating: 0, count: RunFile.pieceHeaderBytes)
      try read(&header, from: run, end: end)
      // Safe: bytes have no padding to see.
      let count = Int(LittleEndian.load(4, from: unsafe header.span.bytes, at: 0))
      guard count > 0, count <= end - next else { throw damaged }
      if bytes.count != count { bytes = [UInt8](repeating: 0, count: count) }
      try read(&bytes, from: run, end: end)
      guard
        Checksum.of(unsafe bytes.span.bytes) == LittleEndian.load(8, from: unsafe header.span.bytes, at: 4)
      else { throw damaged }
      return true
    }
  }

  private mutating func read(_ bytes: inout [UInt8], from run: OpenRun, end: Int) throws(IndexError) {
    guard bytes.count <= end - next, try run.file.read(bytes.count, at: next, into: &bytes) == bytes.count
    else { throw damaged }
    next += bytes.count
  }
}

/// The sorted stream of one namespace's staged keys.
struct StagedMerge {
  /// What the load says of the key that `advance` reached last.
  private(set) var group = StagedGroup()
  private var sources: [StagedSource] = []
  // A binary heap of sources by their keys, the least first.
  private var heap: [(key: StoredKey, source: Int)] = []
  /// Leaves out what is suppressed, of which namespace.
  var filter: (SuppressionFilter, space: UInt8)?

  /// Merges `origins`, each of which is sorted.
  init(_ origins: [StagedOrigin], hasSecondHalf: Bool) throws(IndexError) {
    for origin in origins {
      var source = try StagedSource(origin, hasSecondHalf: hasSecondHalf)
      guard try source.advance() else { continue }
      heap.append((source.key, sources.count))
      sources.append(source)
    }
    heap.sort { $0.key < $1.key }
  }

  /// Merges a namespace's rows of `runs` and of `lanes`, which are sorted for it.
  init(
    _ space: KeySpace, forms: [StagedForm] = [.bare, .records], runs: [StagedRun], lanes: inout [StagingLane]
  ) throws(IndexError) {
    var origins: [StagedOrigin] = []
    for run in runs {
      for section in run.sections where section.space == space.id && forms.contains(section.form) {
        origins.append(.run(path: run.path, section: section))
      }
    }
    for lane in lanes.indices {
      lanes[lane].sort(space.id)
      let rows = lanes[lane].rows(space.id)
      for form in forms where rows.count(form) > 0 {
        origins.append(.memory(rows, form))
      }
    }
    try self.init(origins, hasSecondHalf: !space.isInteger)
  }

  /// How many rows such a merge has.
  static func count(_ space: KeySpace, runs: [StagedRun], lanes: [StagingLane]) -> Int {
    let sections = runs.flatMap(\.sections).filter { $0.space == space.id }
    let inMemory = lanes.map { $0.rows(space.id) }
    return sections.reduce(0) { $0 + $1.count }
      + inMemory.reduce(0) { $0 + $1.count(.bare) + $1.count(.records) }
  }

  /// Goes to the next key; false at the end. O(log sources) a row.
  mutating func advance() throws(IndexError) -> Bool {
    while try advanceUnfiltered() {
      guard let (filter, space) = filter else { return true }
      if try filter.strip(&group, of: space) { return true }
    }
    return false
  }

  private mutating func advanceUnfiltered() throws(IndexError) -> Bool {
    guard let first = heap.first else { return false }
    group.begin(first.key)
    var rows = 0
    while let (key, source) = heap.first, key == group.key {
      if sources[source].isPrimary { group.isPrimary = true }
      if sources[source].hasPayload {
        group.append(sources[source].payload)
      } else {
        group.hasBareRow = true
      }
      rows += 1
      if try sources[source].advance() {
        heap[0].key = sources[source].key
      } else {
        heap.swapAt(0, heap.count - 1)
        heap.removeLast()
      }
      siftDown()
    }
    if rows > 1, group.payloadCount > 1 { group.putInOrder() }
    return true
  }

  private mutating func siftDown() {
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var least = 2 * parent + 1
      if least + 1 < heap.count, heap[least + 1].key < heap[least].key { least += 1 }
      guard heap[least].key < heap[parent].key else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
