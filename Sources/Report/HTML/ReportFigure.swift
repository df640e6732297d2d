// The figures of a report: what each of them finds, shows and draws. The page and a file of its own show the same ones.

import Console

package struct ReportFigure {
  package enum Name: String, CaseIterable, Sendable {
    case labels
    case sizes
    case overlap
    case lineage
    case coverage
  }

  let name: Name
  /// What it comes to: its title.
  let finding: String
  /// What is drawn.
  let shows: String
  let source: String
  let legend: [LegendEntry]
  /// Below each other; a printed page breaks between them.
  let drawings: [Drawing]

  /// Nil where the model has nothing to draw.
  package init?(_ name: Name, of model: ReportModel) {
    guard
      let figure =
        switch name {
        case .labels: Self.labels(model)
        case .sizes: Self.sizes(model)
        case .overlap: Self.overlap(model)
        case .lineage: Self.lineage(model)
        case .coverage: Self.coverage(model)
        }
    else { return nil }
    self = figure
  }

  private init(
    _ name: Name, finding: String, shows: String, source: String, legend: [LegendEntry] = [],
    drawings: [Drawing]
  ) {
    self.name = name
    self.finding = finding
    self.shows = shows
    self.source = source
    self.legend = legend
    self.drawings = drawings
  }

  private static func labels(_ model: ReportModel) -> ReportFigure? {
    guard let reference = model.crossReference, let finding = Findings.labels(reference) else { return nil }
    let chart = LabelChart(reference, model)
    return ReportFigure(
      .labels, finding: finding, shows: chart.shows, source: Sentences.crossReferenceSource(reference),
      legend: chart.legend, drawings: chart.figure.drawings)
  }

  private static func sizes(_ model: ReportModel) -> ReportFigure? {
    guard !model.datasets.isEmpty else { return nil }
    var rows: [BarFigure.Row] = []
    for group in SourceKind.groups(model) {
      rows.append(.heading(group.name))
      for dataset in group.datasets.sorted(by: { ($1.images, $0.name) < ($0.images, $1.name) }) {
        rows.append(
          .bar(
            BarFigure.Bar(
              label: dataset.name, value: Figures.grouped(dataset.images),
              segments: [
                BarFigure.Segment(
                  series: 0, length: dataset.images,
                  title: "\(dataset.name): \(Figures.counted(dataset.images, "image"))")
              ])))
      }
    }
    let shows = "Images of each dataset in this index, by kind of source"
    let figure = BarFigure(
      title: shows,
      description:
        "Bars for \(Figures.counted(model.datasets.count, "dataset")), grouped by where the images were "
        + "taken from. The numbers stand at the bars.",
      whole: model.datasets.map(\.images).max() ?? 0, rows: rows)
    return ReportFigure(
      .sizes, finding: Findings.sizes(model), shows: shows, source: Sentences.datasetsSource,
      drawings: figure.drawings)
  }

  private static func overlap(_ model: ReportModel) -> ReportFigure? {
    guard let finding = Findings.overlap(model) else { return nil }
    let map = HeatMapFigure(model)
    let most = map.omitted > 0 ? "; the \(map.datasets.count) datasets that share most" : ""
    return ReportFigure(
      .overlap, finding: finding,
      shows: "Of each row’s images, how many are in the column’s dataset as well\(most)",
      source: Sentences.overlapSource, legend: HeatMapFigure.legend, drawings: [map.drawing])
  }

  private static func lineage(_ model: ReportModel) -> ReportFigure? {
    guard let finding = Findings.lineage(model) else { return nil }
    return ReportFigure(
      .lineage, finding: finding, shows: "Datasets that were made from others, from left to right",
      source: Sentences.lineageSource, drawings: [LineageFigure(model).drawing])
  }

  private static func coverage(_ model: ReportModel) -> ReportFigure? {
    guard let finding = Findings.coverage(model) else { return nil }
    let known = model.datasets.compactMap { dataset in dataset.published.map { (dataset, $0) } }
      .filter { $0.1 > 0 }
      .sorted { first, second in
        let shares = (Double(first.0.images) / Double(first.1), Double(second.0.images) / Double(second.1))
        return shares.0 == shares.1 ? first.0.slug < second.0.slug : shares.0 > shares.1
      }
    let shows = "Share of each dataset’s published images that is in this index"
    let figure = BarFigure(
      title: shows,
      description:
        "Bars for \(Figures.counted(known.count, "dataset")) whose published size is recorded. The full "
        + "width stands for all images that were published.",
      // In thousandths of the published images.
      whole: 100_000, hasTrack: true,
      rows: known.map { dataset, published in
        let note = dataset.images > published ? "; the index has more than was published" : ""
        return .bar(
          BarFigure.Bar(
            label: dataset.name, value: Share.text(dataset.images, of: published),
            note: "\(Figures.grouped(dataset.images)) of \(Figures.grouped(published))\(note)",
            segments: [
              BarFigure.Segment(
                series: 0, length: Int(min(1, Double(dataset.images) / Double(published)) * 100_000),
                title: "\(dataset.name): \(Share.text(dataset.images, of: published)) in this index")
            ]))
      })
    return ReportFigure(
      .coverage, finding: finding, shows: shows, source: Sentences.coverageSource, drawings: figure.drawings)
  }
}
