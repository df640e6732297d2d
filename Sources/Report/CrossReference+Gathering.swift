// A report's cross-reference from the counts that the daemon gave for a list (`whichset xref`).

package import DaemonClient
import WireProtocol

extension CrossReference {
  /// Takes the counts.
  ///
  /// - Parameters:
  ///   - list: what the list is called.
  ///   - labelName: what its labels are.
  package init(_ counts: CrossrefCounts, list: String, sha256: String?, labelName: String) {
    var images: [String: [String: Int]] = [:]
    for cell in counts.cells { images[cell.label, default: [:]][cell.slug] = cell.images }
    self.init(
      list: list, sha256: sha256, labelName: labelName, identifiers: counts.totals.identifiers,
      unanswered: counts.totals.invalid + counts.totals.unresolvable + counts.totals.unsearchable,
      images: counts.totals.images,
      datasets: counts.datasets.map { Count($0.slug, $0.images) },
      labels: counts.labels.map { label in
        Label(
          label.text, identifiers: label.identifiers, images: label.images, rejected: label.rejected,
          datasets: counts.datasets.map { images[label.text]?[$0.slug] ?? 0 })
      })
  }
}
