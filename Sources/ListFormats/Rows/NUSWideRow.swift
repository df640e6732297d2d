// NUS-WIDE: `images/<index>_<photo>_<secret>_m.jpg label label ...`, `images/<index>_<photo>.jpg ...`, or
// `<word>\<index>_<photo>.jpg`.

import ByteText
import WireProtocol

/// A line of a NUS-WIDE list.
enum NUSWideRow {
  /// Appends photo and path.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    let path = line.extracting(0..<(line.firstIndex(of: UInt8(ascii: " ")) ?? line.count))
    guard let photo = photo(in: path) else {
      return .rejected(
        path.count == line.count
          ? .cutRow("ends within the path") : .columns("no path <index>_<photo>[_<secret>_m].jpg"))
    }
    RowText.begin("flickr:", path.extracting(photo), to: &output)
    RowText.addField("listed", path, to: &output)
    return .row
  }

  /// Whether a line is such a path and labels of 0 and 1, or a path with a backslash, and the photo no small number.
  static func hasShape(_ line: Span<UInt8>) -> Bool {
    guard let space = line.firstIndex(of: UInt8(ascii: " ")) else {
      return line.firstIndex(of: UInt8(ascii: "\\")) != nil && isPhoto(photo(in: line))
    }
    for index in space..<line.count where line[index] != 0x20 && line[index] & 0xFE != 0x30 { return false }
    return isPhoto(photo(in: line.extracting(0..<space)))
  }

  private static func isPhoto(_ place: Range<Int>?) -> Bool {
    place.map { (7...11).contains($0.count) } ?? false
  }

  /// Where the photo's id is; nil unless the path ends in an image's name of either shape.
  private static func photo(in path: Span<UInt8>) -> Range<Int>? {
    let slash = path.lastIndex(of: UInt8(ascii: "/"), before: path.count) ?? -1
    let start = max(slash, path.lastIndex(of: UInt8(ascii: "\\"), before: path.count) ?? -1) + 1
    let index = path.digitsEnd(from: start)
    guard index > start, path.hasPrefix("_", at: index) else { return nil }
    let photo = (index + 1)..<path.digitsEnd(from: index + 1)
    guard !photo.isEmpty else { return nil }
    if path.extracting(photo.upperBound..<path.count).equals(".jpg") { return photo }
    guard path.hasPrefix("_", at: photo.upperBound) else { return nil }
    let secret = path.hexadecimalEnd(from: photo.upperBound + 1)
    return path.extracting(secret..<path.count).equals("_m.jpg") ? photo : nil
  }
}
