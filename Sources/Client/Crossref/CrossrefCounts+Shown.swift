// How the counts of a cross-reference are shown.

import ByteText
package import Console
package import DaemonClient
import Platform
import WireProtocol

extension CrossrefCounts {
  package var shown: Answer { shown(totals.values) }

  /// The same counts of accounts' images, with those of the accounts in front. What the counts of rows would tell is only
  /// how often images came with several accounts.
  func shown(accounts: [Arguments.Field]) -> Answer {
    shown(accounts + AccountRequest.End(images: totals.images, memberships: totals.memberships).values)
  }

  private func shown(_ values: [Arguments.Field]) -> Answer {
    let totals = Record(values.map { ($0.name, Content.number($0.value)) })
    let datasets = datasets.map { ["dataset": $0.slug, "images": $0.images] as Record }
    let labels = labels.map { label -> Record in
      [
        "label": label.text, "identifiers": label.identifiers, "images": label.images,
        "memberships": label.memberships, "rejected": label.rejected,
      ]
    }
    let cells = cells.map { ["dataset": $0.slug, "label": $0.label, "images": $0.images] as Record }
    func lines(_ kind: String, _ records: [Record]) -> [[any FieldValue]] {
      records.map { [kind] + $0.fields.map(\.value) }
    }
    return Answer(
      totals + ["datasets": datasets, "labels": labels, "cells": cells],
      .these(
        totals.fields.map { ["total", $0.name, $0.value] } + lines("dataset", datasets)
          + lines("label", labels) + lines("cell", cells))
    ) { text(values, $0) }
  }

  private func text(_ totals: [Arguments.Field], _ style: TextStyle) -> String {
    var text = style.labelled(totals.map { ($0.name, Decimal.parse($0.value).map(Figures.grouped) ?? "-") })
    if datasets.isEmpty { return text }
    text += "\n" + Self.table(datasets).text(style)
    if labels.isEmpty { return text }
    var images: [String: [String: Int]] = [:]
    for cell in cells { images[cell.label, default: [:]][cell.slug] = cell.images }
    let hasRejected = labels.contains { $0.rejected > 0 }
    let fixed =
      ["LABEL", "IDENTIFIERS", "IMAGES", "SHARE", "MEMBERSHIPS"] + (hasRejected ? ["REJECTED"] : [])
    var matrix = Table(fixed + datasets.map(\.slug), figures: Set(1..<(fixed.count + datasets.count)))
    let named = labels.filter { !$0.text.isEmpty }.sorted { Collation.precedes($0.text, $1.text) }
    for label in named + labels.filter(\.text.isEmpty) {
      matrix.add(
        [
          label.text.isEmpty ? "(no label)" : label.text, Figures.grouped(label.identifiers),
          Figures.grouped(label.images), Share.text(label.images, of: label.identifiers),
        ]
          + ([label.memberships] + (hasRejected ? [label.rejected] : [])
          + datasets.map { images[label.text]?[$0.slug] ?? 0 }).map(Figures.grouped))
    }
    return text + "\n" + matrix.text(style)
  }

  static func table(_ datasets: [(slug: String, images: Int)]) -> Table {
    var table = Table(["DATASET", "IMAGES"], figures: [1])
    for (slug, images) in datasets { table.add([slug, Figures.grouped(images)]) }
    return table
  }
}
