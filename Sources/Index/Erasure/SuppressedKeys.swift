// Whether a key may not be in the index, whichever index suppressed it. Text keys of other indexes are found where a row is
// read that names them; from then on they are known as keys of this one.

/// All that may not be in an index.
struct SuppressedKeys: Sendable {
  private let own: Suppressions
  private let keyrings: Keyrings
  /// Keys of rows that were read, which another index suppresses.
  private(set) var found: Set<IndexKey> = []

  init(_ own: Suppressions, _ keyrings: Keyrings) { (self.own, self.keyrings) = (own, keyrings) }

  var isEmpty: Bool { own.isEmpty && keyrings.isEmpty }
  /// Whether rows have to be read.
  var needsRows: Bool { !keyrings.isEmpty }

  /// Whether a key is suppressed; of text keys of other indexes only those that were found. O(keyrings).
  func contains(_ key: IndexKey) -> Bool {
    own.contains(key) || !keyrings.isEmpty && (found.contains(key) || keyrings.contains(key, text: nil))
  }

  /// Finds what a row names.
  mutating func read(
    _ payload: ArraySlice<UInt8>, under key: IndexKey, listed: any ListedKeys
  ) throws(IndexError) {
    guard needsRows else { return }
    var named: [IndexKey] = []
    try listed.forEachKey(of: payload, under: key) { key, text in
      if keyrings.contains(key, text: text) { named.append(key) }
    }
    found.formUnion(named)
  }
}
