// VGGFace v1: a file a person, `id url left top right bottom pose score curation`, separated by spaces.

import ByteText
import WireProtocol

/// A line of a VGGFace file.
enum VGGFaceRow {
  /// Appends the URL.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    let number = line.digitsEnd(from: 0)
    guard number > 0, line.hasPrefix(" ", at: number) else {
      return .rejected(
        number == line.count ? .cutRow("ends within the number") : .columns("no number and URL"))
    }
    let tail = NumberTail(of: line, separator: UInt8(ascii: " "), countMax: 7)
    guard tail.count > 0, tail.start > number else { return .rejected(.cutRow("ends within the URL")) }
    let address = line.extracting(number + 1..<tail.start)
    guard !holdsNumber(address) else {
      return .rejected(.columns("more than seven numbers, or in another order"))
    }
    return RowText.begin(address, to: &output)
  }

  /// Whether a number with a fraction stands between blanks in what should be a URL.
  private static func holdsNumber(_ address: Span<UInt8>) -> Bool {
    var blank = address.firstIndex(of: UInt8(ascii: " "))
    while let start = blank {
      blank = address.firstIndex(of: UInt8(ascii: " "), from: start + 1)
      let end = blank ?? address.count
      let dot = address.digitsEnd(from: address.hasPrefix("-", at: start + 1) ? start + 2 : start + 1)
      if dot > start + 1, address.hasPrefix(".", at: dot), address.digitsEnd(from: dot + 1) == end {
        return true
      }
    }
    return false
  }

  /// Whether a line is a number, a URL and seven numbers.
  static func hasShape(_ line: Span<UInt8>) -> Bool {
    let number = line.digitsEnd(from: 0)
    guard number > 0, line.hasPrefix(" http", at: number) else { return false }
    return NumberTail(of: line, separator: UInt8(ascii: " "), countMax: 7).count == 7
  }
}
