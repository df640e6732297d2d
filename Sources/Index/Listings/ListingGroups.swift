// The listings of one block while it is in memory: for each of its keys, in order, a group of entries, each
// saying what one dataset listed for that key. What is in an entry's payload is the caller's business.
//
// A group is a run of entries, ordered by dataset, then by payload:
//   entry = varint length of the rest, varint dataset number, payload
//
// A row that says no more than its key has no entry where it is all that its dataset lists for the key. Beside other
// entries of the dataset it has an entry without a payload, since nothing else would tell that it is there.

/// The first byte of a payload: all that the index knows of what is in it.
package enum PayloadMark {
  /// A row of the key.
  package static let row: UInt8 = 0
  /// A link to another key, of which there is a row that has this key too.
  package static let link: UInt8 = 1
}

/// Groups of listing entries, one a key.
struct ListingGroups: Sendable {
  private(set) var bytes: [UInt8] = []
  private(set) var ends: [Int] = []

  var count: Int { ends.count }
  var isEmpty: Bool { bytes.isEmpty }

  func range(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  subscript(index: Int) -> ArraySlice<UInt8> { bytes[range(index)] }

  mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }

  /// Appends a whole group.
  @inline(__always)
  mutating func append(_ group: Span<UInt8>) {
    // To append nothing to an empty array takes as long as to append something. Safe: copied within the call.
    if !group.isEmpty { unsafe group.withUnsafeBufferPointer { unsafe bytes.append(contentsOf: $0) } }
    ends.append(bytes.count)
  }

  /// Appends so many groups without entries.
  mutating func appendEmpty(_ count: Int) {
    ends.append(contentsOf: repeatElement(bytes.count, count: count))
  }

  /// Appends groups of another block, by their places.
  mutating func append(_ places: Range<Int>, of other: ListingGroups) {
    guard !places.isEmpty, !other.isEmpty else { return appendEmpty(places.count) }
    let start = other.range(places.lowerBound).lowerBound
    let shift = bytes.count - start
    bytes.append(contentsOf: other.bytes[start..<other.ends[places.upperBound - 1]])
    for place in places { ends.append(other.ends[place] + shift) }
  }

  /// Adds bytes to the last group.
  mutating func extendLast(_ entries: ArraySlice<UInt8>) {
    bytes.append(contentsOf: entries)
    ends[ends.count - 1] = bytes.count
  }

  /// Splits a group into the ranges of its entries, with their datasets.
  static func entries(of group: ArraySlice<UInt8>) throws(IndexError) -> [ListingEntry] {
    var entries: [ListingEntry] = []
    var offset = group.startIndex
    while let entry = try nextEntry(of: group, at: &offset) { entries.append(entry) }
    return entries
  }

  /// The entry of a group that starts at `offset`, which moves behind it; nil at the group's end.
  static func nextEntry(of group: ArraySlice<UInt8>, at offset: inout Int) throws(IndexError) -> ListingEntry?
  {
    guard offset < group.endIndex else { return nil }
    let start = offset
    guard let length = readVarint(group, at: &offset), length <= group.endIndex - offset else {
      throw .corrupt("a listing is cut off")
    }
    let end = offset + length
    guard let dataset = readVarint(group, at: &offset), offset <= end else {
      throw .corrupt("a listing is cut off")
    }
    offset = end
    return ListingEntry(
      dataset: dataset, whole: group[start..<end],
      payload: group[(end - length + Varint.byteCount(dataset))..<end])
  }

  /// Appends one entry to `output`.
  static func appendEntry(dataset: Int, payload: ArraySlice<UInt8>, to output: inout [UInt8]) {
    Varint.append(payload.count + Varint.byteCount(dataset), to: &output)
    Varint.append(dataset, to: &output)
    output.append(contentsOf: payload)
  }

  private static func readVarint(_ bytes: ArraySlice<UInt8>, at offset: inout Int) -> Int? {
    var value = 0
    var shift = 0
    while offset < bytes.endIndex, shift < 56 {
      let byte = bytes[offset]
      offset += 1
      value |= Int(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    return nil
  }
}

/// One entry of a group: what a dataset listed for a key.
struct ListingEntry {
  let dataset: Int
  /// The entry with its lengths, as the group has it.
  let whole: ArraySlice<UInt8>
  let payload: ArraySlice<UInt8>
}

/// How a key stands in a dataset before a load.
enum StandingKey {
  case absent
  case secondary
  case primary

  /// Whether the dataset listed the key alone, too, judged by its entries for the key.
  ///
  /// A key that is primary is so by a row of its own, so if all entries are links from rows of other keys, that row says
  /// no more than the key: indexes of older programs have no entry for it.
  func hasBareRow(beside entries: some Sequence<ListingEntry>) -> Bool {
    guard self != .absent else { return false }
    var hasEntry = false
    for entry in entries {
      if entry.payload.isEmpty { return true }
      hasEntry = hasEntry || self == .secondary || entry.payload.first != PayloadMark.link
    }
    return !hasEntry
  }
}

extension ListingGroups {
  /// A group with the rows of one more load in it: entries of `removed` datasets leave, payloads that the dataset has
  /// already stay once. `payloads` are sorted and distinct, and none is empty. O(group + payloads).
  ///
  /// - Parameters:
  ///   - standing: what the group does not say of the dataset itself.
  ///   - hasBareRow: the load has a row that says no more than the key.
  static func merge(
    _ group: ArraySlice<UInt8>, dataset: Int, standing: StandingKey, payloads: [ArraySlice<UInt8>],
    hasBareRow: Bool, removed: (Int) -> Bool
  ) throws(IndexError) -> [UInt8] {
    let entries = try entries(of: group)
    let own = entries.lazy.filter { $0.dataset == dataset }
    let isBare = hasBareRow || standing.hasBareRow(beside: own)
    let payloads = isBare && (!payloads.isEmpty || !own.isEmpty) ? [ArraySlice()] + payloads : payloads
    var output: [UInt8] = []
    var next = 0
    func appendPayload() {
      appendEntry(dataset: dataset, payload: payloads[next], to: &output)
      next += 1
    }
    for entry in entries where !removed(entry.dataset) {
      while next < payloads.count,
        dataset < entry.dataset
          || (dataset == entry.dataset && payloads[next].lexicographicallyPrecedes(entry.payload))
      {
        appendPayload()
      }
      if next < payloads.count, dataset == entry.dataset, payloads[next] == entry.payload { next += 1 }
      output.append(contentsOf: entry.whole)
    }
    while next < payloads.count { appendPayload() }
    return output
  }
}
