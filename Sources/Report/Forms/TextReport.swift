// The report for people at a terminal.

import Client
import WireProtocol

/// Text.
enum TextReport {
  /// The report as lines of text, with colours where the style has them.
  static func write(_ model: ReportModel, style: TextStyle) -> [UInt8] {
    var output: [UInt8] = []
    line(style.mark(escaped(model.title), .heading), &output)
    for (name, value) in Sentences.stamp(model) {
      line(style.mark("\(name): ", .aside) + escaped(value), &output)
    }
    line("", &output)
    if let reference = model.crossReference { paragraph(Sentences.summary(reference), &output) }
    paragraph(Sentences.summary(model), &output)
    if let reference = model.crossReference {
      add(.crossReference(reference, model), style, &output)
    }
    for (_, table) in ReportTable.all(model) { add(table, style, &output) }
    line("", &output)
    paragraph(Sentences.caution, &output)
    paragraph("To cite: " + Sentences.citation(model), &output)
    return output
  }

  private static func add(_ table: ReportTable, _ style: TextStyle, _ output: inout [UInt8]) {
    line("\n" + style.mark(escaped(table.caption), .heading), &output)
    let figures = Set(table.columns.indices.filter { table.columns[$0].isFigure })
    // A column that says nothing only makes lines longer than a terminal.
    let shown = table.columns.indices.filter { column in
      column == 0 || (table.rows + table.totals).contains { !$0[column].isEmpty }
    }
    var text = Table(
      shown.map { escaped(table.columns[$0].name.uppercased()) },
      figures: Set(shown.indices.filter { figures.contains(shown[$0]) }))
    for row in table.rows + table.totals { text.add(shown.map { row[$0] }) }
    text.write(style: style, to: &output)
    paragraph("Source: " + table.source, &output)
  }

  /// A paragraph in lines of at most 100 characters, where its words allow that.
  private static func paragraph(_ text: String, _ output: inout [UInt8]) {
    var current = ""
    for word in escaped(text).split(separator: " ") {
      if !current.isEmpty, current.count + 1 + word.count > 100 {
        line(current, &output)
        current = ""
      }
      current += current.isEmpty ? word : " " + word
    }
    line(current, &output)
  }

  /// Control bytes of the index must not reach a terminal.
  private static func escaped(_ text: String) -> String {
    var bytes: [UInt8] = []
    Escapes.append(text, to: &bytes, keepingSpaces: true)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func line(_ text: String, _ output: inout [UInt8]) {
    output.append(contentsOf: (text + "\n").utf8)
  }
}
