// The records of a table, whatever separates their columns: for looking at its first rows, and for reading one column.

import ByteText
import WireProtocol

/// Records of a table, one at a time.
struct TableRecords {
  /// The text of the last record, quotes undone.
  private(set) var text: [UInt8] = []
  /// Where in `text` its columns are.
  private(set) var columns: [Range<Int>] = []
  /// Whether the last record is longer than it may be; its last column is a part.
  private(set) var isTooLong = false
  private let separator: Separator
  private var records: CSVRecords
  private var lines = LineSplitter()

  init(_ separator: Separator) {
    self.separator = separator
    records = CSVRecords(separator: separator)
  }

  /// Reads the next record; false at the end of the table.
  mutating func next(of source: inout ByteSource) throws(ListError) -> Bool {
    if separator.hasQuotes {
      guard try records.next(of: &source) else { return false }
      (text, columns, isTooLong) = (records.text, records.columns, records.isTooLong)
      return true
    }
    guard let line = try lines.next(of: &source) else { return false }
    text.removeAll(keepingCapacity: true)
    text.append(source.window.span.extracting(line.place))
    var cutter = ColumnCutter()
    cutter.cut(text.span, at: separator, countMax: ListLimits.columnsMax)
    (columns, isTooLong) = (cutter.places, line.isCut)
    return true
  }

  /// A column of the last record without blanks and quotes around it; empty where there is none.
  func column(_ index: Int) -> [UInt8] {
    guard index < columns.count - (isTooLong ? 1 : 0) else { return [] }
    var value: [UInt8] = []
    value.append(RowText.unquoted(text.span.extracting(columns[index])))
    return value
  }
}
