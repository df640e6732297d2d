// Finds datasets by name, and writes the names of a set of datasets in their order.

/// The slugs of datasets, by number, and their order by name.
struct DatasetNames: Sendable {
  private let slugs: [[UInt8]]
  private let order: [UInt16]
  /// The numbers of the datasets, by name.
  private let numbers: [UInt16]

  init(_ datasets: [Int: DatasetRecord]) {
    var slugs = [[UInt8]](repeating: [], count: (datasets.keys.max() ?? 0) + 1)
    var order = [UInt16](repeating: 0, count: slugs.count)
    let sorted = datasets.values.sorted { $0.slug < $1.slug }
    for (rank, dataset) in sorted.enumerated() {
      slugs[dataset.number] = Array(dataset.slug.utf8)
      order[dataset.number] = UInt16(rank)
    }
    self.slugs = slugs
    self.order = order
    numbers = sorted.map { UInt16($0.number) }
  }

  func number(of slug: Span<UInt8>) -> Int? {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      switch order(of: Int(numbers[middle]), to: slug) {
      case 0: return Int(numbers[middle])
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  /// Below zero if the dataset's name sorts before `slug`, zero if it is the same.
  private func order(of number: Int, to slug: Span<UInt8>) -> Int {
    let own = slugs[number]
    for index in 0..<min(own.count, slug.count) where own[index] != slug[index] {
      return own[index] < slug[index] ? -1 : 1
    }
    return own.count - slug.count
  }

  /// Appends the reply of a set that is not empty.
  func appendHit(of set: UInt32, in sets: DatasetSets, to output: inout [UInt8]) {
    output.append(contentsOf: "HIT ".utf8)
    // Selection in order of rank: sets are small, and this needs no memory.
    var last = -1
    for position in 0..<sets.size(of: set) {
      var best = Int.max
      var bestDataset = 0
      sets.forEachDataset(of: set) { dataset in
        let rank = Int(order[dataset])
        if rank > last && rank < best {
          best = rank
          bestDataset = dataset
        }
      }
      if position > 0 { output.append(UInt8(ascii: ",")) }
      output.append(contentsOf: slugs[bestDataset])
      last = best
    }
    output.append(UInt8(ascii: "\n"))
  }
}
