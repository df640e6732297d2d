// Which images are wanted, by the datasets that they are in. A filter looks at dataset sets, of which there are few, and
// never at keys: each set is judged once.

/// A condition on the datasets of an image.
package struct DatasetFilter: Sendable {
  /// Datasets of which an image must be in all.
  package var all: Set<Int> = []
  /// Datasets of which an image must be in one at least; none for no such condition.
  package var any: Set<Int> = []
  /// Datasets of which an image must be in none.
  package var none: Set<Int> = []

  /// No condition: every image.
  package init() {}

  /// Whether a key of this set is a wanted image. It is an image where it is a primary key in one of the datasets of
  /// `all` and `any`; where these are empty, in any dataset.
  package func isMatch(_ tokens: [DatasetToken]) -> Bool {
    var found = 0
    var isInAny = any.isEmpty
    var isImage = false
    for token in tokens {
      let dataset = token.dataset
      if none.contains(dataset) { return false }
      if all.contains(dataset) { found += 1 }
      if any.contains(dataset) { isInAny = true }
      let isNamed = all.isEmpty && any.isEmpty || all.contains(dataset) || any.contains(dataset)
      isImage = isImage || isNamed && token.isPrimary
    }
    return isImage && isInAny && found == all.count
  }
}

extension Snapshot {
  /// How many images of a namespace, or of all where it is nil, a filter lets through. O(sets); no key is read.
  package func count(of filter: DatasetFilter, space wanted: UInt8?) -> Int {
    var count = 0
    forEachDatasetSet { space, tokens, keys in
      guard wanted == nil || space.id == wanted, !space.namesAccounts, filter.isMatch(tokens) else { return }
      count += keys
    }
    return count
  }
}
