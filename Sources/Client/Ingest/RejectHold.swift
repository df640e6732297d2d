// Rejected rows wait here until their block is durable: a block that is lost with the daemon is sent again, and
// then its rejects come again, so that none may be written before.

/// A row of a list that was not taken.
package struct RejectedRow: Equatable, Sendable {
  /// What messages call the file.
  package let file: String
  /// The line in it, from 1.
  package let line: UInt64
  /// The reason's code (PROTOCOL.md, section 5).
  package let code: String
  /// The reason for people.
  package let text: String
}

/// Rejected rows of blocks that are not durable yet, in order.
package struct RejectHold: Sendable {
  private var held: [(block: Int, rows: [RejectedRow])] = []

  package init() {}

  /// Holds the rows of a block, which comes after all that are held.
  package mutating func hold(_ rows: [RejectedRow], of block: Int) {
    if !rows.isEmpty { held.append((block, rows)) }
  }

  /// Gives out the rows of all blocks up to `block`.
  package mutating func release(upTo block: Int) -> [RejectedRow] {
    let count = held.prefix { $0.block <= block }.count
    defer { held.removeFirst(count) }
    return held[..<count].flatMap(\.rows)
  }

  /// Forgets the rows of all blocks that will be sent again.
  package mutating func forget(after block: Int) { held.removeAll { $0.block > block } }
}
