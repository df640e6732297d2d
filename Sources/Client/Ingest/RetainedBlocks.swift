// Blocks that are sent but not durable, of a list that cannot be read twice: what a new connection needs when the
// daemon was lost. Bounded: beyond the bound the oldest go, and with them the chance to go on from there.

/// The latest blocks of a list.
package struct RetainedBlocks: Sendable {
  private var blocks: [ListBlock] = []
  private var byteCount = 0
  private let bytesMax: Int

  /// Keeps at most `bytesMax` bytes of rows.
  package init(bytesMax: Int = BlockLimits.retainedBytesMax) { self.bytesMax = bytesMax }

  /// Keeps a block, which comes after all that are kept.
  package mutating func keep(_ block: ListBlock) {
    blocks.append(block)
    byteCount += block.bytes.count
    while byteCount > bytesMax { removeOldest() }
  }

  /// Drops the blocks that are durable.
  package mutating func drop(upTo number: Int) {
    while let first = blocks.first, first.number <= number { removeOldest() }
  }

  /// A kept block; nil where it is gone.
  package func block(_ number: Int) -> ListBlock? {
    guard let first = blocks.first, number >= first.number, number < first.number + blocks.count else {
      return nil
    }
    return blocks[number - first.number]
  }

  private mutating func removeOldest() { byteCount -= blocks.removeFirst().bytes.count }
}
