// The keys of an index as they come, dataset by dataset, and then each once with all its datasets, in the order of digests.

package import Console

/// Gathers keys within a bounded memory.
package struct KeyGathering: ~Copyable {
  private var spool: DigestSpool
  /// Slugs in the order in which they came.
  private var slugs: [String] = []

  /// - Parameter folder: where what does not fit into memory is kept meanwhile.
  package init(folder: String) { spool = DigestSpool(folder: folder) }

  package mutating func begin(dataset slug: String) throws(Trouble) {
    guard slugs.count < PublicationLimits.datasetsMax else {
      throw Trouble("more than \(PublicationLimits.datasetsMax) datasets cannot be published")
    }
    slugs.append(slug)
  }

  /// Adds a key of the dataset that was begun last.
  ///
  /// - Parameters:
  ///   - kind: the number of its namespace.
  ///   - isPrimary: whether it is an image's own key.
  package mutating func add(_ digest: KeyDigest, kind: UInt8, isPrimary: Bool) throws(Trouble) {
    let dataset = UInt32(slugs.count - 1)
    try spool.append(digest, mark: (dataset << 8 | UInt32(kind & 0x7F)) << 1 | (isPrimary ? 1 : 0))
  }

  /// All keys, by digest.
  package consuming func finish(folder: String) throws(Trouble) -> GatheredKeys {
    var keys = GatheredKeys(folder: folder)
    var sets = DatasetSetTable()
    for bucket in 0..<DigestSpool.bucketCount {
      let records = try spool.sorted(bucket)
      var start = 0
      while start < records.count {
        var datasets: [UInt32] = []
        var isPrimary = false
        var end = start
        while end < records.count, records[end].digest == records[start].digest {
          let mark = records[end].mark
          if !datasets.contains(mark >> 9) { datasets.append(mark >> 9) }
          isPrimary = isPrimary || mark & 1 == 1
          end += 1
        }
        if isPrimary { keys.images += 1 }
        keys.counts[Int(records[start].mark >> 1 & 0xFF)] += 1
        keys.count += 1
        datasets.sort()
        try keys.rows.append(records[start].digest, mark: sets.number(of: datasets))
        start = end
      }
    }
    keys.texts = sets.sets.map { set in
      Array(set.map { slugs[Int($0)] }.sorted().joined(separator: ",").utf8)
    }
    return keys
  }
}

/// The keys of an index, each once.
package struct GatheredKeys: ~Copyable {
  package fileprivate(set) var count = 0
  /// Keys that are an image's own.
  package fileprivate(set) var images = 0
  /// Keys by the numbers of their namespaces.
  package fileprivate(set) var counts = [Int](repeating: 0, count: 256)
  /// The slugs of each set of datasets, separated by commas.
  package fileprivate(set) var texts: [[UInt8]] = []
  fileprivate(set) var rows: DigestSpool

  fileprivate init(folder: String) { rows = DigestSpool(folder: folder) }

  /// Calls `body` with the rows of each file, in order, those without any included.
  package func forEachFile(
    bits: Int, _ body: (Int, ArraySlice<PublishedRow>) throws(Trouble) -> Void
  ) throws(Trouble) {
    var rows: [PublishedRow] = []
    var file = 0
    func leave(upTo next: Int) throws(Trouble) {
      var start = 0
      while file < next {
        var end = start
        while end < rows.count, rows[end].digest.prefix(bits) == file { end += 1 }
        try body(file, rows[start..<end])
        start = end
        file += 1
      }
      rows.removeFirst(start)
    }
    for bucket in 0..<DigestSpool.bucketCount {
      rows += try self.rows.sorted(bucket).map { PublishedRow(digest: $0.digest, set: $0.mark) }
      // Files of which further buckets have rows wait.
      try leave(upTo: ((bucket + 1) << bits) >> 8)
    }
  }
}

/// Numbers for sets of datasets.
private struct DatasetSetTable {
  private(set) var sets: [[UInt32]] = []
  private var numbers: [[UInt32]: UInt32] = [:]

  mutating func number(of datasets: [UInt32]) -> UInt32 {
    if let number = numbers[datasets] { return number }
    let number = UInt32(sets.count)
    numbers[datasets] = number
    sets.append(datasets)
    return number
  }
}
