// The counts of a cross-reference, from this index or another, and the lines of `TALLY` that they make.

internal import ByteText
internal import Index
internal import WireProtocol

/// What a cross-reference has counted.
struct CrossrefResult {
  struct Dataset {
    let slug: String
    let images: Int
    /// Empty where there are none.
    let imagesByLabel: [Int]
  }

  let identifiers: Int
  let images: Int
  let unsearchable: Int
  let memberships: Int
  let labels: [CrossCounts.Label]
  /// Those with an image, in order of their slugs.
  let datasets: [Dataset]

  init(_ counts: CrossCounts, _ snapshot: Snapshot) {
    identifiers = counts.identifiers
    images = counts.images
    unsearchable = counts.unsearchable
    memberships = counts.memberships
    labels = counts.labels
    datasets = snapshot.datasets.values.filter { counts.images(of: $0) > 0 }.sorted { $0.slug < $1.slug }
      .map {
        Dataset(slug: $0.slug, images: counts.images(of: $0), imagesByLabel: counts.imagesByLabel(of: $0))
      }
  }

  init(_ counts: DistantCounts) {
    identifiers = counts.identifiers
    images = counts.images
    unsearchable = counts.unsearchable
    memberships = counts.memberships
    labels = counts.labels
    datasets = counts.datasets.sorted { $0.slug < $1.slug }
  }
}

/// The counts of a cross-reference as lines.
struct CrossrefTable {
  let result: CrossrefResult
  private let labels: [[UInt8]]
  private let rejected: LabelCounts
  /// Labels, by number, in order of their texts; none where no row had one.
  private let labelOrder: [Int]
  /// Datasets, labels and cells that are done.
  private var next = 0
  private static let linesMax = 4_096

  init(_ result: CrossrefResult, labels: [[UInt8]], rejected: LabelCounts) {
    self.result = result
    self.rejected = rejected
    self.labels = labels
    labelOrder =
      labels.count > 1
      // A label of rows without an identifier counts 0; only the missing label is left out.
      ? labels.indices.filter { $0 > 0 || result.labels[$0].identifiers > 0 || rejected[$0] > 0 }.sorted {
        labels[$0].lexicographicallyPrecedes(labels[$1])
      } : []
  }

  /// Appends the next lines, as many as a part takes.
  ///
  /// - Returns: whether there are more.
  mutating func append(to part: inout ReplyPart) -> Bool {
    let (datasetCount, labelCount) = (result.datasets.count, labelOrder.count)
    let end = datasetCount + labelCount + datasetCount * labelCount
    // Most cells may be empty, and make no line.
    let pause = min(end, next + Self.linesMax)
    while next < pause, !part.isFull {
      if next < datasetCount {
        let dataset = result.datasets[next]
        part.append("\(TallyRequest.Line.dataset)\t\(dataset.slug)\t\(dataset.images)")
      } else if next < datasetCount + labelCount {
        let label = labelOrder[next - datasetCount]
        let count = result.labels[label]
        append(
          "\(TallyRequest.Line.label)\t", label,
          "\t\(count.identifiers)\t\(count.images)\t\(count.memberships)\t\(rejected[label])", to: &part)
      } else {
        let (row, column) = (next - datasetCount - labelCount).quotientAndRemainder(dividingBy: labelCount)
        let (dataset, label) = (result.datasets[row], labelOrder[column])
        let images = dataset.imagesByLabel.isEmpty ? 0 : dataset.imagesByLabel[label]
        if images > 0 {
          append("\(TallyRequest.Line.cell)\t\(dataset.slug)\t", label, "\t\(images)", to: &part)
        }
      }
      next += 1
    }
    return next < end
  }

  private func append(_ front: String, _ label: Int, _ back: String, to part: inout ReplyPart) {
    part.lines.append(contentsOf: front.utf8)
    let text = labels[label]
    Escapes.append(text.span, to: &part.lines, keepingSpaces: true)
    part.lines.append(contentsOf: back.utf8)
    part.endLine()
  }
}
