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
    let (prefix, lines) = (prefix, block.lines.count)
    block.bytes.append(addingCapacity: max(0, bytesMax - block.bytes.count)) { bytes in
      while lines + taken.rows < rowsMax,
        let end = list.firstIndex(of: UInt8(ascii: "\n"), from: taken.bytes),
        let value = value(list, taken.bytes, end), bytes.freeCapacity > prefix.count + value.count
      {
        for index in prefix.indices { bytes.append(prefix[index]) }
        for index in value { bytes.append(list[index]) }
        bytes.append(UInt8(ascii: "\n"))
        taken.rows += 1
        taken.bytes = end + 1
      }
    }
    for row in 0..<UInt64(taken.rows) { block.lines.append(line + row) }
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
    guard let value = column(list, start..<end) else { return nil }
    // Short values may stand for none.
    guard value.count > 4 else { return nil }
    if isDecimal { return value }
    guard Self.isUsual(list[value.lowerBound]), Self.isUsual(list[value.upperBound - 1]),
      list.firstIndex(of: UInt8(ascii: "\r"), from: value.lowerBound, before: value.upperBound) == nil
    else { return nil }
    if isUnbroken, URLTail.mayBegin(in: list.extracting(value)) { return nil }
    return value
  }

  /// Where the column is, if the row has as many as it should, and digits where it has to.
  @inline(__always)
  private func column(_ list: Span<UInt8>, _ row: Range<Int>) -> Range<Int>? {
    var start = row.lowerBound
    for _ in 0..<column {
      guard let tab = list.firstIndex(of: UInt8(ascii: "\t"), from: start, before: row.upperBound) else {
        return nil
      }
      start = tab + 1
    }
    let end =
      isDecimal
      ? list.decimal(from: start).end
      : list.firstIndex(of: UInt8(ascii: "\t"), from: start, before: row.upperBound) ?? row.upperBound
    guard end == row.upperBound || list[end] == UInt8(ascii: "\t") else { return nil }
    var lastEnd = end
    for _ in column + 1..<columnsCount {
      guard lastEnd < row.upperBound else { return nil }
      lastEnd =
        list.firstIndex(of: UInt8(ascii: "\t"), from: lastEnd + 1, before: row.upperBound) ?? row.upperBound
    }
    return allowsMore || lastEnd == row.upperBound ? start..<end : nil
  }

  /// Whether a value may begin or end with this byte: no blank, quote or `!`.
  private static func isUsual(_ byte: UInt8) -> Bool { byte > UInt8(ascii: "\"") }
}
