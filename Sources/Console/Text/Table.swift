// Tables for people: columns as wide as their widest cell, figures to the right.

package struct Table: Sendable {
  private let headings: [String]
  private let figures: Set<Int>
  private var rows: [[String]] = []

  /// - Parameter figures: the columns that are aligned to the right.
  package init(_ headings: [String], figures: Set<Int> = []) {
    self.headings = headings
    self.figures = figures
  }

  /// Records as rows: their numbers are grouped and stand to the right, the names of `columns` are the headings.
  package init(_ records: [Record], columns: [String]) {
    let figures = columns.indices.filter { column in
      records.allSatisfy { $0.fields[column].value.isFigure }
    }
    self.init(columns.map { $0.uppercased() }, figures: Set(figures))
    for record in records { add(record.fields.map(\.value.shownText)) }
  }

  /// Adds a row of as many cells as there are headings. Control bytes in cells are escaped.
  package mutating func add(_ cells: [String]) {
    precondition(cells.count == headings.count)
    rows.append(cells.map(\.shown))
  }

  /// The table, its headings first. Two spaces separate columns; no line ends in spaces.
  package func text(_ style: TextStyle, indent: Int = 0) -> String {
    var widths = headings.map(\.count)
    for row in rows {
      for (column, cell) in row.enumerated() { widths[column] = max(widths[column], cell.count) }
    }
    let margin = String(repeating: " ", count: indent)
    return margin + style.mark(line(headings, widths), .heading) + "\n"
      + rows.map { margin + line($0, widths) + "\n" }.joined()
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

extension Content {
  fileprivate var isFigure: Bool {
    switch self {
    case .number, .none: true
    default: false
    }
  }

  fileprivate var shownText: String {
    switch self {
    case .number(let digits): Int(digits).map(Figures.grouped) ?? digits
    case .text(let text): text
    default:
      {
        var column: [UInt8] = []
        appendColumn(to: &column)
        return String(decoding: column, as: UTF8.self)
      }()
    }
  }
}
