// Faces in Open Images: `URL,x,y,w,h`, no header, no quotes.

/// A line of an Open Images face list.
enum OpenImagesFacesRow {
  /// Appends the URL.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    guard line.isWebAddress else { return .rejected(.columns("does not begin with a URL")) }
    let box = box(of: line)
    guard box.count > 0 else { return .rejected(.cutRow("ends within the URL")) }
    return RowText.begin(line.extracting(0..<box.start), to: &output)
  }

  /// Whether a line is a URL and four numbers.
  static func hasShape(_ line: Span<UInt8>) -> Bool { line.isWebAddress && box(of: line).count == 4 }

  private static func box(of line: Span<UInt8>) -> NumberTail {
    NumberTail(of: line, separator: UInt8(ascii: ","), countMax: 4)
  }
}
