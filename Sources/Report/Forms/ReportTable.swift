// The tables of a report. Each is made once, as cells, and the text, Markdown and HTML forms show the same ones.

import Console

/// A table as cells of text.
struct ReportTable: Equatable, Sendable {
  struct Column: Equatable, Sendable {
    let name: String
    /// Whether it holds figures, which stand to the right.
    let isFigure: Bool
    /// Whether its cells stay on one line.
    var isOneLine = false

    static func words(_ name: String) -> Column { Column(name: name, isFigure: false) }
    static func dates(_ name: String) -> Column { Column(name: name, isFigure: false, isOneLine: true) }
    static func figures(_ name: String) -> Column { Column(name: name, isFigure: true) }
  }

  /// What the figures come to; nil where there is no more to say than what the table shows.
  var finding: String?
  /// What the table shows.
  let caption: String
  let columns: [Column]
  /// The first cell of each row names it.
  var rows: [[String]] = []
  /// Rows that sum up, at the end.
  var totals: [[String]] = []
  /// Where the figures come from and what they mean.
  let source: String
}

extension ReportTable {
  /// The tables of an index that have rows, with their headings. The HTML report has one beside each of its figures.
  static func all(_ model: ReportModel) -> [(heading: String, table: ReportTable)] {
    let isCovered = model.datasets.contains { $0.published != nil }
    return [
      ("Datasets", datasets(model)), ("Overlap", overlaps(model)), ("Lineage", lineage(model)),
    ].filter { !$0.1.rows.isEmpty } + (isCovered ? [("Coverage", coverage(model))] : [])
      + [("Facts", facts(model)), ("Lists", lists(model)), ("Published lists", places(model))].filter {
        !$0.1.rows.isEmpty
      }
  }

  /// The datasets, their counts and their entries.
  static func datasets(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      finding: Findings.sizes(model),
      caption: "Images in this index, and what the catalogue says of the datasets",
      columns: [
        .words("Dataset"), .words("Slug"), .figures("Images in this index"), .figures("Published size"),
        .figures("Share in this index"),
        .words("Year"),
        .words("Institution"), .words("Country"), .words("Source"), .words("Status"), .words("Made from"),
      ], source: Sentences.datasetsSource)
    table.rows = model.datasets.map { dataset in
      [
        dataset.name, dataset.slug, Figures.grouped(dataset.images),
        dataset.published.map(Figures.grouped) ?? "",
        dataset.published.map { Share.text(dataset.images, of: $0) } ?? "", dataset.year ?? "",
        dataset.institution ?? "", dataset.country ?? "",
        dataset.kinds.map(SourceKind.name).joined(separator: ", "),
        dataset.status ?? "", dataset.derived.map(model.name).joined(separator: ", "),
      ]
    }
    let rest = [String](repeating: "", count: table.columns.count - 3)
    table.totals = [["Memberships", "", Figures.grouped(model.memberships)] + rest]
    table.totals.append(["Distinct images", "", Figures.grouped(model.images)] + rest)
    return table
  }

  /// What was found of a list, a label a row.
  static func crossReference(_ reference: CrossReference, _ model: ReportModel) -> ReportTable {
    let rejected = reference.labels.reduce(0) { $0 + $1.rejected }
    var table = ReportTable(
      finding: Findings.labels(reference),
      caption: "Images of the list in each dataset, by \(reference.labelName)",
      columns: [.words(reference.labelName), .figures("Listed")]
        + (rejected > 0 ? [.figures("Rejected")] : [])
        + reference.datasets.map { .figures(model.name($0.slug)) } + [
          .figures("Memberships"), .figures("Distinct images"), .figures("Share found"),
        ], source: Sentences.crossReferenceSource(reference))
    func row(_ label: CrossReference.Label) -> [String] {
      [Sentences.label(label.name)]
        + ([label.identifiers] + (rejected > 0 ? [label.rejected] : []) + label.datasets + [
          label.memberships, label.images,
        ]).map(Figures.grouped)
        + [label.rate]
    }
    let all = CrossReference.Label(
      "All", identifiers: reference.identifiers, images: reference.images, rejected: rejected,
      datasets: reference.datasets.map(\.images))
    table.rows = reference.sortedLabels.map(row)
    table.totals = (reference.unlabelled.map { [$0] } ?? []).map(row) + [row(all)]
    return table
  }

  /// The pairs of datasets that share images, most first.
  static func overlaps(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      finding: Findings.overlap(model),
      caption: "Pairs of datasets that share images",
      columns: [
        .words("Dataset"), .words("and"), .figures("Shared images"), .figures("Share of the first"),
        .figures("Share of the second"),
      ], source: Sentences.overlapSource)
    table.rows = model.overlaps.sorted { ($1.images, $0.first, $0.second) < ($0.images, $1.first, $1.second) }
      .map { overlap in
        [
          model.name(overlap.first), model.name(overlap.second), Figures.grouped(overlap.images),
          Share.text(overlap.images, of: model.shared(overlap.first, overlap.first)),
          Share.text(overlap.images, of: model.shared(overlap.second, overlap.second)),
        ]
      }
    return table
  }

  /// How much of each published dataset the index holds.
  static func coverage(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      finding: Findings.coverage(model),
      caption: "Images in this index, of those that were published",
      columns: [
        .words("Dataset"), .figures("Images in this index"), .figures("Published size"),
        .figures("Share in this index"),
      ], source: Sentences.coverageSource)
    table.rows = model.datasets.map { dataset in
      [
        dataset.name, Figures.grouped(dataset.images),
        dataset.published.map(Figures.grouped) ?? "not recorded",
        dataset.published.map { Share.text(dataset.images, of: $0) } ?? "not known",
      ]
    }
    return table
  }

  /// Which dataset was made from which, those of which the index holds nothing included.
  static func lineage(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      finding: Findings.lineage(model),
      caption: "Datasets and those they were made from",
      columns: [.words("Dataset"), .figures("Images in this index"), .words("Made from")],
      source: Sentences.lineageSource)
    let datasets = model.datasets.map { ($0.name, Figures.grouped($0.images), $0.derived) }
    let ancestors = model.ancestors.map { ($0.title ?? $0.slug, Sentences.place($0), $0.derived) }
    table.rows = (datasets + ancestors).filter { !$0.2.isEmpty }.map { name, images, derived in
      [name, images, derived.map(model.placedName).joined(separator: ", ")]
    }
    return table
  }

  /// Where the catalogue's facts stand.
  static func facts(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      caption: "Where the facts about the datasets stand, and how sure they are",
      columns: [.words("Dataset"), .words("Confidence"), .words("Sources")], source: Sentences.factsSource)
    table.rows = model.datasets.filter { !$0.sources.isEmpty || $0.confidence != nil }.map { dataset in
      [dataset.name, dataset.confidence ?? "not stated", dataset.sources.joined(separator: "; ")]
    }
    return table
  }

  /// Where the published lists are, and whom to write to.
  static func places(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      caption: "Where the lists of the datasets are published, and whom to write to",
      columns: [.words("Dataset"), .words("List"), .words("Write to")], source: Sentences.placesSource)
    let datasets = model.datasets.filter { !$0.listPlaces.isEmpty || $0.contact != nil }
    table.rows = datasets.map { dataset in
      let places = dataset.listPlaces.joined(separator: "; ")
      return [dataset.name, places.isEmpty ? "no source found" : places, dataset.contact ?? "not known"]
    }
    return table
  }

  /// The lists that the datasets were loaded from.
  static func lists(_ model: ReportModel) -> ReportTable {
    var table = ReportTable(
      caption: "Lists that the datasets were loaded from",
      columns: [
        .words("Dataset"), .words("List"), .words("SHA-256, first 12 digits"), .figures("Rows taken"),
        .figures("Rows rejected"), .dates("Loaded"), .words("Rules"),
      ], source: Sentences.listsSource)
    table.rows = model.datasets.flatMap { dataset in
      dataset.lists.map { list in
        [
          dataset.slug, list.name, list.sha256.map { String($0.prefix(12)) } ?? "not recorded",
          Figures.grouped(list.rows), Figures.grouped(list.rejected), list.loaded.map(Sentences.date) ?? "",
          list.rules ?? "",
        ]
      }
    }
    return table
  }
}

extension ReportModel {
  /// What people call the dataset with a slug; the slug itself where none is known.
  func name(_ slug: String) -> String {
    datasets.first { $0.slug == slug }?.name ?? ancestors.first { $0.slug == slug }?.title ?? slug
  }

  /// The same, and where the dataset is if it is not in the report.
  func placedName(_ slug: String) -> String {
    guard let ancestor = ancestors.first(where: { $0.slug == slug }) else { return name(slug) }
    return "\(name(slug)) (\(Sentences.place(ancestor)))"
  }
}
