// What an erasure does to the keys of one namespace. An erased key leaves with all that is listed for it. A key that only
// rows of erased keys name loses its links to them, and leaves the datasets that have no other row with it.
//
// It decides; `BlockMerge` carries it through the blocks.

/// The keys of a namespace that an erasure touches.
struct SpaceErasure: Sendable {
  /// In order: keys that are erased, and keys that rows of erased ones name.
  private var touched: [StoredKey]
  /// Keys that have left the index, although they were not asked for.
  private(set) var vanished: [StoredKey] = []
  private let space: KeySpace
  private let erased: Set<IndexKey>
  private let listed: any ListedKeys
  private var place = 0

  /// - Parameters:
  ///   - touched: those of `space`; any order.
  ///   - erased: keys of all namespaces that are erased.
  init(_ touched: [StoredKey], of space: KeySpace, erased: Set<IndexKey>, listed: any ListedKeys) {
    self.touched = touched.sorted()
    self.space = space
    self.erased = erased
    self.listed = listed
  }

  /// The same of the touched keys of a range alone.
  func part(_ range: KeyRange) -> SpaceErasure {
    var part = self
    let first = range.low.map { low in touched.firstPlace { $0 > low } } ?? 0
    let end = range.high.map { high in touched.firstPlace { $0 > high } } ?? touched.count
    part.touched = Array(touched[first..<max(first, end)])
    return part
  }

  /// In how many blocks the touched keys are, or belong. O(keys log blocks).
  func blocks(of directory: FenceDirectory) -> Int {
    var (count, last) = (0, -1)
    for key in touched {
      let block = directory.blockIndex(for: key)
      if block != last { (count, last) = (count + 1, block) }
    }
    return count
  }

  /// The first touched key that was not passed yet.
  var next: StoredKey? { place < touched.count ? touched[place] : nil }

  /// Passes all keys up to one, or all.
  mutating func pass(upTo last: StoredKey?) {
    while let next, last.map({ next <= $0 }) ?? true { place += 1 }
  }

  /// Whether a key is touched; keys are asked for in order.
  mutating func isTouched(_ key: StoredKey) -> Bool {
    while let next, next < key { place += 1 }
    return next == key
  }

  /// What an erasure takes away from a key.
  struct Loss {
    /// Datasets that have the key no more.
    var datasets: [Int] = []
    /// What is listed for it afterwards.
    var group: [UInt8] = []
  }

  /// What a touched key loses.
  ///
  /// - Parameters:
  ///   - group: what is listed for it.
  ///   - tokens: its datasets, all of which are live; entries of other datasets are dropped.
  mutating func loss(of key: StoredKey, _ group: ArraySlice<UInt8>, tokens: [DatasetToken])
    throws(IndexError) -> Loss
  {
    guard !erased.contains(IndexKey(space.id, key)) else { return Loss(datasets: tokens.map(\.dataset)) }
    let entries = try ListingGroups.entries(of: group)
    var loss = Loss()
    for token in tokens {
      let own = entries.filter { $0.dataset == token.dataset }
      var kept: [ListingEntry] = []
      for entry in own where try !isErased(entry.payload) { kept.append(entry) }
      let standing = token.isPrimary ? StandingKey.primary : .secondary
      if kept.isEmpty, !own.isEmpty, !standing.hasBareRow(beside: own) {
        loss.datasets.append(token.dataset)
      }
      // A row that says no more than its key has no entry where it is alone.
      if kept.count == 1, kept[0].payload.isEmpty { continue }
      for entry in kept { loss.group += entry.whole }
    }
    if !tokens.isEmpty, loss.datasets.count == tokens.count { vanished.append(key) }
    return loss
  }

  /// Whether a payload links to an erased key.
  private func isErased(_ payload: ArraySlice<UInt8>) throws(IndexError) -> Bool {
    try listed.primary(of: payload).map(erased.contains) ?? false
  }
}
