// Sorted entries in, whole blocks out: packs keys with their listings into blocks that fit a page, as full as
// they get, or, where a standing block was edited, evenly.

/// A block ready to be stored.
struct AssembledBlock: Sendable {
  /// The largest key it holds.
  let lastKey: StoredKey
  let bytes: [UInt8]
  let listingParts: [[UInt8]]
  /// Bytes of the listings, uncompressed.
  let listedBytes: Int

  var byteCount: Int { listingParts.reduce(bytes.count) { $0 + $1.count } }
}

/// A block that is still to be packed.
struct UnpackedBlock: Sendable {
  var entries: [BlockEntry] = []
  var groups = ListingGroups()
  let hasSecondHalf: Bool
  /// What the block says of itself, where that is known.
  fileprivate var header: BlockHeader?

  init(hasSecondHalf: Bool) { self.hasSecondHalf = hasSecondHalf }

  /// The block as it is stored. O(entries + listings).
  func packed(limits: IndexLimits, with compression: Compression) throws(IndexError) -> AssembledBlock {
    let mark = ListingsMark(groups)
    let parts = try ListingPart.pack(
      groups, mark: mark, partBytes: limits.listingPartBytes, with: compression)
    var header = header ?? KeyBlock.header(of: entries[...], hasSecondHalf: hasSecondHalf)
    header.listings = ListingsSeal(parts: PartCount(parts.count), mark: mark)
    return AssembledBlock(
      // A block has at least one entry.
      lastKey: entries[entries.count - 1].key, bytes: KeyBlock.pack(entries[...], header),
      listingParts: parts, listedBytes: groups.bytes.count)
  }

  /// Adds some of the entries of a block, and what is listed for them, by their places.
  mutating func append(_ places: Range<Int>, of entries: [BlockEntry], _ groups: ListingGroups) {
    self.entries += entries[places]
    self.groups.append(places, of: groups)
  }

  /// The block as few blocks of like size as fit; none where it has no entries.
  func splitEvenly(limits: IndexLimits) -> [UnpackedBlock] {
    var blocks: [UnpackedBlock] = []
    if !entries.isEmpty { split(0..<entries.count, limits: limits, into: &blocks) }
    return blocks
  }

  private func split(_ range: Range<Int>, limits: IndexLimits, into blocks: inout [UnpackedBlock]) {
    let header = KeyBlock.header(of: entries[range], hasSecondHalf: hasSecondHalf)
    let listed = groups.range(range.upperBound - 1).upperBound - groups.range(range.lowerBound).lowerBound
    if range.count == 1 || header.fits(IndexLimits.blockBytes) && listed <= limits.listingBlockBytes {
      blocks.append(part(range))
      blocks[blocks.count - 1].header = header
    } else {
      let middle = (range.lowerBound + range.upperBound) / 2
      split(range.lowerBound..<middle, limits: limits, into: &blocks)
      split(middle..<range.upperBound, limits: limits, into: &blocks)
    }
  }

  /// A run of the block's entries as a block of its own.
  private func part(_ range: Range<Int>) -> UnpackedBlock {
    guard range.count < entries.count else { return self }
    var part = UnpackedBlock(hasSecondHalf: hasSecondHalf)
    part.entries = Array(entries[range])
    for index in range { part.groups.append(groups[index].span) }
    return part
  }
}

/// Collects entries in order of their keys.
struct BlockAssembler {
  private let limits: IndexLimits
  private var block: UnpackedBlock
  private var shape: BlockShape

  init(hasSecondHalf: Bool, limits: IndexLimits) {
    self.limits = limits
    block = UnpackedBlock(hasSecondHalf: hasSecondHalf)
    shape = BlockShape(hasSecondHalf: hasSecondHalf)
  }

  var isEmpty: Bool { block.entries.isEmpty }

  /// Takes the next entry; its key is greater than all before it.
  ///
  /// - Returns: the block before it, packed, where it does not fit into that.
  @inline(__always)
  mutating func add(
    _ entry: BlockEntry, group: Span<UInt8>, with compression: Compression
  ) throws(IndexError) -> AssembledBlock? {
    let full =
      fits(entry, groupBytes: group.count)
      ? nil : try finish().packed(limits: limits, with: compression)
    append(entry, group: group)
    return full
  }

  /// The last block, packed; nil where there is none.
  mutating func end(with compression: Compression) throws(IndexError) -> AssembledBlock? {
    isEmpty ? nil : try finish().packed(limits: limits, with: compression)
  }

  /// Adds an entry that fits; its key is greater than all before it.
  @inline(__always)
  mutating func append(_ entry: BlockEntry, group: Span<UInt8>) {
    block.entries.append(entry)
    block.groups.append(group)
    shape.append(entry)
  }

  /// Whether one more entry still leaves a block that fits. O(1).
  @inline(__always)
  mutating func fits(_ entry: BlockEntry, groupBytes: Int) -> Bool {
    isEmpty
      || block.groups.bytes.count + groupBytes <= limits.listingBlockBytes && shape.fits(adding: entry)
  }

  /// All entries as one block, which empties the assembler; there must be one, and they must fit.
  mutating func finish() -> UnpackedBlock {
    var finished = UnpackedBlock(hasSecondHalf: block.hasSecondHalf)
    swap(&finished, &block)
    finished.header = shape.header
    block.entries.reserveCapacity(finished.entries.count + finished.entries.count / 8)
    shape.removeAll()
    return finished
  }
}
