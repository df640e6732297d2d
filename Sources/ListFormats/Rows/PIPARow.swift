// PIPA: `photoset photo x y w h identity subset`, separated by spaces, no header.

import ByteText

/// A line of the PIPA list.
enum PIPARow {
  /// Appends photo and album.
  static func append(_ line: Span<UInt8>, columns: inout ColumnCutter, to output: inout [UInt8]) -> RowOutcome
  {
    guard !line.isEmpty else { return .noRow }
    columns.cut(line, at: UInt8(ascii: " "), countMax: 3)
    let photo = columns.column(1, of: line)
    guard columns.column(0, of: line).isDecimal else { return .rejected(.columns("no album id")) }
    // Only what follows shows that the last digit of the photo's id is its last.
    guard columns.count == 3 else { return .rejected(.cutRow("ends within the photo's id")) }
    guard photo.isDecimal else { return .rejected(.columns("no photo id")) }
    RowText.begin("flickr:", photo, to: &output)
    RowText.addKey("flickr-set", columns.column(0, of: line), to: &output)
    return .row
  }

  /// Whether a line has the eight numbers, the last of which is a subset from 0 to 9.
  static func hasShape(_ line: Span<UInt8>, columns: inout ColumnCutter) -> Bool {
    columns.cut(line, at: UInt8(ascii: " "), countMax: 9)
    // An album's id is longer than any photo's, and begins with 72157.
    guard columns.count == 8, columns.places[7].count == 1, (7...11).contains(columns.places[1].count),
      columns.places[0].count == 17, line.hasPrefix("72157")
    else { return false }
    for index in 0..<8 {
      var column = columns.column(index, of: line)
      if (2...3).contains(index), column.hasPrefix("-") { column = column.extracting(1..<column.count) }
      if !column.isDecimal { return false }
    }
    return true
  }
}
