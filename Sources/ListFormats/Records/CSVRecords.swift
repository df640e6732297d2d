// Cuts a CSV list into records and columns (RFC 4180): quotes, doubled quotes, line ends within quotes. A
// record over the bound is skipped in bounded memory.

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
  /// Whether the list ended within a quoted column of the last record.
  private(set) var isCut = false
  private var nextLine: UInt64 = 1

  /// Reads the next record.
  ///
  /// - Returns: false at the end of the list.
  /// - Throws: if a quote is opened and never closed, since then rows without number are lost.
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
    while let comma = text.span.firstIndex(of: UInt8(ascii: ","), from: columnStart) {
      columns.append(columnStart..<comma)
      columnStart = comma + 1
    }
    columns.append(columnStart..<text.count)
    source.consume(length + 1)
    nextLine += 1
    return true
  }

  private enum Place {
    case columnStart, plain, quoted, quoteInQuoted
  }

  /// Takes a record byte by byte.
  private mutating func takeQuotedRecord(of source: inout ByteSource) throws(ListError) {
    var place = Place.columnStart
    var columnStart = 0
    while true {
      if source.unread.isEmpty, try !source.more() { break }
      let byte = source.window[source.unread.lowerBound]
      source.consume(1)
      if byte == UInt8(ascii: "\n") { nextLine += 1 }
      switch (place, byte) {
      case (.quoted, UInt8(ascii: "\"")): place = .quoteInQuoted
      case (.quoted, _): keep(byte)
      case (.columnStart, UInt8(ascii: "\"")): place = .quoted
      case (.quoteInQuoted, UInt8(ascii: "\"")):
        keep(byte)
        place = .quoted
      case (_, UInt8(ascii: ",")):
        columns.append(columnStart..<text.count)
        columnStart = text.count
        place = .columnStart
      case (_, UInt8(ascii: "\n")):
        if place != .quoteInQuoted, text.count > columnStart, text.last == UInt8(ascii: "\r") {
          text.removeLast()
        }
        columns.append(columnStart..<text.count)
        return
      case (.quoteInQuoted, UInt8(ascii: "\r")): break
      default:
        keep(byte)
        place = .plain
      }
    }
    isCut = place == .quoted
    if isCut && isTooLong {
      throw source.stream.file.error(
        "a quote is opened here and never closed", line: line, hint: "rows behind it cannot be told apart")
    }
    columns.append(columnStart..<text.count)
  }

  private mutating func keep(_ byte: UInt8) {
    if text.count < ListLimits.recordBytesMax { text.append(byte) } else { isTooLong = true }
  }
}
