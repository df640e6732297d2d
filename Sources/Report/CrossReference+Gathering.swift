// A report's cross-reference from the counts that the daemon gave for a list (`whichset xref`).

package import Client

extension CrossReference {
  /// Takes the counts.
  ///
  /// - Parameters:
  ///   - list: what the list is called.
  ///   - labelName: what its labels are.
  package init(_ report: CrossrefReport, list: String, sha256: String?, labelName: String) {
    var images: [String: [String: Int]] = [:]
    for cell in report.cells { images[cell.label, default: [:]][cell.slug] = cell.images }
    self.init(
      list: list, sha256: sha256, labelName: labelName, identifiers: report.total("identifiers"),
      unanswered: report.total("invalid") + report.total("unresolvable"), images: report.total("images"),
      datasets: report.datasets.map { Count($0.slug, $0.images) },
      labels: report.labels.map { label in
        Label(
          label.text, identifiers: label.identifiers, images: label.images,
          datasets: report.datasets.map { images[label.text]?[$0.slug] ?? 0 })
      })
  }
}
