// The sections of the HTML report, in order: what a reader wants to know first stands first.

import Console

struct HTMLSections {
  struct Section {
    /// The id of its heading.
    let name: String
    let heading: String
    /// Writes all below the heading.
    let write: (inout MarkupWriter) -> Void
  }

  private let model: ReportModel

  init(_ model: ReportModel) { self.model = model }

  /// The sections that this report has.
  var all: [Section] {
    var sections: [Section] = []
    if let reference = model.crossReference {
      sections.append(
        Section(
          name: "by-label",
          heading: reference.labels.isEmpty ? "The list" : "The list by \(reference.labelName)"
        ) {
          crossReference(reference, &$0)
        })
    }
    if model.datasets.isEmpty {
      sections.append(
        Section(name: "datasets", heading: "Datasets") {
          $0.element("p", text: "This index holds no dataset yet.")
        })
    } else {
      sections.append(Section(name: "datasets", heading: "Datasets") { datasets(&$0) })
      sections.append(Section(name: "overlap", heading: "Overlap") { overlap(&$0) })
      sections.append(Section(name: "lineage", heading: "Lineage") { lineage(&$0) })
      sections.append(Section(name: "coverage", heading: "Coverage") { coverage(&$0) })
    }
    sections.append(Section(name: "versions", heading: "Versions, and how to cite") { versions(&$0) })
    return sections
  }

  // MARK: - The list by label

  private func crossReference(_ reference: CrossReference, _ markup: inout MarkupWriter) {
    guard reference.images > 0 else {
      markup.element("p", text: "No image of the list is in a dataset.")
      return
    }
    guard reference.labels.contains(where: { $0.memberships > 0 }) else {
      markup.table(.crossReference(reference, model), name: "by-label-table")
      return
    }
    let chart = LabelChart(reference, model)
    markup.figure(
      "by-label-figure", caption: chart.caption, source: Sentences.crossReferenceSource(reference), table: nil
    ) { markup in
      chart.writeLegend(to: &markup)
      chart.figure.write("by-label-figure", to: &markup)
    }
    markup.table(.crossReference(reference, model), name: "by-label-table")
  }

  // MARK: - Datasets

  private func datasets(_ markup: inout MarkupWriter) {
    markup.table(.datasets(model), name: "datasets-table")
    let groups = Dictionary(grouping: model.datasets, by: SourceKind.names)
      .map { (name: $0.key, datasets: $0.value, images: $0.value.reduce(0) { $0 + $1.images }) }
      .sorted { ($1.images, $0.name) < ($0.images, $1.name) }
    var rows: [BarFigure.Row] = []
    for group in groups {
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
    let figure = BarFigure(
      title: "Images held of each dataset, by kind of source",
      description:
        "Bars for \(Figures.counted(model.datasets.count, "dataset")), grouped by where the images were "
        + "taken from. The numbers stand at the bars and in the table of datasets above.",
      whole: model.datasets.map(\.images).max() ?? 0, rows: rows)
    markup.figure(
      "sizes", caption: "Images held of each dataset, by kind of source", source: Sentences.datasetsSource,
      table: nil
    ) { figure.write("sizes", to: &$0) }
  }

  // MARK: - Overlap

  private func overlap(_ markup: inout MarkupWriter) {
    let map = HeatMapFigure(model)
    guard !map.datasets.isEmpty else {
      markup.element("p", text: "No two datasets of this report share an image.")
      return
    }
    let alone = model.datasets.filter { dataset in
      !model.overlaps.contains { $0.images > 0 && ($0.first == dataset.slug || $0.second == dataset.slug) }
    }
    if !alone.isEmpty {
      markup.element(
        "p",
        text:
          "\(Figures.counted(alone.count, "dataset")) \(alone.count == 1 ? "shares" : "share") no image with any "
          + "other: \(alone.map(\.name).joined(separator: ", ")).")
    }
    if map.omitted > 0 {
      markup.element(
        "p",
        text:
          "The drawing shows the \(map.datasets.count) datasets that share most; the table has all of them.")
    }
    markup.figure(
      "overlap-figure", caption: "Of each row’s images, how many are in the column’s dataset as well",
      source: Sentences.overlapSource, table: .overlaps(model), isWide: true, keeps: true
    ) { markup in
      HeatMapFigure.writeLegend(to: &markup)
      markup.element(
        "div",
        [
          "class": "scroll", "role": "region", "tabindex": "0",
          "aria-labelledby": "overlap-figure-figcaption",
        ]
      ) { map.write("overlap-figure", to: &$0) }
    }
  }

  // MARK: - Lineage

  private func lineage(_ markup: inout MarkupWriter) {
    let figure = LineageFigure(model)
    guard !figure.tree.nodes.isEmpty else {
      markup.element(
        "p", text: "The catalogue entries of these datasets do not say that one was made from another.")
      return
    }
    markup.figure(
      "lineage-figure", caption: "Datasets that were made from others, from left to right",
      source: Sentences.lineageSource, table: .lineage(model), isWide: true, keeps: true
    ) { markup in
      markup.element(
        "div",
        [
          "class": "scroll", "role": "region", "tabindex": "0",
          "aria-labelledby": "lineage-figure-figcaption",
        ]
      ) { figure.write("lineage-figure", to: &$0) }
    }
  }

  // MARK: - Coverage

  private func coverage(_ markup: inout MarkupWriter) {
    let known = model.datasets.compactMap { dataset in dataset.published.map { (dataset, $0) } }
      .filter { $0.1 > 0 }
      .sorted { first, second in
        let shares = (Double(first.0.images) / Double(first.1), Double(second.0.images) / Double(second.1))
        return shares.0 == shares.1 ? first.0.slug < second.0.slug : shares.0 > shares.1
      }
    let unknown = model.datasets.count - known.count
    if unknown > 0 {
      markup.element(
        "p",
        text: "The published size of \(Figures.counted(unknown, "dataset")) is not recorded; how much of "
          + "\(unknown == 1 ? "it" : "them") this index holds cannot be said.")
    }
    guard !known.isEmpty else { return }
    let figure = BarFigure(
      title: "Share of each published dataset that this index holds",
      description:
        "Bars for \(Figures.counted(known.count, "dataset")) whose published size is recorded. The full "
        + "width stands for all images that were published. The table below has the same numbers.",
      // In thousandths of the published images.
      whole: 100_000, hasTrack: true,
      rows: known.map { dataset, published in
        let note = dataset.images > published ? "; the index holds more than was published" : ""
        return .bar(
          BarFigure.Bar(
            label: dataset.name, value: Share.text(dataset.images, of: published),
            note: "\(Figures.grouped(dataset.images)) of \(Figures.grouped(published))\(note)",
            segments: [
              BarFigure.Segment(
                series: 0, length: Int(min(1, Double(dataset.images) / Double(published)) * 100_000),
                title: "\(dataset.name): \(Share.text(dataset.images, of: published)) held")
            ]))
      })
    markup.figure(
      "coverage-figure", caption: "Of the images that were published, how many this index holds",
      source: Sentences.coverageSource, table: .coverage(model)
    ) { figure.write("coverage-figure", to: &$0) }
  }

  // MARK: - Versions

  private func versions(_ markup: inout MarkupWriter) {
    markup.element("p", ["class": "cite"]) { $0.isolated(Sentences.citation(model)) }
    markup.element("dl") { markup in
      for (name, value) in Sentences.stamp(model) {
        markup.element("dt", text: name)
        markup.element("dd", text: value)
      }
    }
    for (name, table) in [
      ("lists-table", ReportTable.lists(model)), ("places-table", .places(model)),
      ("facts-table", .facts(model)),
    ]
    where !table.rows.isEmpty { markup.table(table, name: name) }
  }
}
