// The exact counts of the index: sums over the dataset sets, kept up to date as sets change, and rebuilt
// from the sets when the index is opened. Nothing else stores them, so they cannot disagree with the sets.

/// Counts of the whole index and of each dataset.
package struct IndexCounts: Equatable, Sendable {
  /// Counts of one namespace.
  package struct Space: Equatable, Sendable {
    /// Keys that are in some dataset.
    package var keys = 0
    /// Keys that are a primary key in some dataset.
    package var images = 0
    /// Accounts, where the namespace names accounts.
    package var accounts = 0
  }

  /// Counts of one dataset.
  package struct Dataset: Equatable, Sendable {
    /// Distinct primary keys.
    package var images = 0
    /// Distinct accounts.
    package var accounts = 0
    /// Distinct keys, primary or not, by namespace number.
    package var keys: [UInt8: Int] = [:]

    /// No keys.
    package init() {}
  }

  /// By namespace number.
  package private(set) var spaces: [UInt8: Space] = [:]
  /// By dataset number.
  package private(set) var datasets: [Int: Dataset] = [:]
  /// (image, dataset) pairs.
  package private(set) var memberships = 0

  /// No keys.
  package init() {}

  /// Distinct images.
  package var images: Int { spaces.values.reduce(0) { $0 + $1.images } }
  /// Distinct accounts.
  package var accounts: Int { spaces.values.reduce(0) { $0 + $1.accounts } }
  /// Distinct keys.
  package var keys: Int { spaces.values.reduce(0) { $0 + $1.keys } }

  /// Counts `keys` more keys (fewer, where negative) of `space` that have the set of `tokens`.
  mutating func add(_ keys: Int, tokens: some Collection<UInt16>, space: KeySpace) {
    guard !tokens.isEmpty, keys != 0 else { return }
    var counts = spaces[space.id] ?? Space()
    var isImage = false
    for token in tokens.lazy.map(DatasetToken.init(rawValue:)) {
      var dataset = datasets[token.dataset] ?? Dataset()
      dataset.keys[space.id, default: 0] += keys
      if space.namesAccounts {
        dataset.accounts += keys
      } else if token.isPrimary {
        dataset.images += keys
        memberships += keys
        isImage = true
      }
      datasets[token.dataset] = dataset
    }
    counts.keys += keys
    if isImage { counts.images += keys }
    if space.namesAccounts { counts.accounts += keys }
    spaces[space.id] = counts
  }
}
