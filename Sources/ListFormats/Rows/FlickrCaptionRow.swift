// Flickr30k and Flickr8k: a bare photo id a line, or `<photo>[_<secret>].jpg[#<n>]` and a caption behind TAB,
// comma or `|`.

import ByteText

/// A line of a Flickr30k or Flickr8k list.
enum FlickrCaptionRow {
  /// Appends photo and file name.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty, !line.hasPrefix("image,caption"), !line.hasPrefix("image_name|") else {
      return .noRow
    }
    let name = line.extracting(0..<nameEnd(of: line))
    let photo = name.extracting(0..<name.digitsEnd(from: 0))
    guard !photo.isEmpty, photo.count == name.count || isImage(name, from: photo.count) else {
      return .rejected(.columns("does not begin with <photo> or <photo>_<secret>.jpg"))
    }
    RowText.begin("flickr:", photo, to: &output)
    if photo.count < name.count { RowText.addField("listed", name, to: &output) }
    return .row
  }

  /// Whether a line is a file name, the number of a caption, and a caption: what no other format has.
  static func hasShape(_ line: Span<UInt8>) -> Bool {
    if line.hasPrefix("image_name| comment_number| comment") { return true }
    let end = nameEnd(of: line)
    let digits = line.digitsEnd(from: 0)
    guard (7...11).contains(digits), isImage(line.extracting(0..<end), from: digits) else { return false }
    if line.hasPrefix("#", at: end) { return line.hasPrefix("\t", at: line.digitsEnd(from: end + 1)) }
    return line.hasPrefix("| ", at: end) && line.hasPrefix("| ", at: line.digitsEnd(from: end + 2))
  }

  private static func nameEnd(of line: Span<UInt8>) -> Int {
    for index in line.indices {
      switch line[index] {
      case UInt8(ascii: "#"), UInt8(ascii: "\t"), UInt8(ascii: ","), UInt8(ascii: "|"), UInt8(ascii: " "):
        return index
      default: break
      }
    }
    return line.count
  }

  /// Whether what follows the photo id is `[_<secret>].jpg`, to which Flickr8k once adds `.1`.
  private static func isImage(_ name: Span<UInt8>, from start: Int) -> Bool {
    let end = name.hasPrefix("_", at: start) ? name.hexadecimalEnd(from: start + 1) : start
    guard name.hasPrefix(".jpg", at: end) else { return false }
    return name.count == end + 4
      || name.hasPrefix(".", at: end + 4) && name.digitsEnd(from: end + 5) == name.count
  }
}
