// `whichset check --explain` for programs: in TSV a line an input, dataset and list version; in JSON an object an input.

import Catalogue
package import Console
import Identifiers

package struct ExplanationRecords: MatchWriter {
  private let index: IndexedDatasets
  private let show: Presentation

  package static let columns = [
    "input", "key", "found", "searchable", "dataset", "images", "published", "list", "sha256", "loaded",
    "rows",
  ]

  package init(_ index: IndexedDatasets, _ show: Presentation) {
    self.index = index
    self.show = show
  }

  package mutating func begin(_ output: inout [UInt8]) { show.begin(Self.columns, to: &output) }

  package mutating func write(_ match: Match, to output: inout [UInt8]) {
    show.append(answer(match), to: &output)
  }

  private func answer(_ match: Match) -> Answer {
    Answer(
      ["input": match.input, "key": match.key] + outcome(match), .these(lines(match)), text: { _ in "" })
  }

  package mutating func end(_ output: inout [UInt8]) {}

  private func lines(_ match: Match) -> [[any FieldValue]] {
    if case .refused(let refusal, _) = match.outcome {
      return [[match.input, refusal.mark] + [Content](repeating: .none, count: Self.columns.count - 2)]
    }
    let found = Set(match.findings.map(\.slug))
    return index.datasets.flatMap { dataset -> [[any FieldValue]] in
      let front: [any FieldValue] = [
        match.input, match.key, found.contains(dataset.slug), isSearchable(dataset, match), dataset.slug,
        dataset.images, index.entry(dataset.slug).images,
      ]
      if dataset.lists.isEmpty { return [front + [Content](repeating: .none, count: 4)] }
      return dataset.lists.map { list in
        front + [
          list.name.isEmpty ? Content.none : list.name.content,
          list.sha256.isEmpty ? Content.none : list.sha256.content,
          list.day, list.rows,
        ]
      }
    }
  }

  private func outcome(_ match: Match) -> Record {
    if case .refused(let refusal, let reason) = match.outcome {
      return ["error": refusal.name, "message": reason]
    }
    return [
      "found": !match.findings.isEmpty, "truncated": match.isTruncated,
      "datasets": match.findings.map { finding in
        ["dataset": finding.slug] + index.entry(finding.slug).facts(in: index.catalogue)
          + ["listings": finding.listings.map(\.record)]
      }, "coverage": coverage(match),
    ]
  }

  private func coverage(_ match: Match) -> Record {
    let datasets = index.datasets.map { dataset -> Record in
      let keys = Namespace.allCases.compactMap { namespace -> (String, any FieldValue)? in
        dataset.keys[namespace].map { (namespace.name, $0) }
      }
      return [
        "dataset": dataset.slug, "searchable": isSearchable(dataset, match), "images": dataset.images,
        "published": index.entry(dataset.slug).images, "keys": Record(keys),
        "lists": dataset.lists.map { list -> Record in
          [
            "name": list.name, "format": list.format, "sha256": list.sha256, "loaded": list.day,
            "rows": list.rows,
          ]
        },
      ]
    }
    let missed = match.outcome == .missed ? match.namespace.flatMap { Namespace(name: $0) } : nil
    return [
      "images": index.images, "datasets": datasets,
      "limits": missed.map { Coverage(index).limits(for: [$0]) } ?? [],
    ]
  }

  private func isSearchable(_ dataset: IndexedDataset, _ match: Match) -> Bool {
    match.namespace.flatMap { Namespace(name: $0) }.map { (dataset.keys[$0] ?? 0) > 0 } ?? false
  }
}
