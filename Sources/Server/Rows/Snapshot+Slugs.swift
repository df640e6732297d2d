// Datasets by the names that clients give.

internal import Index
internal import WireProtocol

extension Snapshot {
  /// A dataset by its slug; rejects an unknown slug and suggests the closest match.
  func existing(_ slug: String) throws(ProtocolError) -> DatasetRecord {
    if let dataset = dataset(slug) { return dataset }
    let nearest = NearName.nearest(to: slug, among: datasets.values.map(\.slug).sorted())
    throw ProtocolError(
      .dataset, "no dataset named \(slug)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }

  /// The numbers of datasets by their slugs.
  func numbers(of slugs: [String]) throws(ProtocolError) -> Set<Int> {
    var numbers: Set<Int> = []
    for slug in slugs { numbers.insert(try existing(slug).number) }
    return numbers
  }
}
