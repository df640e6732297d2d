// The texts of keys that no walk comes by.

internal import Identifiers
internal import Index

struct KeyTextReader: ~Copyable {
  private let snapshot: Snapshot
  private var row: ListedRow

  init(_ snapshot: Snapshot, ruleVersion: Int) {
    self.snapshot = snapshot
    row = ListedRow(secret: snapshot.secret, ruleVersion: ruleVersion)
  }

  /// Appends `namespace:value`, escaped as a column; reads the key's listing where the key itself does not tell.
  ///
  /// - Returns: what it cost, in bytes that were read.
  mutating func append(_ key: StoredKey, in space: KeySpace, to output: inout [UInt8]) throws(IndexError)
    -> Int
  {
    if space.isInteger {
      try row.read(key, in: space)
      row.appendKey(to: &output)
      return 64
    }
    let entries = try snapshot.listings(of: key, space: space.id, limit: 64)
    guard let entry = entries.first(where: { ListedRow.isRow($0.payload[...]) }) else {
      throw .corrupt("a text key has no listing")
    }
    try row.read(entry.payload[...], of: key, in: space)
    row.appendKey(to: &output)
    return IndexLimits.blockBytes
  }
}
