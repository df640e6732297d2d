// What a cross-reference found: the reply to `TALLY`.

package import WireProtocol

/// The counts of a cross-reference.
package struct CrossrefCounts: Sendable {
  package struct Label: Sendable {
    /// The label; empty for rows without one.
    package let text: String
    package let identifiers: Int
    /// Those that are in a dataset.
    package let images: Int
    package let memberships: Int
  }

  /// Names and counts of the whole, in the daemon's order.
  package private(set) var totals: [(name: String, count: Int)]
  /// Datasets with an image, by slug.
  package let datasets: [(slug: String, images: Int)]
  /// By text; none where no row had a label.
  package let labels: [Label]
  /// Images of a dataset under a label, where there are any.
  package let cells: [(slug: String, label: String, images: Int)]

  /// Takes the reply's lines and the fields of its end; nil where they are none of such a reply.
  package init?(lines: [[String]], totals fields: [Arguments.Field]) {
    var totals: [(String, Int)] = []
    for field in fields {
      guard let count = Decimal.parse(field.value) else { return nil }
      totals.append((field.name, count))
    }
    var datasets: [(String, Int)] = []
    var labels: [Label] = []
    var cells: [(String, String, Int)] = []
    for line in lines {
      switch (line.first, line.count) {
      case ("dataset", 3...):
        guard let images = Decimal.parse(line[2]) else { return nil }
        datasets.append((line[1], images))
      case ("label", 5...):
        guard let identifiers = Decimal.parse(line[2]), let images = Decimal.parse(line[3]),
          let memberships = Decimal.parse(line[4])
        else { return nil }
        labels.append(
          Label(text: line[1], identifiers: identifiers, images: images, memberships: memberships))
      case ("cell", 4...):
        guard let images = Decimal.parse(line[3]) else { return nil }
        cells.append((line[1], line[2], images))
      // A later daemon may say more.
      default: continue
      }
    }
    self.totals = totals
    self.datasets = datasets
    self.labels = labels
    self.cells = cells
  }

  /// The same counts of accounts' images, with those of the accounts in front. What the counts of rows would tell is only
  /// how often images came with several accounts.
  package func counted(accounts: [(name: String, count: Int)]) -> CrossrefCounts {
    var report = self
    report.totals = accounts + totals.filter { ["images", "memberships"].contains($0.name) }
    return report
  }

  /// A count of the whole.
  package func total(_ name: String) -> Int { totals.first { $0.name == name }?.count ?? 0 }
}
