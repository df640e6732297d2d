// What a cross-reference found: the reply to `TALLY`.

import ByteText
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
    /// Rows without an identifier of an image, or with one that only the network could resolve.
    package let rejected: Int
  }

  /// The counts of the whole.
  package let totals: TallyRequest.End
  /// Datasets with an image, by slug.
  package let datasets: [(slug: String, images: Int)]
  /// By text; none where no row had a label.
  package let labels: [Label]
  /// Images of a dataset under a label, where there are any.
  package let cells: [(slug: String, label: String, images: Int)]

  /// Takes the reply's lines and the fields of its end; nil where they are none of such a reply.
  package init?(lines: [[String]], totals fields: [Arguments.Field]) {
    guard let totals = TallyRequest.End(fields) else { return nil }
    var datasets: [(String, Int)] = []
    var labels: [Label] = []
    var cells: [(String, String, Int)] = []
    for line in lines {
      switch (line.first.flatMap(TallyRequest.Line.init(rawValue:)), line.count) {
      case (.dataset, 3...):
        guard let images = Decimal.parse(line[2]) else { return nil }
        datasets.append((line[1], images))
      case (.label, 5...):
        guard let identifiers = Decimal.parse(line[2]), let images = Decimal.parse(line[3]),
          let memberships = Decimal.parse(line[4])
        else { return nil }
        // An earlier daemon does not say it.
        let rejected = line.count > 5 ? Decimal.parse(line[5]) ?? 0 : 0
        labels.append(
          Label(
            text: line[1], identifiers: identifiers, images: images, memberships: memberships,
            rejected: rejected))
      case (.cell, 4...):
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
}
