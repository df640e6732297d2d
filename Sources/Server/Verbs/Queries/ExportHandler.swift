// `EXPORT`: the rows of a dataset, or of all one after the other, as plain lists with lines between them that tell
// datasets apart (`ExportLine`). All of it shows one snapshot. What a row looks like is `ListedRow`'s business.

internal import Index
internal import WireProtocol

extension ExportRequest: StreamHandler {
  typealias Thread = QueryThread

  func source(on thread: QueryThread, _ held: inout Holdings) throws -> ExportSource {
    try ExportSource(thread.index.snapshot, slugs: slugs, ruleVersion: thread.ruleVersion)
  }
}

/// Makes the reply to `EXPORT`.
final class ExportSource: ReplySource {
  typealias Thread = QueryThread
  private let snapshot: Snapshot
  private var datasets: ArraySlice<DatasetRecord>
  private let datasetCount: Int
  private var walk: ListingWalk?
  private var rows: RowVisitor<LineSink>
  private var rowCount = 0
  private var isFirstStep = true

  private struct LineSink: RowSink {
    var part = ReplyPart()
    var rowCount = 0

    mutating func take(_ row: inout ListedRow, of dataset: Int) {
      row.append(to: &part.lines)
      part.endLine()
      rowCount += 1
    }

    mutating func add(_ line: ExportLine) {
      line.append(to: &part.lines)
      part.lineCount += 1
    }
  }

  /// - Parameter slugs: the datasets; none for all.
  init(_ snapshot: Snapshot, slugs: [String], ruleVersion: Int) throws(ProtocolError) {
    self.snapshot = snapshot
    datasets = []
    for slug in slugs {
      let dataset = try snapshot.existing(slug)
      if !datasets.contains(where: { $0.slug == slug }) { datasets.append(dataset) }
    }
    if slugs.isEmpty { datasets = snapshot.datasets.values.sorted { $0.slug < $1.slug }[...] }
    datasetCount = datasets.count
    rows = RowVisitor(LineSink(), secret: snapshot.secret, ruleVersion: ruleVersion)
  }

  func step(_ part: inout ReplyPart, on thread: QueryThread) throws -> Bool {
    if isFirstStep { rows.sink.add(.export(version: ExportLine.version)) }
    isFirstStep = false
    var budget = StepBudget()
    while let dataset = datasets.first, !rows.sink.part.isFull, !budget.isSpent {
      if walk == nil { begin(dataset, &budget) }
      if try walk?.run(&rows, &budget, until: { $0.sink.part.isFull }) == .ended { end() }
    }
    if datasets.isEmpty { rows.sink.add(.datasets(datasetCount)) }
    part = rows.sink.part
    rows.sink.part = ReplyPart()
    if datasets.isEmpty {
      part.fields = ExportRequest.End(rows: rowCount, datasets: datasetCount).values
    }
    return !datasets.isEmpty
  }

  private func begin(_ dataset: DatasetRecord, _ budget: inout StepBudget) {
    walk = ListingWalk(snapshot, dataset: dataset.number)
    // To find out where a dataset has keys takes a look at all dataset sets.
    budget.spend(IndexLimits.blockBytes)
    rows.sink.rowCount = 0
    rows.sink.add(.dataset(dataset.slug))
    for (name, value) in dataset.fields.sorted(by: { $0.key < $1.key }) {
      rows.sink.add(.field(Arguments.Field(name: name, value: value)))
    }
    for list in dataset.lists {
      rows.sink.add(.list(ListDescription(list).values))
    }
  }

  private func end() {
    rows.sink.add(.rows(rows.sink.rowCount))
    rowCount += rows.sink.rowCount
    walk = nil
    datasets = datasets.dropFirst()
  }
}
