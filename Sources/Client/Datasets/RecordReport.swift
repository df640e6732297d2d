// Reports that are a list of records with the same columns: datasets, overlaps, staged loads.

import WireProtocol

/// The columns of such a report.
package struct RecordColumns: Equatable, Sendable {
  /// Names, as in TSV's header and as JSON's members; in capitals they head the table.
  package let names: [String]
  /// Which of them are whole numbers.
  package let numbers: Set<String>
  /// Whether TSV has a header.
  package let hasHeader: Bool

  /// `DATASETS`.
  package static let datasets = RecordColumns(
    names: ["dataset", "images", "accounts", "rows", "rejected"],
    numbers: ["images", "accounts", "rows", "rejected"], hasHeader: true)
  /// `OVERLAP`.
  package static let overlap = RecordColumns(
    names: ["a", "b", "shared"], numbers: ["shared"], hasHeader: true)
  /// `LOADS`.
  package static let loads = RecordColumns(
    names: ["load", "mode", "block", "rows", "accepted", "rejected", "bytes", "state"],
    numbers: ["block", "rows", "accepted", "rejected", "bytes"], hasHeader: true)
  /// `RELOAD`.
  package static let reload = RecordColumns(
    names: ["setting", "before", "now", "state"], numbers: [], hasHeader: true)
}

/// Writes such a report.
package struct RecordReport: Sendable {
  private let columns: RecordColumns
  private let records: [[String]]

  /// Takes the lines of a reply; missing columns are empty, further ones are left out.
  package init(_ columns: RecordColumns, _ reply: Reply) {
    self.columns = columns
    records = reply.records.map { record in
      columns.names.indices.map { $0 < record.count ? record[$0] : "" }
    }
  }

  /// How many records there are.
  package var count: Int { records.count }

  /// Appends the report. Text for no records is `none`.
  package func write(
    _ format: OutputFormat, style: TextStyle, none: String, to output: inout [UInt8]
  ) {
    switch format {
    case .tsv:
      if columns.hasHeader { TabSeparated.record(columns.names, &output) }
      for record in records { TabSeparated.record(record, &output) }
    case .json:
      for record in records { writeObject(record, &output) }
    case .text:
      guard !records.isEmpty else {
        output.append(none + "\n")
        return
      }
      var table = Table(columns.names.map { $0.uppercased() }, figures: figureColumns)
      for record in records {
        table.add(
          record.enumerated().map { index, cell in
            guard figureColumns.contains(index), let value = Decimal.parse(cell) else { return cell }
            return Figures.grouped(value)
          })
      }
      table.write(style: style, to: &output)
    }
  }

  private var figureColumns: Set<Int> {
    Set(columns.names.indices.filter { columns.numbers.contains(columns.names[$0]) })
  }

  private func writeObject(_ record: [String], _ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    for (name, cell) in zip(columns.names, record) {
      json.name(name, &output)
      if !columns.numbers.contains(name) {
        json.string(cell, &output)
      } else if let value = Decimal.parse(cell) {
        json.number(value, &output)
      } else {
        json.literal("null", &output)  // `-`: the daemon does not know it at the moment
      }
    }
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }
}
