// The committed state of the index as values: what a snapshot shows, and what the writer's next change starts
// from. The keys themselves are in the blocks.

/// Committed state, blocks apart.
struct IndexState: Sendable {
  var version = 0
  var spaces: [UInt8: KeySpace]
  var secret: IndexSecret
  /// By namespace number.
  var sets: [DatasetSets]
  /// The generation of each namespace's blocks; none where it has no keys yet.
  var generations: [UInt8: Int] = [:]
  /// Of each namespace that has sub-databases for a young level: how many of its keys the generation has too.
  var young: [UInt8: Int] = [:]
  var datasets: [Int: DatasetRecord] = [:]
  /// The lowest number that no dataset has had.
  var nextDataset = 1
  var counts = IndexCounts()
  var suppressions = Suppressions()
  var keyrings = Keyrings()
  /// What is sealed for the index is opened with it; none in one that has not been opened for writing yet.
  var exchangeKey = ExchangeKey?.none
  /// Nil where the data file was made after the last erasure, removal and replacement.
  var remains: Remains?

  /// The number of the last record of an erasure; 0 where there is none.
  var lastReceipt = 0

  /// How many datasets there have been and are no more.
  var removedDatasets: Int { nextDataset - 1 - datasets.count }

  init(spaces: [KeySpace], secret: IndexSecret) {
    self.spaces = Dictionary(uniqueKeysWithValues: spaces.map { ($0.id, $0) })
    self.secret = secret
    sets = Array(repeating: DatasetSets(), count: 256)
  }

  /// Throws `corrupt` where records contradict each other: what they give as answers would be wrong. O(all tokens).
  func checkRecords() throws(IndexError) {
    var slugs: Set<String> = []
    for dataset in datasets.values {
      guard !dataset.slug.isEmpty, slugs.insert(dataset.slug).inserted else {
        throw .corrupt("dataset \(dataset.number) has no name, or that of another one")
      }
      guard (1..<nextDataset).contains(dataset.number) else {
        throw .corrupt("the number of dataset \(dataset.slug), \(dataset.number), was never given out")
      }
    }
    for space in spaces.values {
      let sets = sets[Int(space.id)]
      var damage: String?
      sets.forEachSetInUse { set, tokens, _ in
        var last = -1
        for token in tokens.lazy.map(DatasetToken.init(rawValue:)) {
          if token.dataset <= last { damage = "the datasets of set \(set) are out of order" }
          if datasets[token.dataset] == nil {
            damage = "set \(set) has dataset \(token.dataset), of which there is no record"
          }
          last = token.dataset
        }
      }
      if generations[space.id] == nil, sets.keyCount > 0 {
        damage = "\(sets.keyCount) keys are counted, but no generation of blocks is named"
      } else if generations[space.id] == nil, young[space.id] != nil {
        damage = "it has a young level, but no generation of blocks is named"
      }
      if let damage { throw .corrupt("namespace \(space.name): \(damage)") }
    }
  }

  /// Recomputes the counts from the sets. O(all tokens).
  func recounted() -> IndexCounts {
    var counts = IndexCounts()
    for space in spaces.values {
      sets[Int(space.id)].forEachSetInUse { _, tokens, keys in counts.add(keys, tokens: tokens, space: space)
      }
    }
    return counts
  }
}
