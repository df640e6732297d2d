// What a cross-reference found, as text, TSV or JSON: the reply to `TALLY`.

package import WireProtocol

/// The counts of a cross-reference.
package struct CrossrefReport: Equatable, Sendable {
  /// Counts of one label.
  package struct Label: Equatable, Sendable {
    /// The label; empty for rows without one.
    package let text: String
    /// Distinct identifiers.
    package let identifiers: Int
    /// Those that are in a dataset.
    package let images: Int
    /// Their memberships.
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
  package func counted(accounts: [(name: String, count: Int)]) -> CrossrefReport {
    var report = self
    report.totals = accounts + totals.filter { ["images", "memberships"].contains($0.name) }
    return report
  }

  /// A count of the whole.
  package func total(_ name: String) -> Int { totals.first { $0.name == name }?.count ?? 0 }

  package static func == (left: CrossrefReport, right: CrossrefReport) -> Bool {
    left.labels == right.labels && left.totals.elementsEqual(right.totals, by: ==)
      && left.datasets.elementsEqual(right.datasets, by: ==) && left.cells.elementsEqual(right.cells, by: ==)
  }

  /// Appends the report.
  package func write(_ format: OutputFormat, style: TextStyle, to output: inout [UInt8]) {
    switch format {
    case .text: writeText(style, &output)
    case .tsv: writeRecords(&output)
    case .json: writeObject(&output)
    }
  }

  private func writeText(_ style: TextStyle, _ output: inout [UInt8]) {
    let width = totals.map(\.name.count).max() ?? 0
    for (name, count) in totals {
      let label = name + String(repeating: " ", count: width - name.count)
      output.append("\(style.mark(label, .heading))  \(Figures.grouped(count))\n")
    }
    guard !datasets.isEmpty else { return }
    output.append("\n")
    var table = Table(["DATASET", "IMAGES"], figures: [1])
    for (slug, images) in datasets { table.add([slug, Figures.grouped(images)]) }
    table.write(style: style, to: &output)
    guard !labels.isEmpty else { return }
    output.append("\n")
    var images: [String: [String: Int]] = [:]
    for cell in cells { images[cell.label, default: [:]][cell.slug] = cell.images }
    let fixed = ["LABEL", "IDENTIFIERS", "IMAGES", "MEMBERSHIPS"]
    var matrix = Table(fixed + datasets.map(\.slug), figures: Set(1..<(fixed.count + datasets.count)))
    for label in labels {
      matrix.add(
        [label.text.isEmpty ? "-" : label.text]
          + [label.identifiers, label.images, label.memberships].map(Figures.grouped)
          + datasets.map { Figures.grouped(images[label.text]?[$0.slug] ?? 0) })
    }
    matrix.write(style: style, to: &output)
  }

  /// Records of four kinds, told apart by their first column.
  private func writeRecords(_ output: inout [UInt8]) {
    for (name, count) in totals { TabSeparated.record(["total", name, String(count)], &output) }
    for (slug, images) in datasets { TabSeparated.record(["dataset", slug, String(images)], &output) }
    for label in labels {
      TabSeparated.record(
        ["label", label.text] + [label.identifiers, label.images, label.memberships].map { String($0) },
        &output)
    }
    for (slug, label, images) in cells {
      TabSeparated.record(["cell", slug, label, String(images)], &output)
    }
  }

  private func writeObject(_ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    for (name, count) in totals { json.number(name, count, &output) }
    json.name("datasets", &output)
    json.open(.array, &output)
    for (slug, images) in datasets {
      json.open(.object, &output)
      json.text("dataset", slug, &output)
      json.number("images", images, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
    json.name("labels", &output)
    json.open(.array, &output)
    for label in labels {
      json.open(.object, &output)
      json.text("label", label.text, &output)
      json.number("identifiers", label.identifiers, &output)
      json.number("images", label.images, &output)
      json.number("memberships", label.memberships, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
    json.name("cells", &output)
    json.open(.array, &output)
    for (slug, label, images) in cells {
      json.open(.object, &output)
      json.text("dataset", slug, &output)
      json.text("label", label, &output)
      json.number("images", images, &output)
      json.close(.object, &output)
    }
    json.close(.array, &output)
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }
}

extension JSONWriter {
  /// A member that is a whole number.
  mutating func number(_ name: String, _ value: Int, _ output: inout [UInt8]) {
    self.name(name, &output)
    number(value, &output)
  }

  /// A member that is a string.
  mutating func text(_ name: String, _ value: String, _ output: inout [UInt8]) {
    self.name(name, &output)
    string(value, &output)
  }
}
