// Sorted entries in, whole blocks out: packs keys with their listings into blocks that fit a page, as full as
// they get, or, where a standing block is split, evenly.

/// A block ready to be stored.
struct AssembledBlock {
  /// The largest key it holds.
  let lastKey: StoredKey
  let bytes: [UInt8]
  let listingParts: [[UInt8]]

  var byteCount: Int { listingParts.reduce(bytes.count) { $0 + $1.count } }
}

/// Collects entries in order of their keys.
struct BlockAssembler {
  let hasSecondHalf: Bool
  let limits: IndexLimits
  let compression: Compression
  private(set) var entries: [BlockEntry] = []
  private(set) var groups = ListingGroups()
  private var leastSet = UInt32.max
  private var mostSet: UInt32 = 0

  init(hasSecondHalf: Bool, limits: IndexLimits, compression: Compression) {
    self.hasSecondHalf = hasSecondHalf
    self.limits = limits
    self.compression = compression
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Adds an entry; its key is greater than all before it.
  mutating func append(_ entry: BlockEntry, group: [UInt8]) {
    entries.append(entry)
    groups.append(group[...])
    leastSet = min(leastSet, entry.set)
    mostSet = max(mostSet, entry.set)
  }

  /// Whether one more entry still leaves a block that fits. O(1).
  func fits(_ entry: BlockEntry, groupBytes: Int) -> Bool {
    guard let first = entries.first else { return true }
    let shape = KeyBlock.Shape(
      count: entries.count + 1, span: entry.key.high - first.key.high,
      setSpan: max(mostSet, entry.set) - min(leastSet, entry.set), hasSecondHalf: hasSecondHalf)
    return shape.byteCount <= IndexLimits.blockBytes
      && groups.bytes.count + groupBytes <= limits.listingBlockBytes
  }

  /// Packs all entries into one block and empties the assembler; there must be one, and they must fit.
  mutating func finish() throws(IndexError) -> AssembledBlock {
    let block = try pack(0..<entries.count)
    removeAll()
    return block
  }

  /// Packs all entries into as few blocks of like size as fit, and empties the assembler.
  mutating func finishEvenly() throws(IndexError) -> [AssembledBlock] {
    var blocks: [AssembledBlock] = []
    if !entries.isEmpty { try packEvenly(0..<entries.count, into: &blocks) }
    removeAll()
    return blocks
  }

  private func packEvenly(_ range: Range<Int>, into blocks: inout [AssembledBlock]) throws(IndexError) {
    let shape = KeyBlock.shape(of: entries[range], hasSecondHalf: hasSecondHalf)
    let listed = groups.range(range.upperBound - 1).upperBound - groups.range(range.lowerBound).lowerBound
    let fits = shape.byteCount <= IndexLimits.blockBytes && listed <= limits.listingBlockBytes
    if fits || range.count == 1 {
      blocks.append(try pack(range))
    } else {
      let middle = (range.lowerBound + range.upperBound) / 2
      try packEvenly(range.lowerBound..<middle, into: &blocks)
      try packEvenly(middle..<range.upperBound, into: &blocks)
    }
  }

  private func pack(_ range: Range<Int>) throws(IndexError) -> AssembledBlock {
    var own = ListingGroups()
    if range.count == entries.count { own = groups } else { for index in range { own.append(groups[index]) } }
    return AssembledBlock(
      lastKey: entries[range.upperBound - 1].key,
      bytes: KeyBlock.pack(entries[range], hasSecondHalf: hasSecondHalf),
      listingParts: try ListingPart.pack(own, partBytes: limits.listingPartBytes, with: compression))
  }

  private mutating func removeAll() {
    entries.removeAll(keepingCapacity: true)
    groups.removeAll()
    leastSet = .max
    mostSet = 0
  }
}
