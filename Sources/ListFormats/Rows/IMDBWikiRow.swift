// IMDB-WIKI: paths `<nn>/nm<person>_rm<image>_<born>_<year>.jpg`. The path itself is not sent as listed, since
// it tells who the person is and when they were born.

import ByteText

/// A line of the IMDB part of IMDB-WIKI.
enum IMDBWikiRow {
  /// Appends the number of the image's page.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    guard let image = image(in: line) else {
      return .rejected(.columns("no path nm<person>_rm<image>_<dates>.jpg"))
    }
    return RowText.begin(.imdbPage, line.extracting(image), to: &output)
  }

  /// Where the image's number is; nil unless the line is such a path.
  static func image(in line: Span<UInt8>) -> Range<Int>? {
    let start = line.lastIndex(of: UInt8(ascii: "/"), before: line.count).map { $0 + 1 } ?? 0
    guard line.hasPrefix("nm", at: start) else { return nil }
    let person = line.digitsEnd(from: start + 2)
    guard person > start + 2, line.hasPrefix("_rm", at: person) else { return nil }
    let image = (person + 3)..<line.digitsEnd(from: person + 3)
    guard !image.isEmpty, line.hasPrefix("_", at: image.upperBound), line.endsInLiteral(".jpg") else {
      return nil
    }
    return image
  }
}
