// The counts of a cross-reference: how many of its keys are in which datasets, under which labels. An image is a
// distinct key that some dataset has; a membership is an image in one dataset.

/// Counts by dataset and label. Labels are numbers; 0 stands for none.
package struct CrossCounts {
  /// Counts of one label.
  package struct Label: Equatable, Sendable {
    /// Distinct keys.
    package var identifiers = 0
    /// Of these, those that some dataset has.
    package var images = 0
    /// (image, dataset) pairs.
    package var memberships = 0

    package init() {}

    fileprivate mutating func add(_ other: Label) {
      identifiers += other.identifiers
      images += other.images
      memberships += other.memberships
    }
  }

  private let snapshot: Snapshot
  /// Distinct keys that came.
  package private(set) var identifiers = 0
  /// Of these, those that some dataset has.
  package private(set) var images = 0
  /// Those that cannot be found, since no list has keys of their kind.
  package private(set) var unsearchable = 0
  /// (image, dataset) pairs.
  package private(set) var memberships = 0
  /// By label.
  package private(set) var labels: [Label]
  // By dataset number, then by dataset number and label.
  private var datasets: [Int]
  private var cells: [[Int]]

  /// No keys, in `labelCount` labels.
  package init(_ snapshot: Snapshot, labelCount: Int) {
    self.snapshot = snapshot
    labels = [Label](repeating: Label(), count: labelCount)
    datasets = [Int](repeating: 0, count: (snapshot.datasets.keys.max() ?? 0) + 1)
    cells = [[Int]](repeating: [], count: datasets.count)
  }

  /// Adds the counts of other keys, in as many labels.
  mutating func add(_ other: CrossCounts) {
    identifiers += other.identifiers
    images += other.images
    unsearchable += other.unsearchable
    memberships += other.memberships
    for label in labels.indices { labels[label].add(other.labels[label]) }
    for dataset in datasets.indices {
      datasets[dataset] += other.datasets[dataset]
      if cells[dataset].isEmpty {
        cells[dataset] = other.cells[dataset]
      } else {
        for (label, count) in other.cells[dataset].enumerated() { cells[dataset][label] += count }
      }
    }
  }

  /// Images of a dataset.
  package func images(of dataset: DatasetRecord) -> Int { datasets[dataset.number] }

  /// Images of a dataset by label; empty where it has none.
  package func imagesByLabel(of dataset: DatasetRecord) -> [Int] { cells[dataset.number] }
}

extension CrossCounts: KeySweepVisitor {
  package mutating func visit(
    _ key: StoredKey, in space: KeySpace, set: UInt32, labels: ArraySlice<UInt16>
  ) {
    identifiers += 1
    let isFound = snapshot.isHit(set, space: space.id)
    for label in labels { self.labels[Int(label)].identifiers += 1 }
    guard isFound else {
      if snapshot.isUnsearchable(space.id) { unsearchable += 1 }
      return
    }
    images += 1
    for label in labels { self.labels[Int(label)].images += 1 }
    snapshot.forEachDataset(of: set, space: space.id) { dataset in
      memberships += 1
      datasets[dataset] += 1
      if cells[dataset].isEmpty { cells[dataset] = [Int](repeating: 0, count: self.labels.count) }
      for label in labels {
        cells[dataset][Int(label)] += 1
        self.labels[Int(label)].memberships += 1
      }
    }
  }
}
