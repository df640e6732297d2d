// Tables for people: columns as wide as their widest cell, figures to the right.

import WireProtocol

/// A table in the making.
package struct Table: Sendable {
  private let headings: [String]
  private let figures: Set<Int>
  private var rows: [[String]] = []

  /// A table with these headings; columns whose index is in `figures` are aligned to the right.
  package init(_ headings: [String], figures: Set<Int> = []) {
    self.headings = headings
    self.figures = figures
  }

  /// Adds a row of as many cells as there are headings. Control bytes in cells are escaped.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count)
    rows.append(
      cells.map { cell in
        var escaped: [UInt8] = []
        Escapes.append(cell, to: &escaped, keepingSpaces: true)
        return String(decoding: escaped, as: UTF8.self)
      })
  }

  /// Appends the table, its headings first. Two spaces part columns; no line ends in spaces.
  package func write(style: TextStyle, indent: Int = 0, to output: inout [UInt8]) {
    var widths = headings.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    let margin = String(repeating: " ", count: indent)
    output.append(margin + style.mark(line(headings, widths), .heading) + "\n")
    for row in rows { output.append(margin + line(row, widths) + "\n") }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (column, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[column] - cell.count)
      if column > 0 { text += "  " }
      text += figures.contains(column) ? padding + cell : cell + padding
    }
    while text.last == " " { text.removeLast() }
    return text
  }
}
