// Datasets by the names that clients give.

internal import Index
internal import WireProtocol

extension Snapshot {
  /// A dataset by its slug; rejects an unknown slug and suggests the closest match.
  func existing(_ slug: String) throws(ProtocolError) -> DatasetRecord {
    if let dataset = dataset(slug) { return dataset }
    throw ProtocolError.noDataset(slug, among: datasets.values.map(\.slug).sorted())
  }

  /// The numbers of datasets by their slugs.
  func numbers(of slugs: [String]) throws(ProtocolError) -> Set<Int> {
    var numbers: Set<Int> = []
    for slug in slugs { numbers.insert(try existing(slug).number) }
    return numbers
  }
}

extension ProtocolError {
  /// Rejects an unknown slug and suggests the closest match. O(slugs).
  static func noDataset(_ slug: String, among slugs: [String]) -> ProtocolError {
    let nearest = NearName.nearest(to: slug, among: slugs)
    return ProtocolError(
      .dataset, "no dataset named \(slug)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }
}
