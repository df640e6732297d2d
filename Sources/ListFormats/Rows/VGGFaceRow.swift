// VGGFace v1: a file a person, `id url left top right bottom pose score curation`, separated by spaces.

import ByteText

/// A line of a VGGFace file.
enum VGGFaceRow {
  /// Appends the URL.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    let number = line.digitsEnd(from: 0)
    guard number > 0, line.hasLiteral(" ", at: number) else {
      return .rejected(
        number == line.count ? .cutRow("ends within the number") : .columns("no number and URL"))
    }
    let tail = NumberTail(of: line, separator: UInt8(ascii: " "), countMax: 7)
    guard tail.count > 0, tail.start > number else { return .rejected(.cutRow("ends within the URL")) }
    return RowText.begin(line.extracting(number + 1..<tail.start), to: &output)
  }

  /// Whether a line is a number, a URL and seven numbers.
  static func hasShape(_ line: Span<UInt8>) -> Bool {
    let number = line.digitsEnd(from: 0)
    guard number > 0, line.hasLiteral(" http", at: number) else { return false }
    return NumberTail(of: line, separator: UInt8(ascii: " "), countMax: 7).count == 7
  }
}
