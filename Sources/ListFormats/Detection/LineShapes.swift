// The formats whose lines have a shape that no other list has, and plain lists.

import ByteText
import Identifiers
import WireProtocol

/// Recognises formats by the shape of their lines.
enum LineShapes {
  /// The formats, the most particular first, and what a row of each has to be.
  private static let shapes: [(format: ListFormat, row: String)] = [
    (.megaface, "a path <nsid>[_identity_<n>]/<photo>_<n>.jpg"),
    (.yfcc100m, "a photo, an account and its columns up to the page URL, separated by TABs"),
    (.pipa, "an album, a photo and six more numbers, separated by spaces"),
    (.nusWide, "a path <index>_<photo>[_<secret>_m].jpg, and labels of 0 and 1 or a backslash"),
    (.openImagesFaces, "a URL and four numbers, separated by commas"),
    (.vggFace, "a number, a URL and seven numbers, separated by spaces"),
    (.imdbWiki, "a path nm<person>_rm<image>_<dates>.jpg"),
    (.msCeleb, "an entity, a rank and a URL, separated by TABs"),
    (.flickrCaptions, "a file name <photo>[_<secret>].jpg, the number of a caption and a caption"),
    (.frames, "a quoted name and what is seen there"),
    (.hashes, "a hash and what was hashed"),
  ]

  /// The format of which three of four of the first rows have the shape: real lists have bad rows.
  static func detect(_ prefix: Span<UInt8>, isWhole: Bool) -> Detection? {
    var lines = PrefixLines(prefix, isWhole: isWhole)
    guard let first = lines.next(of: prefix) else { return nil }
    if AdienceRow.isHeader(prefix.extracting(first)) {
      return Detection(.adience, "the first row is the header of the format")
    }
    var columns = ColumnCutter()
    for (format, row) in shapes {
      let count = count(prefix, isWhole: isWhole) { hasShape($0, of: format, columns: &columns) }
      if count.matching * 4 >= count.rows * 3 {
        return Detection(format, reason(count, row), table: TableShape(format: format))
      }
    }
    return nil
  }

  /// A list of identifiers, one a line, perhaps with fields. A further column that is no field is a table's, unless it
  /// is a label.
  static func plain(_ prefix: Span<UInt8>, isWhole: Bool, readsLabels: Bool) -> Detection? {
    var parser = IdentifierParser()
    let count = count(prefix, isWhole: isWhole) { line in
      let end = line.firstIndex(of: UInt8(ascii: "\t")) ?? line.count
      return (readsLabels || hasFieldsOnly(line, from: end)) && IdentifierShape.matches(line)
        && !URLTail.follows(line.extracting(0..<end), by: &parser)
    }
    guard count.matching * 4 >= count.rows * 3 else { return nil }
    return Detection(.plain, reason(count, "an identifier"))
  }

  private static func hasFieldsOnly(_ line: Span<UInt8>, from tab: Int) -> Bool {
    var start = tab + 1
    while start < line.count {
      let end = line.firstIndex(of: UInt8(ascii: "\t"), from: start) ?? line.count
      guard end == start || line.firstIndex(of: UInt8(ascii: "="), from: start, before: end) != nil else {
        return false
      }
      start = end + 1
    }
    return true
  }

  /// Names of images' files, a line each.
  static func files(_ prefix: Span<UInt8>, isWhole: Bool) -> Detection? {
    let count = count(prefix, isWhole: isWhole) { line in
      // A count or a box between names is no row.
      FileNameRow.name(in: line) != nil && !IdentifierShape.isURL(line) && !hasNumber(line)
        && !line.contains("://".utf8.span)
    }
    // `ls -R` has names without the folders that they are in.
    let folders = self.count(prefix, isWhole: isWhole) { $0.endsInLiteral(":") && $0.contains("/".utf8.span) }
    guard folders.matching == 0 else { return nil }
    let numbers = self.count(prefix, isWhole: isWhole, matches: FileNameRow.isNumbers).matching
    guard count.matching > 0, count.matching * 4 >= (count.rows - numbers) * 3 else { return nil }
    return Detection(.files, reason((count.matching, count.rows - numbers), "the name of an image's file"))
  }

  /// Whether a number stands before the name.
  private static func hasNumber(_ line: Span<UInt8>) -> Bool {
    guard let blank = line.firstIndex(of: UInt8(ascii: " ")) else { return false }
    return line.extracting(0..<blank).isDecimal
  }

  /// Whether three of four rows begin with a URL.
  static func beginWithURLs(_ prefix: Span<UInt8>, isWhole: Bool) -> Bool {
    let count = count(prefix, isWhole: isWhole) { IdentifierShape.isURL($0) }
    return count.matching * 4 >= count.rows * 3
  }

  /// The prefix without lines that begin with `#`.
  static func withoutComments(_ prefix: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    var lines = PrefixLines(prefix, isWhole: true)
    while let place = lines.next(of: prefix) {
      bytes.append(prefix.extracting(place))
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }

  private static func count(
    _ prefix: Span<UInt8>, isWhole: Bool, matches: (Span<UInt8>) -> Bool
  ) -> (matching: Int, rows: Int) {
    var lines = PrefixLines(prefix, isWhole: isWhole)
    var (matching, rows) = (0, 0)
    while rows < ListLimits.prefixRows, let place = lines.next(of: prefix) {
      rows += 1
      if matches(prefix.extracting(place)) { matching += 1 }
    }
    return (matching, rows)
  }

  private static func reason(_ count: (matching: Int, rows: Int), _ row: String) -> String {
    if count.rows == 1 { return "its one row is \(row)" }
    if count.matching == count.rows { return "every one of the first \(count.rows) rows is \(row)" }
    return "of the first \(count.rows) rows, \(count.matching) are each \(row)"
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
    // Behind a TAB may be a URL, which says more.
    case .hashes: HashRow.hasShape(line) && line.firstIndex(of: UInt8(ascii: "\t")) == nil
    default: false
    }
  }

  /// MS-Celeb-1M: a Freebase entity `m.<letters>`, a rank, the image's URL, the page's, and three more columns.
  private static func hasEntityShape(_ line: Span<UInt8>, columns: inout ColumnCutter) -> Bool {
    columns.cut(line, at: UInt8(ascii: "\t"), countMax: 8)
    let (image, page) = (columns.column(2, of: line), columns.column(3, of: line))
    return columns.count == 7 && line.hasPrefix("m.") && columns.column(1, of: line).isDecimal
      && image.isWebAddress
      && (IdentifierShape.endsInImage(url: image) || !IdentifierShape.endsInImage(url: page))
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
