// Faces in Open Images: `URL,x,y,w,h`, no header, no quotes.

/// A line of an Open Images face list.
enum OpenImagesFacesRow {
  /// Appends the URL. Numbers are taken off the end of the line, since a URL may hold commas itself.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    guard line.isWebAddress else { return .rejected(.columns("does not begin with a URL")) }
    let address = address(of: line)
    guard address.numbers > 0 else { return .rejected(.cutRow("ends within the URL")) }
    return RowText.begin(line.extracting(0..<address.end), to: &output)
  }

  /// Whether a line is a URL and four numbers.
  static func hasShape(_ line: Span<UInt8>) -> Bool { line.isWebAddress && address(of: line).numbers == 4 }

  /// Where the URL ends, and how many of the up to four numbers follow it. In a row that is cut the last
  /// number may be empty.
  private static func address(of line: Span<UInt8>) -> (end: Int, numbers: Int) {
    var end = line.count
    var numbers = 0
    while numbers < 4, let comma = line.lastIndex(of: UInt8(ascii: ","), before: end),
      isNumber(line, comma + 1, end)
    {
      end = comma
      numbers += 1
    }
    return (end, numbers)
  }

  private static func isNumber(_ line: Span<UInt8>, _ start: Int, _ end: Int) -> Bool {
    for index in start..<end {
      let byte = line[index]
      guard byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else { return false }
    }
    return true
  }
}
