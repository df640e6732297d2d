// The usual rows of a plain list, or of a table with TABs of which one column is the image: taken many at a time out of the
// window of the list, without a look at what else a row may be. The full way over LineSplitter and TableRows gives the same rows (a
// test compares the two) and takes what is passed over here: headers, comments, fields, quotes, blanks around the
// value, rows that are cut or too long, and whatever is wrong.

import ByteText
import WireProtocol

/// Recognises usual rows.
struct UsualRows {
  /// The column of the image, from 0.
  let column: Int
  /// Columns of a whole row.
  let columnsCount: Int
  /// Whether a row may have more columns than these.
  let allowsMore: Bool
  /// What stands before the column's value in a row's wire form: `namespace:`, or nothing.
  let prefix: [UInt8]
  /// The header, which is no row wherever it stands; empty where there is none.
  let header: [UInt8]
  /// Whether lines that begin with `#` are comments.
  let hasComments: Bool
  /// Whether the value has to be a decimal number.
  var isDecimal = false
  /// Whether a value may hold no blank or separator, behind which a plain list's URL may have ended.
  var isUnbroken = false

  /// Of a plain list: an identifier a line.
  static func plain(isUnbroken: Bool) -> UsualRows {
    UsualRows(
      column: 0, columnsCount: 1, allowsMore: false, prefix: [], header: [], hasComments: true,
      isUnbroken: isUnbroken)
  }

  /// What was taken from the front of some bytes.
  struct Taken {
    var bytes = 0
    var rows = 0
  }

  /// Appends rows as long as whole usual lines follow, and all bounds hold.
  ///
  /// - Parameters:
  ///   - list: bytes of the list from the beginning of a line on.
  ///   - line: the number of that line.
  ///   - rowsMax: rows that the block may hold.
  ///   - bytesMax: bytes that the block may hold.
  func append(
    _ list: Span<UInt8>, from line: UInt64, rowsMax: Int, bytesMax: Int, to block: inout RowBlock
  ) -> Taken {
    var taken = Taken()
    while block.lines.count < rowsMax, let end = list.firstIndex(of: UInt8(ascii: "\n"), from: taken.bytes) {
      guard let value = value(list, taken.bytes, end),
        block.bytes.count + prefix.count + value.count < bytesMax
      else { break }
      block.bytes += prefix
      block.bytes.append(list.extracting(value))
      block.bytes.append(UInt8(ascii: "\n"))
      block.lines.append(line + UInt64(taken.rows))
      taken.rows += 1
      taken.bytes = end + 1
    }
    return taken
  }

  /// Where the column's value is in a line, if the line is a usual one.
  @inline(__always)
  private func value(_ list: Span<UInt8>, _ start: Int, _ lineEnd: Int) -> Range<Int>? {
    let end = lineEnd > start && list[lineEnd - 1] == UInt8(ascii: "\r") ? lineEnd - 1 : lineEnd
    guard start < end, end - start <= ListLimits.recordBytesMax - prefix.count,
      !(hasComments && list[start] == UInt8(ascii: "#")),
      !(end - start == header.count && list.extracting(start..<end).equals(header))
    else { return nil }
    var value = start..<end
    var columnStart = start
    for number in 0..<columnsCount - 1 {
      guard let tab = list.firstIndex(of: UInt8(ascii: "\t"), from: columnStart, before: end) else {
        return nil
      }
      if number == column { value = columnStart..<tab }
      columnStart = tab + 1
    }
    if column == columnsCount - 1 {
      let next = list.firstIndex(of: UInt8(ascii: "\t"), from: columnStart, before: end)
      value = columnStart..<(next ?? end)
    }
    if !allowsMore, list.firstIndex(of: UInt8(ascii: "\t"), from: columnStart, before: end) != nil {
      return nil
    }
    // Short values may stand for none.
    guard value.count > 4, Self.isUsual(list[value.lowerBound]), Self.isUsual(list[value.upperBound - 1]),
      list.firstIndex(of: UInt8(ascii: "\r"), from: value.lowerBound, before: value.upperBound) == nil
    else { return nil }
    if isDecimal, !list.extracting(value).isDecimal { return nil }
    if isUnbroken, URLTail.mayBegin(in: list.extracting(value)) { return nil }
    return value
  }

  /// Whether a value may begin or end with this byte: no blank, quote or `!`.
  private static func isUsual(_ byte: UInt8) -> Bool { byte > UInt8(ascii: "\"") }
}
