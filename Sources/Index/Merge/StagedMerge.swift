// The staged keys of one namespace as one sorted stream: the runs of a load and what is still in memory,
// merged key by key. Memory is bounded by the number of sources, and by the rows of one key.

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

/// The sorted sources of one namespace's staged rows. Several threads merge parts of them at a time.
struct StagedSources: Sendable {
  let space: KeySpace
  /// Leaves out what is suppressed.
  var filter: SuppressionFilter?
  fileprivate let origins: [StagedOrigin]
  // Where each origin's rows of each part begin.
  private var starts: [[Int]] = []

  /// No rows.
  init(none space: KeySpace) { (self.space, origins) = (space, []) }

  /// A namespace's rows of `runs` and of `lanes`, which are sorted for it.
  init(
    _ space: KeySpace, forms: [StagedForm] = [.bare, .records], runs: [StagedRun],
    lanes: inout [StagingLane]
  ) throws(IndexError) {
    self.space = space
    var origins: [StagedOrigin] = []
    for run in runs {
      let sections = run.sections.filter { $0.space == space.id && forms.contains($0.form) }
      guard !sections.isEmpty else { continue }
      let open = try OpenRun(run.path)
      origins += sections.map { .run(open, $0) }
    }
    var bareKeys: [[UInt64]] = []
    for lane in lanes.indices {
      lanes[lane].sort(space.id)
      let rows = lanes[lane].rows(space.id)
      if forms.contains(.bare), rows.count(.bare) > 0 { bareKeys.append(rows.bareKeys) }
      if forms.contains(.records), rows.count(.records) > 0 { origins.append(.records(rows)) }
    }
    for first in stride(from: 0, to: bareKeys.count, by: 2) {
      origins.append(.bareKeys(bareKeys[first], first + 1 < bareKeys.count ? bareKeys[first + 1] : []))
    }
    self.origins = origins
  }

  /// How many sources there are.
  var count: Int { origins.count }
  /// How many rows there are.
  var rowCount: Int { origins.reduce(0) { $0 + $1.count } }
  /// Bytes of all rows, about.
  var byteCount: Int { origins.reduce(0) { $0 + $1.byteCount } }

  /// Finds out where parts of so many leading bits begin. O(pieces of runs).
  mutating func divide(bits: Int) throws(IndexError) {
    starts = []
    for origin in origins { starts.append(try origin.starts(bits: bits)) }
  }

  /// The stream of a part: of the whole, or of one that the rows were divided into.
  func merge(_ part: KeyPart = .whole) throws(IndexError) -> StagedMerge {
    var sources: [StagedSource] = []
    for (place, origin) in origins.enumerated() {
      let start = part.bits == 0 || starts[place].isEmpty ? nil : starts[place][part.number]
      let source = try StagedSource(origin, hasSecondHalf: !space.isInteger, part: part, start: start)
      if let source { sources.append(source) }
    }
    return StagedMerge(sources, filter: filter, of: space)
  }

  /// How many rows a namespace has.
  static func count(_ space: KeySpace, runs: [StagedRun], lanes: [StagingLane]) -> Int {
    let sections = runs.flatMap(\.sections).filter { $0.space == space.id }
    let inMemory = lanes.map { $0.rows(space.id) }
    return sections.reduce(0) { $0 + $1.count }
      + inMemory.reduce(0) { $0 + $1.count(.bare) + $1.count(.records) }
  }
}

/// The sorted stream of a part of one namespace's staged keys.
struct StagedMerge {
  /// What the load says of the key that `advance` reached last.
  private(set) var group = StagedGroup()
  /// Images of which a row was left out so far.
  private(set) var imagesLeftOut = 0
  private var sources: [StagedSource]
  // A binary heap of sources by their keys, the least first.
  private var heap: [(key: StoredKey, source: Int)] = []
  private let filter: SuppressionFilter?
  private let space: UInt8

  fileprivate init(_ sources: [StagedSource], filter: SuppressionFilter?, of space: KeySpace) {
    self.sources = sources
    self.filter = filter
    self.space = space.id
    heap = sources.enumerated().map { ($1.key, $0) }.sorted { $0.key < $1.key }
  }

  /// Goes to the next key; false at the end. O(log sources) a row.
  @inline(__always)
  mutating func advance() throws(IndexError) -> Bool {
    guard let filter else { return try advanceUnfiltered() }
    while try advanceUnfiltered() {
      if try filter.strip(&group, of: space, leftOut: &imagesLeftOut) { return true }
    }
    return false
  }

  private mutating func advanceUnfiltered() throws(IndexError) -> Bool {
    guard let key = heap.first?.key else { return false }
    group.begin(key)
    var rows = 0
    repeat {
      let source = heap[0].source
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
        if heap.isEmpty { break }
      }
      siftDown()
    } while heap[0].key == key
    if rows > 1, group.payloadCount > 1 { group.putInOrder() }
    return true
  }

  /// Puts the first source of the heap where it belongs.
  @inline(__always)
  private mutating func siftDown() {
    let moved = heap[0]
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var least = 2 * parent + 1
      if least + 1 < heap.count, heap[least + 1].key < heap[least].key { least += 1 }
      guard heap[least].key < moved.key else { break }
      heap[parent] = heap[least]
      parent = least
    }
    if parent > 0 { heap[parent] = moved }
  }
}
