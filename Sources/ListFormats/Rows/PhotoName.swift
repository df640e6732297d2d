// File names that Flickr gives: `<photo>_<secret>[_<size>].jpg`. The secret of ten digits is what tells such a name from
// any other that begins with a number.

import ByteText
import WireProtocol

/// The name of a downloaded photo of Flickr.
enum PhotoName {
  /// Where the photo's id is in a path whose last part is such a name; nil if it is any other.
  static func photo(in path: Span<UInt8>) -> Range<Int>? {
    let slash = path.lastIndex(of: UInt8(ascii: "/"), before: path.count) ?? -1
    let start = max(slash, path.lastIndex(of: UInt8(ascii: "\\"), before: path.count) ?? -1) + 1
    let photo = start..<path.digitsEnd(from: start)
    guard (5...11).contains(photo.count), path[start] != UInt8(ascii: "0"),
      path.hasPrefix("_", at: photo.upperBound)
    else { return nil }
    let secretEnd = path.hexadecimalEnd(from: photo.upperBound + 1)
    guard secretEnd - photo.upperBound - 1 == 10 else { return nil }
    var end = secretEnd
    if path.hasPrefix("_", at: end), end + 1 < path.count {
      // A size is a letter, perhaps with a digit before it: _b, _3k.
      end = path.digitsEnd(from: end + 1)
      guard end < path.count, path[end] &- 0x61 < 26 else { return nil }
      end += 1
    }
    guard end < path.count, FileNameRow.endsInImage(path), path[end] == UInt8(ascii: "."),
      path.firstIndex(of: UInt8(ascii: "."), from: end + 1) == nil
    else { return nil }
    return photo
  }
}
