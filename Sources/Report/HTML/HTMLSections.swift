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
    if let figure = ReportFigure(.labels, of: model) { markup.figure(figure) }
    markup.table(.crossReference(reference, model), name: "by-label-table")
  }

  // MARK: - Datasets

  private func datasets(_ markup: inout MarkupWriter) {
    markup.table(.datasets(model), name: "datasets-table")
    if let figure = ReportFigure(.sizes, of: model) { markup.figure(figure) }
  }

  // MARK: - Overlap

  private func overlap(_ markup: inout MarkupWriter) {
    guard let figure = ReportFigure(.overlap, of: model) else {
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
    markup.figure(figure, table: .overlaps(model))
  }

  // MARK: - Lineage

  private func lineage(_ markup: inout MarkupWriter) {
    guard let figure = ReportFigure(.lineage, of: model) else {
      markup.element(
        "p", text: "The catalogue entries of these datasets do not say that one was made from another.")
      return
    }
    markup.figure(figure, table: .lineage(model))
  }

  // MARK: - Coverage

  private func coverage(_ markup: inout MarkupWriter) {
    let unknown = model.datasets.count { ($0.published ?? 0) == 0 }
    if unknown > 0 {
      markup.element(
        "p",
        text: "The published size of \(Figures.counted(unknown, "dataset")) is not recorded; how much of "
          + "\(unknown == 1 ? "it" : "them") is in this index cannot be said.")
    }
    if let figure = ReportFigure(.coverage, of: model) { markup.figure(figure, table: .coverage(model)) }
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
