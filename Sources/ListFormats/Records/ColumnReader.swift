// One column of a table, value by value: CSV or TSV, whichever the first line looks like, of any size.

import ByteText

/// A column that is being read.
package struct ColumnReader: ~Copyable {
  private var source: ByteSource
  private var lines: LineSplitter
  private var records: CSVRecords
  private var cutter = ColumnCutter()
  private let isTabbed: Bool
  private let index: Int
  /// Records that are longer than a line may be, whose column was passed over.
  package private(set) var overlongCount = 0

  /// Opens a table, and finds the column.
  ///
  /// - Parameters:
  ///   - name: what messages call the file.
  ///   - descriptor: is read from its current position; stays the caller's, who closes it.
  ///   - column: where the column is. A table whose column is named begins with a header.
  package init(name: String, descriptor: Int32, column: ListColumn.Place) throws(ListError) {
    var source = try ByteSource(stream: ListStream(file: ListFile(name: name, descriptor: descriptor)))
    let lineEnd = source.distance(to: UInt8(ascii: "\n")) ?? source.unread.count
    let isTabbed = source.distance(to: UInt8(ascii: "\t")).map { $0 < lineEnd } ?? false
    var lines = LineSplitter()
    var records = CSVRecords()
    var index = 0
    switch column {
    case .numbered(let number): index = number - 1
    case .named(let name):
      let names = try Self.header(of: &source, isTabbed: isTabbed, &lines, &records)
      guard let found = names.firstIndex(of: name.lowercased()) else {
        throw source.stream.file.error(
          "the header has no column \"\(name)\"",
          hint: "its columns are \(names.prefix(40).joined(separator: ", "))")
      }
      index = found
    }
    self.source = source
    self.lines = lines
    self.records = records
    self.index = index
    self.isTabbed = isTabbed
  }

  /// Puts the column's next value into `value`, quotes undone; an empty one where a record has no such column.
  ///
  /// - Returns: false at the end of the table.
  package mutating func next(into value: inout [UInt8]) throws(ListError) -> Bool {
    value.removeAll(keepingCapacity: true)
    if isTabbed {
      guard let line = try lines.next(of: &source) else { return false }
      if line.isCut { overlongCount += 1 }
      Self.cut(line, of: source, index, by: &cutter, to: &value)
      return true
    }
    guard try records.next(of: &source) else { return false }
    if records.isTooLong {
      overlongCount += 1
    } else if index < records.columns.count {
      value.append(RowText.unquoted(records.text.span.extracting(records.columns[index])))
    }
    return true
  }

  /// Appends a column of a line. The last column of a line that was cut is cut itself, and does not count.
  private static func cut(
    _ line: LineSplitter.Line, of source: borrowing ByteSource, _ index: Int, by cutter: inout ColumnCutter,
    to value: inout [UInt8]
  ) {
    let text = source.window.span.extracting(line.place)
    cutter.cut(text, at: UInt8(ascii: "\t"), countMax: ListLimits.columnsMax)
    if index < cutter.count - (line.isCut ? 1 : 0) {
      value.append(RowText.unquoted(cutter.column(index, of: text)))
    }
  }

  /// The names in the first record, in lower case.
  private static func header(
    of source: inout ByteSource, isTabbed: Bool, _ lines: inout LineSplitter, _ records: inout CSVRecords
  ) throws(ListError) -> [String] {
    var text: [UInt8] = []
    var places: [Range<Int>] = []
    if isTabbed, let line = try lines.next(of: &source) {
      text.append(source.window.span.extracting(line.place))
      var cutter = ColumnCutter()
      cutter.cut(text.span, at: UInt8(ascii: "\t"), countMax: ListLimits.columnsMax)
      places = cutter.places
    } else if try records.next(of: &source) {
      text = records.text
      places = records.columns
    }
    var names: [String] = []
    for place in places {
      var name: [UInt8] = []
      name.append(RowText.unquoted(text.span.extracting(place)))
      names.append(String(decoding: name, as: UTF8.self).lowercased())
    }
    return names
  }
}
