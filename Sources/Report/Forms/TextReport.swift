// The report for people at a terminal.

import Console
import WireProtocol

enum TextReport {
  /// The report as lines of text, with colours where the style has them.
  static func write(_ model: ReportModel, style: TextStyle) -> [UInt8] {
    var output: [UInt8] = []
    line(style.mark(model.title.shown, .heading), &output)
    for (name, value) in Sentences.stamp(model) {
      line(style.mark("\(name): ", .aside) + value.shown, &output)
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
    line("\n" + style.mark((table.finding ?? table.caption).shown, .heading), &output)
    if table.finding != nil { line(table.caption.shown, &output) }
    let figures = Set(table.columns.indices.filter { table.columns[$0].isFigure })
    // A column that says nothing only makes lines longer than a terminal.
    let shown = table.columns.indices.filter { column in
      column == 0 || (table.rows + table.totals).contains { !$0[column].isEmpty }
    }
    var text = Table(
      shown.map { table.columns[$0].name.uppercased().shown },
      figures: Set(shown.indices.filter { figures.contains(shown[$0]) }))
    for row in table.rows + table.totals { text.add(shown.map { row[$0] }) }
    output.append(text.text(style))
    paragraph("Source: " + table.source, &output)
  }

  private static func paragraph(_ text: String, _ output: inout [UInt8]) {
    output.append(Prose(width: 100).paragraph(text))
  }

  private static func line(_ text: String, _ output: inout [UInt8]) {
    output.append(text + "\n")
  }
}
