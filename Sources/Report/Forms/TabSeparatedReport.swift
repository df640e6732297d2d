// The report for line tools. Each line's first column says what the line is about, so that one file can hold all:
// `awk -F'\t' '$1 == "dataset"'`.

import Console

enum TabSeparatedReport {
  /// The report as records, those of a kind together, a record of names before each kind.
  static func write(_ model: ReportModel) -> [UInt8] {
    var output: [UInt8] = []
    func record(_ cells: [String]) { TabSeparated.record(cells, &output) }
    record(["#report", "name", "value"])
    record(["report", "title", model.title])
    record(["report", "made", String(model.stamp.moment)])
    record(["report", "index", model.stamp.index])
    if let digest = model.stamp.digest { record(["report", "digest", digest]) }
    record(["report", "rules", model.stamp.rules])
    record(["report", "program", model.stamp.program])
    record(["report", "datasets", String(model.datasets.count)])
    record(["report", "images", String(model.images)])
    record(["report", "memberships", String(model.memberships)])
    record([
      "#dataset", "slug", "title", "images", "memberships", "published", "accounts", "rows", "rejected",
      "year",
      "institution", "country", "kinds", "status", "derived", "confidence", "sources", "contact",
      "list_places",
    ])
    for dataset in model.datasets {
      record([
        "dataset", dataset.slug, dataset.title ?? "", String(dataset.images), String(dataset.images),
        dataset.published.map(String.init) ?? "", String(dataset.accounts), String(dataset.rows),
        String(dataset.rejected), dataset.year ?? "", dataset.institution ?? "", dataset.country ?? "",
        dataset.kinds.joined(separator: ","), dataset.status ?? "", dataset.derived.joined(separator: ","),
        dataset.confidence ?? "", dataset.sources.joined(separator: "; "),
        dataset.contact ?? "", dataset.listPlaces.joined(separator: "; "),
      ])
    }
    record(["#list", "slug", "name", "sha256", "rows", "rejected", "loaded", "rules"])
    for dataset in model.datasets {
      for list in dataset.lists {
        record([
          "list", dataset.slug, list.name, list.sha256 ?? "", String(list.rows), String(list.rejected),
          list.loaded.map(String.init) ?? "", list.rules ?? "",
        ])
      }
    }
    record(["#ancestor", "slug", "title", "year", "derived", "held"])
    for ancestor in model.ancestors {
      record([
        "ancestor", ancestor.slug, ancestor.title ?? "", ancestor.year ?? "",
        ancestor.derived.joined(separator: ","), ancestor.isHeld ? "yes" : "no",
      ])
    }
    record(["#overlap", "a", "b", "images"])
    for overlap in model.overlaps {
      record(["overlap", overlap.first, overlap.second, String(overlap.images)])
    }
    if let reference = model.crossReference { write(reference, record) }
    return output
  }

  private static func write(_ reference: CrossReference, _ record: ([String]) -> Void) {
    record(["#xref", "name", "value"])
    record(["xref", "list", reference.list])
    record(["xref", "sha256", reference.sha256 ?? ""])
    record(["xref", "label", reference.labelName])
    record(["xref", "identifiers", String(reference.identifiers)])
    record(["xref", "unanswered", String(reference.unanswered)])
    record(["xref", "images", String(reference.images)])
    record(["xref", "memberships", String(reference.memberships)])
    record(["#xref-dataset", "slug", "images"])
    for count in reference.datasets { record(["xref-dataset", count.slug, String(count.images)]) }
    record(["#xref-label", "label", "identifiers", "images", "memberships", "rejected"])
    for label in reference.labels {
      record([
        "xref-label", label.name, String(label.identifiers), String(label.images), String(label.memberships),
        String(label.rejected),
      ])
    }
    record(["#xref-count", "label", "slug", "images"])
    for label in reference.labels {
      for (count, images) in zip(reference.datasets, label.datasets) where images > 0 {
        record(["xref-count", label.name, count.slug, String(images)])
      }
    }
  }
}
