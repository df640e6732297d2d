// `whichset check --explain` for people: in which datasets, what these are, which rows of which list say so; and of a miss,
// what it covers and what it does not prove. A dataset is described once, however many inputs are in it.

import Catalogue
package import Console
import Identifiers
import WireProtocol

package struct Explanation: MatchWriter {
  private let index: IndexedDatasets
  private let prose: Prose
  private let style: TextStyle
  private var described: Set<String> = []
  private var missed: [Namespace] = []
  private var wasFound = false
  private var isFirst = true

  /// Rows that are shown of one dataset for an input, and list versions.
  private static let shownMax = 5

  package init(_ index: IndexedDatasets, prose: Prose, style: TextStyle) {
    self.index = index
    self.prose = prose
    self.style = style
  }

  package mutating func begin(_ output: inout [UInt8]) {}

  package mutating func write(_ match: Match, to output: inout [UInt8]) {
    if !isFirst { output.append("\n") }
    isFirst = false
    output.append("\(style.mark(match.input.shown, .heading))\n")
    if let key = match.key, key != match.input { output.append("searched for as \(key.shown)\n") }
    switch match.outcome {
    case .found(let findings, let isTruncated):
      wasFound = true
      output.append(style.mark("in \(hitScope(findings.count)) of this index", .found) + "\n")
      for finding in findings { write(finding, isTruncated: isTruncated, &output) }
    case .missed:
      output.append(prose.paragraph("not found in \(missScope) of this index"))
      if let namespace = match.namespace.flatMap({ Namespace(name: $0) }), !missed.contains(namespace) {
        missed.append(namespace)
      }
    case .refused(let refusal, let reason):
      output.append(prose.marked(refusal.phrase, .wrong, ": \(reason)", style: style))
    }
  }

  package mutating func end(_ output: inout [UInt8]) {
    if wasFound {
      output.append("\n")
      output.append(
        prose.paragraph(
          "whichset check --letter, with the same inputs, writes a request for access and erasure to each of "
            + "these datasets."))
    }
    guard !missed.isEmpty else { return }
    let coverage = Coverage(index)
    output.append("\n\(style.mark("What \"not found\" covers", .heading))\n")
    output.append(prose.paragraph(coverage.sentence, indent: 2))
    if !index.datasets.isEmpty { writeLists(&output) }
    output.append("\n\(style.mark("What it does not prove", .heading))\n")
    for limit in coverage.limits(for: missed) { output.append(prose.item(limit)) }
  }

  private func hitScope(_ count: Int) -> String {
    index.datasets.count == 1
      ? "the only dataset" : "\(count) of the \(Figures.counted(index.datasets.count, "dataset"))"
  }

  private var missScope: String {
    index.datasets.count == 1
      ? "the only dataset" : "any of the \(Figures.counted(index.datasets.count, "dataset"))"
  }

  private mutating func write(_ finding: Match.Finding, isTruncated: Bool, _ output: inout [UInt8]) {
    let sheet = FactSheet(index.entry(finding.slug), in: index.catalogue)
    output.append("\n\(style.mark(sheet.heading.shown, .heading))\n")
    var lines = finding.listings.prefix(Self.shownMax).map { listing in
      FactSheet.Line(label: "Listed as", text: Self.row(listing))
    }
    let more = finding.listings.count - lines.count
    if more > 0 || isTruncated {
      let count = isTruncated ? "and more rows" : "and \(Figures.counted(more, "more row"))"
      lines.append(FactSheet.Line(label: "Listed as", text: "\(count): whichset get shows them."))
    }
    let versions = index[finding.slug]?.lists ?? []
    lines += versions.suffix(Self.shownMax).map { FactSheet.Line(label: "Read from", text: Self.version($0)) }
    if versions.count > Self.shownMax {
      let earlier = Figures.counted(versions.count - Self.shownMax, "earlier list")
      lines.append(
        FactSheet.Line(label: "Read from", text: "and \(earlier): whichset dataset show \(finding.slug)"))
    }
    if described.insert(finding.slug).inserted {
      lines += sheet.lines
    } else {
      lines.append(FactSheet.Line(label: "Known", text: "as described above."))
    }
    output.append(FactSheet.text(lines, prose, style))
  }

  /// A listed row: the form as listed, then its keys, where they say more.
  private static func row(_ listing: Listing) -> String {
    let keys = ([listing.key] + listing.otherKeys).filter {
      $0 != listing.listed
    }
    return keys.isEmpty ? listing.listed : "\(listing.listed) (\(keys.joined(separator: ", ")))"
  }

  /// A list version: `megaface.txt, 52 rows, loaded 2025-01-31, sha256 0123456789ab`.
  static func version(_ list: ListVersion) -> String {
    let name = list.name.isEmpty ? "a list without a name" : list.name
    let digest = list.shortDigest.map { ", sha256 \($0)" } ?? ""
    return "\(name), \(Figures.counted(list.rows, "row")), loaded \(list.day)\(digest)"
  }

  private func writeLists(_ output: inout [UInt8]) {
    var table = Table(["DATASET", "IMAGES", "PUBLISHED", "ROWS", "LOADED", "SHA-256"], figures: [1, 2, 3])
    for dataset in index.datasets {
      let published = index.entry(dataset.slug).images.map(Figures.grouped) ?? "unknown"
      let images = Figures.grouped(dataset.images)
      if dataset.lists.isEmpty { table.add([dataset.slug, images, published, "", "", ""]) }
      for (number, list) in dataset.lists.enumerated() {
        let first = number == 0
        table.add([
          first ? dataset.slug : "", first ? images : "", first ? published : "", Figures.grouped(list.rows),
          list.day, list.shortDigest ?? "unknown",
        ])
      }
    }
    output.append(table.text(style, indent: 2))
  }
}
