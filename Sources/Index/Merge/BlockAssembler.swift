// Sorted entries in, whole blocks out: packs keys with their listings into blocks that fit a page, as full as
// they get, or, where a standing block is split, evenly.

/// A block ready to be stored.
struct AssembledBlock: Sendable {
  /// The largest key it holds.
  let lastKey: StoredKey
  let bytes: [UInt8]
  let listingParts: [[UInt8]]

  var byteCount: Int { listingParts.reduce(bytes.count) { $0 + $1.count } }
}

/// A block that fits and is still to be packed.
struct UnpackedBlock: Sendable {
  fileprivate(set) var entries: [BlockEntry] = []
  fileprivate(set) var groups = ListingGroups()
  fileprivate let hasSecondHalf: Bool

  /// The block as it is stored. O(entries + listings).
  func packed(limits: IndexLimits, with compression: Compression) throws(IndexError) -> AssembledBlock {
    AssembledBlock(
      // A block has at least one entry.
      lastKey: entries[entries.count - 1].key,
      bytes: KeyBlock.pack(entries[...], hasSecondHalf: hasSecondHalf),
      listingParts: try ListingPart.pack(groups, partBytes: limits.listingPartBytes, with: compression))
  }

  /// A run of the block's entries as a block of its own.
  fileprivate func part(_ range: Range<Int>) -> UnpackedBlock {
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

  /// Adds an entry; its key is greater than all before it.
  mutating func append(_ entry: BlockEntry, group: Span<UInt8>) {
    block.entries.append(entry)
    block.groups.append(group)
    shape.append(entry)
  }

  /// Whether one more entry still leaves a block that fits. O(1).
  func fits(_ entry: BlockEntry, groupBytes: Int) -> Bool {
    isEmpty
      || shape.header(adding: entry).fits(IndexLimits.blockBytes)
        && block.groups.bytes.count + groupBytes <= limits.listingBlockBytes
  }

  /// All entries as one block, which empties the assembler; there must be one, and they must fit.
  mutating func finish() -> UnpackedBlock {
    var finished = UnpackedBlock(hasSecondHalf: block.hasSecondHalf)
    swap(&finished, &block)
    block.entries.reserveCapacity(finished.entries.count + finished.entries.count / 8)
    shape.removeAll()
    return finished
  }

  /// All entries as few blocks of like size as fit, which empties the assembler.
  mutating func finishEvenly() -> [UnpackedBlock] {
    guard !isEmpty else { return [] }
    let whole = finish()
    var blocks: [UnpackedBlock] = []
    splitEvenly(whole, 0..<whole.entries.count, into: &blocks)
    return blocks
  }

  private func splitEvenly(_ whole: UnpackedBlock, _ range: Range<Int>, into blocks: inout [UnpackedBlock]) {
    let header = KeyBlock.header(of: whole.entries[range], hasSecondHalf: whole.hasSecondHalf)
    let listed =
      whole.groups.range(range.upperBound - 1).upperBound - whole.groups.range(range.lowerBound).lowerBound
    let fits = header.fits(IndexLimits.blockBytes) && listed <= limits.listingBlockBytes
    if fits || range.count == 1 {
      blocks.append(whole.part(range))
    } else {
      let middle = (range.lowerBound + range.upperBound) / 2
      splitEvenly(whole, range.lowerBound..<middle, into: &blocks)
      splitEvenly(whole, middle..<range.upperBound, into: &blocks)
    }
  }
}
