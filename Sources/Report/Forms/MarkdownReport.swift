// The report as Markdown with tables, as GitHub and Pandoc read it (GitHub Flavored Markdown, section 4.10).

enum MarkdownReport {
  /// The report as one document.
  static func write(_ model: ReportModel) -> [UInt8] {
    var text = "# \(escaped(model.title))\n\n"
    if let reference = model.crossReference { text += "\(escaped(Sentences.summary(reference)))\n\n" }
    text += "\(escaped(Sentences.summary(model)))\n"
    if let reference = model.crossReference {
      add("By \(reference.labelName)", .crossReference(reference, model), &text)
    }
    for (heading, table) in ReportTable.all(model) { add(heading, table, &text) }
    text += "\n## To cite\n\n\(escaped(Sentences.citation(model)))\n\n"
    for (name, value) in Sentences.stamp(model) { text += "- \(name): \(escaped(value))\n" }
    text += "\n\(escaped(Sentences.indexVersion))\n\n\(escaped(Sentences.caution))\n"
    return Array(text.utf8)
  }

  private static func add(_ heading: String, _ table: ReportTable, _ text: inout String) {
    text += "\n## \(escaped(heading))\n\n"
    if let finding = table.finding { text += "\(escaped(finding)).\n\n" }
    text += "\(escaped(table.caption)).\n\n"
    text += row(table.columns.map(\.name))
    text += "|" + table.columns.map { $0.isFigure ? "---:|" : "---|" }.joined() + "\n"
    for cells in table.rows { text += row(cells) }
    for cells in table.totals { text += row(cells) }
    text += "\nSource: \(escaped(table.source))\n"
  }

  private static func row(_ cells: [String]) -> String {
    "|" + cells.map { " \(escaped($0)) |" }.joined() + "\n"
  }

  /// ASCII punctuation that could be markup gets a backslash (CommonMark, section 2.4), what could be HTML becomes an
  /// entity, which careless readers understand too, and no line ends within.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\\", "`", "*", "_", "{", "}", "[", "]", "#", "|", "~", "!": result += "\\\(scalar)"
      case "\u{0}"..<" ", "\u{7F}": result += " "
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
