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
    limits.mergeThreads = 3
    limits.mergedPartKeys = 300
    limits.mergedAheadBytes = 20_000
    limits.transactionBytes = 40_000
    limits.editedBytesMax = 40_000
    limits.youngBytesMax = 120_000
    limits.foldedBlocks = 2
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

/// Payloads of tests: `>space/high/low` links to a key, `=space/high/low,...` is a row that names others, anything else a row
/// that names none.
final class TestListedKeys: ListedKeys {
  static func link(to key: IndexKey) -> String { ">" + text(key) }
  static func row(naming keys: [IndexKey], _ note: String = "") -> String {
    "=" + keys.map(text).joined(separator: ",") + "," + note
  }

  private static func text(_ key: IndexKey) -> String { "\(key.space)/\(key.key.high)/\(key.key.low)" }

  private func key(_ text: Substring) -> IndexKey? {
    let parts = text.split(separator: "/").compactMap { UInt64($0) }
    return parts.count == 3 ? IndexKey(UInt8(parts[0]), StoredKey(high: parts[1], low: parts[2])) : nil
  }

  func primary(of payload: ArraySlice<UInt8>) -> IndexKey? {
    let text = String(decoding: payload, as: UTF8.self)
    return text.hasPrefix(">") ? key(text.dropFirst()) : nil
  }

  func keys(of payload: ArraySlice<UInt8>) -> [IndexKey] {
    let text = String(decoding: payload, as: UTF8.self)
    return text.hasPrefix("=") ? text.dropFirst().split(separator: ",").compactMap(key) : []
  }

  /// Keys have no texts.
  func forEachKey(
    of payload: ArraySlice<UInt8>, under key: IndexKey, _ body: (IndexKey, Span<UInt8>?) -> Void
  ) {
    guard primary(of: payload) == nil else { return }
    for key in [key] + keys(of: payload) { body(key, nil) }
  }

  func namesImage(_ space: UInt8) -> Bool { space != TestSpaces.accounts.id }
  func namesAccount(_ space: UInt8) -> Bool { space == TestSpaces.accounts.id }
}

extension IndexWriter {
  convenience init(_ index: Index) { self.init(index, listedKeys: TestListedKeys()) }
}
