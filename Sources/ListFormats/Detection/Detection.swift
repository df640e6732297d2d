// Which format a list is in, told from its first rows: the caller need not know, and is told why.
// A format that could be taken for another's is never guessed; the caller then has to name it.

import ByteText
import WireProtocol

/// The format that was found, and why.
struct Detection {
  let format: ListFormat
  /// One line for people.
  let reason: String

  /// Recognises a list by its first bytes.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes of the list.
  ///   - isWhole: whether the list ends with them.
  ///   - options: what the caller said.
  /// - Returns: nil if no format is recognised. O(length of the prefix).
  static func detect(_ prefix: Span<UInt8>, isWhole: Bool, options: ListOptions) -> Detection? {
    if let detection = JSONDetection.detect(prefix) { return detection }
    var lines = PrefixLines(prefix, isWhole: isWhole)
    guard let first = lines.next(of: prefix) else {
      return Detection(format: .plain, reason: "the list has no rows")
    }
    let firstRow = prefix.extracting(first)
    if let detection = HeaderDetection.detect(prefix, firstRow: firstRow, options: options) {
      return detection
    }
    return detectByShape(prefix, isWhole: isWhole)
  }

  /// The formats without a header, the most particular first, and what a row of each has to be.
  private static var shapes: [(format: ListFormat, row: String)] {
    [
      (.megaface, "a path <nsid>_identity_<n>/<photo>_<n>.jpg"),
      (.yfcc100m, "a photo, an account and its columns up to the page URL, separated by TABs"),
      (.pipa, "an album, a photo and six more numbers, separated by spaces"),
      (.nusWide, "a path <index>_<photo>[_<secret>_m].jpg and labels of 0 and 1"),
      (.openImagesFaces, "a URL and four numbers, separated by commas"),
      (.vggFace, "a number, a URL and seven numbers, separated by spaces"),
      (.imdbWiki, "a path nm<person>_rm<image>_<dates>.jpg"),
      (.msCeleb, "an entity, a rank and a URL, separated by TABs"),
      (.flickrCaptions, "a file name <photo>[_<secret>].jpg, the number of a caption and a caption"),
      (.frames, "a quoted name and what is seen there"),
      (.plain, "an identifier"),
      (.files, "the name of an image's file"),
    ]
  }

  /// A format is recognised if three of four of the first rows have its shape: real lists have bad rows.
  private static func detectByShape(_ prefix: Span<UInt8>, isWhole: Bool) -> Detection? {
    var columns = ColumnCutter()
    for (format, row) in shapes {
      var lines = PrefixLines(prefix, isWhole: isWhole)
      var rows = 0
      var matching = 0
      while rows < ListLimits.prefixRows, let place = lines.next(of: prefix) {
        rows += 1
        if hasShape(prefix.extracting(place), of: format, columns: &columns) { matching += 1 }
      }
      if matching * 4 >= rows * 3 {
        return Detection(format: format, reason: reason(matching, of: rows, row))
      }
    }
    return nil
  }

  private static func reason(_ matching: Int, of rows: Int, _ row: String) -> String {
    if rows == 1 { return "its one row is \(row)" }
    if matching == rows { return "every one of the first \(rows) rows is \(row)" }
    return "of the first \(rows) rows, \(matching) are each \(row)"
  }

  private static func hasShape(
    _ line: Span<UInt8>, of format: ListFormat, columns: inout ColumnCutter
  ) -> Bool {
    switch format {
    case .megaface: MegaFaceRow.parts(of: line) != nil
    case .yfcc100m: YFCC100MRow.hasShape(line, columns: &columns)
    case .pipa: PIPARow.hasShape(line, columns: &columns)
    case .nusWide: NUSWideRow.hasShape(line)
    case .openImagesFaces: OpenImagesFacesRow.hasShape(line)
    case .vggFace: VGGFaceRow.hasShape(line)
    case .imdbWiki: IMDBWikiRow.image(in: line) != nil
    case .msCeleb: hasEntityShape(line, columns: &columns)
    case .flickrCaptions: FlickrCaptionRow.hasShape(line)
    case .frames: FileNameRow.hasFrameShape(line)
    case .files: FileNameRow.name(in: line) != nil
    default: IdentifierShape.matches(line)
    }
  }

  /// MS-Celeb-1M: a Freebase entity `m.<letters>`, a rank, a URL.
  private static func hasEntityShape(_ line: Span<UInt8>, columns: inout ColumnCutter) -> Bool {
    columns.cut(line, at: UInt8(ascii: "\t"), countMax: 4)
    return columns.count == 4 && line.hasLiteral("m.") && columns.column(1, of: line).isDecimal
      && columns.column(2, of: line).isWebAddress
  }
}

/// The rows at the beginning of a list: lines that are neither blank nor comments.
struct PrefixLines {
  private var position = 0
  private let isWhole: Bool

  /// - Parameter isWhole: whether a last line without an end is a line.
  init(_ prefix: Span<UInt8>, isWhole: Bool) { self.isWhole = isWhole }

  /// Where the next row is, without its end.
  mutating func next(of prefix: Span<UInt8>) -> Range<Int>? {
    while position < prefix.count {
      let start = position
      let lineEnd = prefix.firstIndex(of: UInt8(ascii: "\n"), from: start)
      // A line that is cut by the end of the prefix counts only if there is no other.
      if lineEnd == nil, !isWhole, start > 0 { return nil }
      var end = lineEnd ?? prefix.count
      position = end + 1
      if end > start, prefix[end - 1] == UInt8(ascii: "\r") { end -= 1 }
      let line = prefix.extracting(start..<end).trimmingBlanks()
      if !line.isEmpty, line[0] != UInt8(ascii: "#") { return start..<end }
    }
    return nil
  }
}
