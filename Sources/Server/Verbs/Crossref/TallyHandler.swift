// The reply to `TALLY`: the counts of a cross-reference. Its keys are put in order and looked up in steps, which tell
// how far they are; the counts come with the last one.

internal import Index
internal import WireProtocol

extension TallyRequest: StreamHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try held.openCrossref() }

  func source(on thread: StagingThread, _ held: inout Holdings) throws -> CrossrefSource {
    let crossref = try held.openCrossref()
    held.crossref = nil
    return try CrossrefSource(crossref)
  }

  func slot(for source: CrossrefSource, _ held: Holdings, on thread: StagingThread) throws -> Slot {
    try source.crossref.takeSlot()
  }
}

/// Makes the reply to `TALLY`.
final class CrossrefSource: ReplySource {
  typealias Thread = StagingThread
  // What is shared of it keeps its place among the open ones.
  let crossref: Crossref
  private var closed: Crossref.Closed
  private var counts: CrossCounts
  private let labels: [[UInt8]]
  /// What is left to tell, once all keys are counted.
  private var table: CrossrefTable?

  init(_ crossref: Crossref) throws {
    self.crossref = crossref
    closed = try crossref.close()
    labels = crossref.labels.texts
    counts = CrossCounts(crossref.snapshot, labelCount: labels.count)
  }

  func step(_ part: inout ReplyPart, on thread: StagingThread) throws -> Bool {
    if table == nil {
      if try closed.sweep.step(&counts) {
        part.fields = StreamProgress(done: closed.sweep.keysDone, of: closed.sweep.keysTotal).values
        return true
      }
      table = CrossrefTable(
        counts, crossref.snapshot, labels: labels, rejected: closed.totals.rejected)
    }
    if table!.append(to: &part) { return true }
    var end = TallyRequest.End()
    (end.rows, end.invalid) = (closed.totals.rows, closed.totals.invalid)
    end.unresolvable = closed.totals.unresolvable
    (end.identifiers, end.images) = (counts.identifiers, counts.images)
    end.duplicates = end.rows - end.invalid - end.unresolvable - end.identifiers
    end.unsearchable = counts.unsearchable
    end.unmatched = end.identifiers - end.images - end.unsearchable
    end.memberships = counts.memberships
    part.fields = end.values
    return false
  }
}

/// The counts of a cross-reference as lines.
private struct CrossrefTable {
  private let counts: CrossCounts
  private let labels: [[UInt8]]
  private let rejected: LabelCounts
  /// Datasets with an image, in order of their slugs.
  private let datasets: [DatasetRecord]
  /// Labels, by number, in order of their texts; none where no row had one.
  private let labelOrder: [Int]
  /// Datasets, labels and cells that are done.
  private var next = 0
  private static let linesMax = 4_096

  init(_ counts: CrossCounts, _ snapshot: Snapshot, labels: [[UInt8]], rejected: LabelCounts) {
    self.counts = counts
    self.rejected = rejected
    self.labels = labels
    datasets = snapshot.datasets.values.filter { counts.images(of: $0) > 0 }.sorted { $0.slug < $1.slug }
    labelOrder =
      labels.count > 1
      // A label of rows without an identifier counts 0; only the missing label is left out.
      ? labels.indices.filter { $0 > 0 || counts.labels[$0].identifiers > 0 || rejected[$0] > 0 }.sorted {
        labels[$0].lexicographicallyPrecedes(labels[$1])
      } : []
  }

  /// Appends the next lines, as many as a part takes.
  ///
  /// - Returns: whether there are more.
  mutating func append(to part: inout ReplyPart) -> Bool {
    let (datasetCount, labelCount) = (datasets.count, labelOrder.count)
    let end = datasetCount + labelCount + datasetCount * labelCount
    // Most cells may be empty, and make no line.
    let pause = min(end, next + Self.linesMax)
    while next < pause, !part.isFull {
      if next < datasetCount {
        let dataset = datasets[next]
        part.append("\(TallyRequest.Line.dataset)\t\(dataset.slug)\t\(counts.images(of: dataset))")
      } else if next < datasetCount + labelCount {
        let label = labelOrder[next - datasetCount]
        let count = counts.labels[label]
        append(
          "\(TallyRequest.Line.label)\t", label,
          "\t\(count.identifiers)\t\(count.images)\t\(count.memberships)\t\(rejected[label])", to: &part)
      } else {
        let (row, column) = (next - datasetCount - labelCount).quotientAndRemainder(dividingBy: labelCount)
        let (dataset, label) = (datasets[row], labelOrder[column])
        let images = counts.images(of: dataset, label: label)
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
