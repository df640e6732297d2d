// One column of a table, value by value: whatever separates its columns, of any size.

import ByteText

/// A column that is being read.
package struct ColumnReader: ~Copyable {
  private var source: ByteSource
  private var records: TableRecords
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
    var source = try ByteSource(stream: ListStream.open(ListFile(name: name, descriptor: descriptor)))
    let sample = Self.sample(of: source)
    var records = TableRecords(sample?.separator ?? .comma)
    var lines = LineSplitter()
    for _ in 0..<(sample?.preambleLines ?? 0) { _ = try lines.next(of: &source) }
    switch column {
    case .numbered(let number): index = number - 1
    case .named(let name):
      let hasHeader = try records.next(of: &source)
      let names = hasHeader ? records.columns.indices.map { records.column($0) } : []
      let words = names.map { String(decoding: $0, as: UTF8.self).lowercased() }
      guard let found = words.firstIndex(of: name.lowercased()) else {
        throw source.stream.file.error(
          "the header has no column \"\(name)\"",
          hint: "its columns are \(words.prefix(40).joined(separator: ", "))")
      }
      index = found
    }
    self.source = source
    self.records = records
  }

  private static func sample(of source: borrowing ByteSource) -> TableSample? {
    TableSample(
      source.window.span.extracting(source.prefix), isWhole: source.ended, options: ListOptions(),
      isSingle: true)
  }

  /// Puts the column's next value into `value`, quotes undone; an empty one where a record has no such column.
  ///
  /// - Returns: false at the end of the table.
  package mutating func next(into value: inout [UInt8]) throws(ListError) -> Bool {
    guard try records.next(of: &source) else { return false }
    if records.isTooLong { overlongCount += 1 }
    value = records.column(index)
    return true
  }
}
