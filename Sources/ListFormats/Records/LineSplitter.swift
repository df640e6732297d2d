// Cuts a list into lines: LF or CR LF, the last one with or without. A line over the bound costs no more
// memory than any other.

/// Finds lines in a `ByteSource`.
struct LineSplitter {
  /// A line, in the window of the source until its next use.
  struct Line {
    /// Where in the window the line is, without its end.
    let place: Range<Int>
    /// Whether the line goes on beyond `place`.
    let isCut: Bool
  }

  /// Bytes of a line beyond which it is cut.
  let bytesMax: Int
  /// The number of the last line, from 1.
  private(set) var number: UInt64 = 0
  /// Whether what comes next is the rest of a line that was given cut.
  private(set) var discarding = false

  /// Lines that are cut at a bound.
  init(bytesMax: Int = ListLimits.recordBytesMax) { self.bytesMax = bytesMax }

  /// The next line, or nil at the end of the list.
  mutating func next(of source: inout ByteSource) throws(ListError) -> Line? {
    if discarding { try discardRest(of: &source) }
    var searched = 0
    while true {
      let start = source.unread.lowerBound
      if let length = source.distance(to: UInt8(ascii: "\n"), from: searched) {
        source.consume(length + 1)
        return line(of: source, from: start, to: start + length)
      }
      searched = source.unread.count
      if searched > bytesMax + 1 {
        discarding = true
        return line(of: source, from: start, to: start + searched)
      }
      if try !source.more() {
        guard searched > 0 else { return nil }
        let last = source.unread
        source.consume(searched)
        return line(of: source, from: last.lowerBound, to: last.upperBound)
      }
    }
  }

  /// Counts whole lines that were taken off the source without this.
  mutating func skip(_ count: Int) { number += UInt64(count) }

  private mutating func line(of source: borrowing ByteSource, from start: Int, to end: Int) -> Line {
    number += 1
    let hasReturn = end > start && source.window[end - 1] == UInt8(ascii: "\r")
    let whole = start..<(hasReturn ? end - 1 : end)
    guard whole.count > bytesMax else { return Line(place: whole, isCut: false) }
    return Line(place: start..<(start + bytesMax), isCut: true)
  }

  /// Goes on behind the end of a line that was given cut.
  private mutating func discardRest(of source: inout ByteSource) throws(ListError) {
    discarding = false
    while true {
      if let length = source.distance(to: UInt8(ascii: "\n")) { return source.consume(length + 1) }
      source.consume(source.unread.count)
      if try !source.more() { return }
    }
  }
}
