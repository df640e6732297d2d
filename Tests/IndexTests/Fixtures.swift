// Namespaces, bounds and loads that the tests of the index share.

import Testing

@testable import Index

enum TestSpaces {
  static let photos = KeySpace(id: 1, name: "photos", isInteger: true)
  static let texts = KeySpace(id: 64, name: "texts", isInteger: false)
  static let accounts = KeySpace(id: 65, name: "accounts", isInteger: false, namesAccounts: true)
  static let all = [photos, texts, accounts]
}

extension IndexLimits {
  /// Bounds so low that a few hundred keys take every path.
  static var tiny: IndexLimits {
    var limits = IndexLimits()
    limits.mapBytes = 1 << 30
    limits.diskReserveBytes = 0
    limits.stagingMemoryBytes = 20_000
    limits.stagingLanes = 3
    limits.transactionBytes = 40_000
    limits.editedBlocksMax = 6
    limits.listingPartBytes = 300
    limits.listingBlockBytes = 6_000
    limits.sweptEntries = 3
    return limits
  }
}

/// Loads rows into an index as the daemon would, but by hand.
func load(
  _ rows: [(key: StoredKey, space: KeySpace, isPrimary: Bool, payload: String)], into slug: String,
  mode: LoadMode, index: Index, writer: IndexWriter, sha256: String = "", blockRows: Int = 50
) throws -> LoadOutcome {
  var staged = try index.openLoad(LoadManifest(slug: slug, source: "test", mode: mode))
  for start in stride(from: 0, to: rows.count, by: blockRows) {
    let block = rows[start..<min(start + blockRows, rows.count)]
    for (lane, row) in block.enumerated() {
      staged.lanes[lane % staged.lanes.count].append(
        row.key, space: row.space.id, isPrimary: row.isPrimary, payload: Array(row.payload.utf8).span)
    }
    staged.endBlock(accepted: block.count, rejected: 0)
    if staged.isMemoryFull() { try staged.spill() }
  }
  let outcome = try writer.commit(&staged, sha256: sha256, ruleVersion: 1, now: 1)
  try staged.remove()
  return outcome
}
