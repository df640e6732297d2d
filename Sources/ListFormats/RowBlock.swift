// Rows in their wire form, as one `ROWS` body carries them.

/// A run of rows in wire form, and where in the list each came from.
package struct RowBlock: Sendable {
  /// The rows, each ended by LF (PROTOCOL.md, `ROWS`).
  package var bytes: [UInt8] = []
  /// The line of the list, from 1, of each row. In JSON, the line on which the row's object begins.
  package var lines: [UInt64] = []

  /// An empty block.
  package init() {}

  /// How many rows the block holds.
  package var rows: Int { lines.count }

  /// Empties the block.
  package mutating func removeAll(keepingCapacity: Bool = false) {
    bytes.removeAll(keepingCapacity: keepingCapacity)
    lines.removeAll(keepingCapacity: keepingCapacity)
  }
}
