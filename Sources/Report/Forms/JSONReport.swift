// The report as one JSON object.

import Client

/// JSON.
enum JSONReport {
  /// The report as one object on one line. What is not known is `null`.
  static func write(_ model: ReportModel) -> [UInt8] {
    var document = JSONDocument()
    document.object {
      $0.member("title", model.title)
      $0.member("made", model.stamp.moment)
      $0.member("index", model.stamp.index)
      $0.member("digest", model.stamp.digest)
      $0.member("rules", model.stamp.rules)
      $0.member("program", model.stamp.program)
      $0.member("images", model.images)
      $0.member("memberships", model.memberships)
      $0.array("datasets", model.datasets) { document, dataset in write(dataset, &document) }
      $0.array("ancestors", model.ancestors) { document, ancestor in
        document.member("slug", ancestor.slug)
        document.member("title", ancestor.title)
        document.member("year", ancestor.year)
        document.strings("derived", ancestor.derived)
      }
      $0.array("overlaps", model.overlaps) { document, overlap in
        document.member("a", overlap.first)
        document.member("b", overlap.second)
        document.member("images", overlap.images)
      }
      if let reference = model.crossReference {
        $0.name("crossReference")
        $0.object { write(reference, &$0) }
      }
    }
    return document.output + [UInt8(ascii: "\n")]
  }

  private static func write(_ dataset: ReportDataset, _ document: inout JSONDocument) {
    document.member("slug", dataset.slug)
    document.member("title", dataset.title)
    document.member("images", dataset.images)
    document.member("memberships", dataset.images)
    document.member("published", dataset.published)
    document.member("accounts", dataset.accounts)
    document.member("rows", dataset.rows)
    document.member("rejected", dataset.rejected)
    document.member("year", dataset.year)
    document.member("institution", dataset.institution)
    document.member("country", dataset.country)
    document.strings("kinds", dataset.kinds)
    document.member("status", dataset.status)
    document.strings("derived", dataset.derived)
    document.member("confidence", dataset.confidence)
    document.strings("sources", dataset.sources)
    document.array("lists", dataset.lists) { document, list in
      document.member("name", list.name)
      document.member("sha256", list.sha256)
      document.member("rows", list.rows)
      document.member("rejected", list.rejected)
      document.member("loaded", list.loaded)
      document.member("rules", list.rules)
    }
  }

  private static func write(_ reference: CrossReference, _ document: inout JSONDocument) {
    document.member("list", reference.list)
    document.member("sha256", reference.sha256)
    document.member("label", reference.labelName)
    document.member("identifiers", reference.identifiers)
    document.member("unanswered", reference.unanswered)
    document.member("images", reference.images)
    document.member("memberships", reference.memberships)
    document.array("datasets", reference.datasets) { document, count in
      document.member("slug", count.slug)
      document.member("images", count.images)
    }
    document.array("labels", reference.labels) { document, label in
      document.member("label", label.name)
      document.member("identifiers", label.identifiers)
      document.member("images", label.images)
      document.member("memberships", label.memberships)
      document.name("datasets")
      document.object {
        for (count, images) in zip(reference.datasets, label.datasets) where images > 0 {
          $0.member(count.slug, images)
        }
      }
    }
  }
}

/// A JSON document and where it stands.
private struct JSONDocument {
  var output: [UInt8] = []
  private var writer = JSONWriter()

  mutating func object(_ members: (inout JSONDocument) -> Void) {
    writer.open(.object, &output)
    members(&self)
    writer.close(.object, &output)
  }

  mutating func name(_ name: String) { writer.name(name, &output) }

  mutating func member(_ name: String, _ value: String?) {
    writer.name(name, &output)
    if let value { writer.string(value, &output) } else { writer.literal("null", &output) }
  }

  mutating func member(_ name: String, _ value: Int?) {
    writer.name(name, &output)
    if let value { writer.number(value, &output) } else { writer.literal("null", &output) }
  }

  mutating func strings(_ name: String, _ values: [String]) {
    writer.name(name, &output)
    writer.open(.array, &output)
    for value in values { writer.string(value, &output) }
    writer.close(.array, &output)
  }

  mutating func array<Value>(
    _ name: String, _ values: [Value], _ members: (inout JSONDocument, Value) -> Void
  ) {
    writer.name(name, &output)
    writer.open(.array, &output)
    for value in values { object { members(&$0, value) } }
    writer.close(.array, &output)
  }
}
