// The counts of a gateway's cross-reference: its keys are gathered from a sweep over an index without rows, and looked up in
// the distant one.

internal import Identifiers
internal import Index
internal import IndexKeys
internal import WireProtocol

/// Counts by dataset and label, as `CrossCounts` of an index that is here.
struct DistantCounts {
  private(set) var identifiers = 0
  private(set) var images = 0
  private(set) var unsearchable = 0
  private(set) var memberships = 0
  private(set) var labels: [CrossCounts.Label]
  private var counted: [Counted] = []
  private var places: [ArraySlice<UInt8>: Int] = [:]
  /// Places of the datasets of each set that was met.
  private var sets: [ArraySlice<UInt8>: [Int]] = [:]
  // Keys that are to be looked up.
  private var keys: [DistantKey] = []
  private var keyLabels: [UInt16] = []
  private var labelEnds: [Int] = []

  private struct Counted {
    let slug: String
    var images = 0
    var imagesByLabel: [Int]
  }

  init(labelCount: Int) { labels = [CrossCounts.Label](repeating: CrossCounts.Label(), count: labelCount) }

  var datasets: [CrossrefResult.Dataset] {
    counted.map {
      CrossrefResult.Dataset(slug: $0.slug, images: $0.images, imagesByLabel: $0.imagesByLabel)
    }
  }

  /// Looks up and counts the keys that were visited since the last time. Throws where one of them could not be.
  mutating func lookUp(with reader: any DistantReader, in state: any DistantState) throws(ProtocolError) {
    var start = 0
    for (index, answer) in reader.answers(to: keys, in: state).enumerated() {
      try count(answer, keyLabels[start..<labelEnds[index]])
      start = labelEnds[index]
    }
    keys.removeAll(keepingCapacity: true)
    keyLabels.removeAll(keepingCapacity: true)
    labelEnds.removeAll(keepingCapacity: true)
  }

  private mutating func count(_ answer: DistantAnswer, _ labels: ArraySlice<UInt16>) throws(ProtocolError) {
    identifiers += 1
    for label in labels { self.labels[Int(label)].identifiers += 1 }
    switch answer {
    case .hit(let slugs):
      images += 1
      let datasets = places(of: slugs)
      memberships += datasets.count
      for label in labels {
        self.labels[Int(label)].images += 1
        self.labels[Int(label)].memberships += datasets.count
      }
      for dataset in datasets {
        counted[dataset].images += 1
        for label in labels { counted[dataset].imagesByLabel[Int(label)] += 1 }
      }
    case .miss: break
    case .unsearchable: unsearchable += 1
    case .failed(let error): throw error
    }
  }

  private mutating func places(of slugs: ArraySlice<UInt8>) -> [Int] {
    if let known = sets[slugs] { return known }
    let found = slugs.split(separator: UInt8(ascii: ",")).map { slug in
      if let place = places[slug] { return place }
      places[slug] = counted.count
      counted.append(
        Counted(
          slug: String(decoding: slug, as: UTF8.self), imagesByLabel: [Int](repeating: 0, count: labels.count)
        ))
      return counted.count - 1
    }
    sets[slugs] = found
    return found
  }
}

extension DistantCounts: KeySweepVisitor {
  mutating func visit(_ key: StoredKey, in space: KeySpace, set: UInt32, labels: ArraySlice<UInt16>)
    throws(IndexError)
  {
    guard let namespace = Namespace(rawValue: space.id) else { throw .corrupt("an unknown namespace") }
    keys.append(DistantKey(NamespacedKey(namespace: namespace, key: key)))
    keyLabels += labels
    labelEnds.append(keyLabels.count)
  }
}
