// Cuts a CSV list into records and columns (RFC 4180, with any separator): quotes, doubled quotes, line ends within
// quotes. A record over the bound is skipped in bounded memory.

import ByteText
import WireProtocol

/// The records of a CSV list, one at a time.
struct CSVRecords {
  /// The text of the last record, quotes undone.
  private(set) var text: [UInt8] = []
  /// Where in `text` its columns are.
  private(set) var columns: [Range<Int>] = []
  /// The line on which the last record begins, from 1.
  private(set) var line: UInt64 = 0
  /// Whether the last record is over the bound, and `text` only a part of it.
  private(set) var isTooLong = false
  /// Whether the list ended within a quoted column of the last record, on its first line.
  private(set) var isCut = false
  private var nextLine: UInt64 = 1
  private let separator: UInt8

  init(separator: Separator = .comma) { self.separator = separator.byte }

  /// Counts lines that were taken off the source without this.
  mutating func skip(_ count: Int) { nextLine += UInt64(count) }

  /// Reads the next record.
  ///
  /// - Returns: false at the end of the list.
  /// - Throws: if a quote is opened and not closed on any later line: nobody knows how many rows are lost then.
  mutating func next(of source: inout ByteSource) throws(ListError) -> Bool {
    text.removeAll(keepingCapacity: true)
    columns.removeAll(keepingCapacity: true)
    isTooLong = false
    isCut = false
    line = nextLine
    if source.unread.isEmpty, try !source.more() { return false }
    if takePlainLine(of: &source) { return true }
    try takeQuotedRecord(of: &source)
    return true
  }

  /// Takes a record that is one line without quotes, which most are, in one copy.
  ///
  /// - Returns: false if the next record is another, or its line is not all there yet.
  private mutating func takePlainLine(of source: inout ByteSource) -> Bool {
    guard let length = source.distance(to: UInt8(ascii: "\n")), length <= ListLimits.recordBytesMax else {
      return false
    }
    let start = source.unread.lowerBound
    text.append(source.window.span.extracting(start..<(start + length)))
    if text.last == UInt8(ascii: "\r") { text.removeLast() }
    guard text.span.firstIndex(of: UInt8(ascii: "\"")) == nil else {
      text.removeAll(keepingCapacity: true)
      return false
    }
    var columnStart = 0
    while let end = text.span.firstIndex(of: separator, from: columnStart) {
      columns.append(columnStart..<end)
      columnStart = end + 1
    }
    columns.append(columnStart..<text.count)
    source.consume(length + 1)
    nextLine += 1
    return true
  }

  private enum Place {
    case columnStart, plain, quoted, quoteInQuoted
  }

  /// Takes any record, a run of ordinary bytes or a byte that means something at a time.
  private mutating func takeQuotedRecord(of source: inout ByteSource) throws(ListError) {
    var place = Place.columnStart
    var columnStart = 0
    while true {
      if source.unread.isEmpty, try !source.more() { break }
      let run = ordinaryRun(of: source, at: place)
      if !run.isEmpty {
        keep(source.window.span.extracting(run))
        source.consume(run.count)
        if place != .quoted { place = .plain }
        continue
      }
      let byte = source.window[source.unread.lowerBound]
      source.consume(1)
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      switch (place, byte) {
      case (.quoted, _): place = .quoteInQuoted  // only a quote ends a run there
      case (.columnStart, UInt8(ascii: "\"")): place = .quoted
      case (.quoteInQuoted, UInt8(ascii: "\"")):
        keep(byte)
        place = .quoted
      case (_, separator):
        columns.append(columnStart..<text.count)
        columnStart = text.count
        place = .columnStart
      case (_, UInt8(ascii: "\n")): return endRecord(from: columnStart, at: place)
      case (.quoteInQuoted, UInt8(ascii: "\r")): break
      default:
        keep(byte)
        place = .plain
      }
    }
    isCut = place == .quoted
    if isCut && nextLine > line {
      throw source.stream.file.error(
        "a quote is opened here and never closed", line: line, hint: "rows behind it cannot be told apart")
    }
    endRecord(from: columnStart, at: place)
  }

  /// Ends the last column. A CR in front of the end of the line belongs to that, not to the column.
  private mutating func endRecord(from columnStart: Int, at place: Place) {
    if place == .plain, text.last == UInt8(ascii: "\r") { text.removeLast() }
    columns.append(columnStart..<text.count)
  }

  /// The unread bytes up to the first that may mean something at this place.
  private mutating func ordinaryRun(of source: borrowing ByteSource, at place: Place) -> Range<Int> {
    let start = source.unread.lowerBound
    for index in source.unread {
      switch source.window[index] {
      case UInt8(ascii: "\""): return start..<index
      case UInt8(ascii: "\n") where place == .quoted: nextLine += 1
      case separator, UInt8(ascii: "\n"), UInt8(ascii: "\r"):
        if place != .quoted { return start..<index }
      default: break
      }
    }
    return source.unread
  }

  private mutating func keep(_ bytes: Span<UInt8>) {
    if text.count + bytes.count > ListLimits.recordBytesMax { isTooLong = true } else { text.append(bytes) }
  }

  private mutating func keep(_ byte: UInt8) {
    if text.count < ListLimits.recordBytesMax { text.append(byte) } else { isTooLong = true }
  }
}
