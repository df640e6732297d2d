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
  var datasets: [Int: DatasetRecord] = [:]
  /// The lowest number that no dataset has had.
  var nextDataset = 1
  var counts = IndexCounts()

  init(spaces: [KeySpace], secret: IndexSecret) {
    self.spaces = Dictionary(uniqueKeysWithValues: spaces.map { ($0.id, $0) })
    self.secret = secret
    sets = Array(repeating: DatasetSets(), count: 256)
  }

  /// Counts made anew from the sets. O(all tokens).
  func recounted() -> IndexCounts {
    var counts = IndexCounts()
    for space in spaces.values {
      sets[Int(space.id)].forEachSetInUse { _, tokens, keys in counts.add(keys, tokens: tokens, space: space)
      }
    }
    return counts
  }
}
