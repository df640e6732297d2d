// `whichset check --explain` for programs: in TSV a line an input, dataset and list version; in JSON an object an input.

import Catalogue
import Identifiers
import WireProtocol

/// Writes matches as records.
package struct ExplanationRecords: MatchWriter {
  private let index: IndexedDatasets
  private let isJSON: Bool

  /// Columns of TSV.
  package static let columns = [
    "input", "key", "found", "searchable", "dataset", "images", "published", "list", "sha256", "loaded",
    "rows",
  ]

  /// Records by what an index holds, in JSON or else TSV.
  package init(_ index: IndexedDatasets, isJSON: Bool) {
    self.index = index
    self.isJSON = isJSON
  }

  package mutating func begin(_ output: inout [UInt8]) {
    if !isJSON { TabSeparated.record(Self.columns, &output) }
  }

  package mutating func write(_ match: Match, to output: inout [UInt8]) {
    if isJSON { writeObject(match, &output) } else { writeRecords(match, &output) }
  }

  package mutating func end(_ output: inout [UInt8]) {}

  private func writeRecords(_ match: Match, _ output: inout [UInt8]) {
    if case .refused(let refusal, _) = match.outcome {
      let missing = [String](repeating: "-", count: Self.columns.count - 2)
      TabSeparated.record([match.input, refusal.mark] + missing, &output)
      return
    }
    var found: Set<String> = []
    if case .found(let findings, _) = match.outcome { found = Set(findings.map(\.slug)) }
    let front = [match.input, match.key ?? "-"]
    for dataset in index.datasets {
      let facts = [
        found.contains(dataset.slug) ? "yes" : "no", isSearchable(dataset, match) ? "yes" : "no",
        dataset.slug,
        String(dataset.images), index.entry(dataset.slug).images.map { String($0) } ?? "-",
      ]
      if dataset.lists.isEmpty { TabSeparated.record(front + facts + ["-", "-", "-", "-"], &output) }
      for list in dataset.lists {
        let version = [
          list.name.isEmpty ? "-" : list.name, list.sha256.isEmpty ? "-" : list.sha256, list.day,
          String(list.rows),
        ]
        TabSeparated.record(front + facts + version, &output)
      }
    }
  }

  private func isSearchable(_ dataset: IndexedDataset, _ match: Match) -> Bool {
    match.namespace.flatMap { Namespace(name: $0) }.map { (dataset.keys[$0] ?? 0) > 0 } ?? false
  }

  private func writeObject(_ match: Match, _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    json.name("input", &output)
    json.string(match.input, &output)
    json.name("key", &output)
    if let key = match.key { json.string(key, &output) } else { json.literal("null", &output) }
    switch match.outcome {
    case .refused(let refusal, let reason):
      for (name, value) in [("error", refusal.name), ("message", reason)] {
        json.name(name, &output)
        json.string(value, &output)
      }
    case .missed: writeFindings([], isTruncated: false, &json, &output)
    case .found(let findings, let isTruncated):
      writeFindings(findings, isTruncated: isTruncated, &json, &output)
    }
    if case .refused = match.outcome {} else { writeCoverage(match, &json, &output) }
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }

  private func writeFindings(
    _ findings: [Match.Finding], isTruncated: Bool, _ json: inout JSONWriter, _ output: inout [UInt8]
  ) {
    json.name("found", &output)
    json.bool(!findings.isEmpty, &output)
    json.name("truncated", &output)
    json.bool(isTruncated, &output)
    json.name("datasets", &output)
    json.open(.array, &output)
    for finding in findings {
      json.open(.object, &output)
      json.name("dataset", &output)
      json.string(finding.slug, &output)
      json.facts(of: index.entry(finding.slug), in: index.catalogue, &output)
      json.name("listings", &output)
      json.open(.array, &output)
      for listing in finding.listings { json.listing(listing, &output) }
      json.close(.array, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
  }

  private func writeCoverage(_ match: Match, _ json: inout JSONWriter, _ output: inout [UInt8]) {
    json.name("coverage", &output)
    json.open(.object, &output)
    json.name("images", &output)
    json.number(index.images, &output)
    json.name("datasets", &output)
    json.open(.array, &output)
    for dataset in index.datasets {
      json.open(.object, &output)
      json.name("dataset", &output)
      json.string(dataset.slug, &output)
      json.name("searchable", &output)
      json.bool(isSearchable(dataset, match), &output)
      json.name("images", &output)
      json.number(dataset.images, &output)
      json.name("published", &output)
      json.literal(index.entry(dataset.slug).images.map { String($0) } ?? "null", &output)
      json.name("keys", &output)
      json.open(.object, &output)
      for namespace in Namespace.allCases {
        guard let count = dataset.keys[namespace] else { continue }
        json.name(namespace.name, &output)
        json.number(count, &output)
      }
      json.close(.object, &output)
      json.name("lists", &output)
      json.open(.array, &output)
      for list in dataset.lists { json.version(list, &output) }
      json.close(.array, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
    let missed = match.outcome == .missed ? match.namespace.flatMap { Namespace(name: $0) } : nil
    json.strings("limits", missed.map { Coverage(index).limits(for: [$0]) } ?? [], &output)
    json.close(.object, &output)
  }
}

extension JSONWriter {
  /// A list version.
  fileprivate mutating func version(_ list: ListVersion, _ output: inout [UInt8]) {
    open(.object, &output)
    for (name, value) in [
      ("name", list.name), ("format", list.format), ("sha256", list.sha256), ("loaded", list.day),
    ] {
      self.name(name, &output)
      string(value, &output)
    }
    name("rows", &output)
    number(list.rows, &output)
    close(.object, &output)
  }
}
