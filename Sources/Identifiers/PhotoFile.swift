// The usual address of a Flickr photo's file, read in one pass: for questions (FlickrShortcut), and for the rows of lists.

import ByteText

/// The address of a photo's file, `https://live.staticflickr.com/SERVER/ID_...` or `http://farm1.static.flickr.com/SERVER/ID_...`,
/// with nothing in it that could be spelt in another way.
package struct PhotoFile {
  package let photo: UInt64
  /// Where its digits are; the first may be zeros.
  package let digits: Range<Int>
  /// Whether no number before is as long as the id: then the id is nowhere in front of `digits`.
  package let isNowhereBefore: Bool
  /// Where the address ends: at the first byte that it would not contain, or with all bytes.
  package let end: Int

  /// Reads the address that begins at `start`, with whatever stands behind it.
  package init?(_ bytes: Span<UInt8>, from start: Int) {
    guard let hostStart = bytes.webHostStart(from: start), Self.mayBe(bytes, host: hostStart) else {
      return nil
    }
    self.init(bytes, host: hostStart)
  }

  /// Whether a host begins as those of files do; one that does has no pages of photos.
  @inline(__always)
  static func mayBe(_ bytes: Span<UInt8>, host: Int) -> Bool {
    bytes.hasPrefix("live.", at: host) || bytes.hasPrefix("farm", at: host)
  }

  /// Reads the address whose host begins at `hostStart`.
  init?(_ bytes: Span<UInt8>, host hostStart: Int) {
    var serverStart = hostStart + 22
    var longest = 0
    if !bytes.hasPrefix("live.staticflickr.com/", at: hostStart) {
      guard bytes.hasPrefix("farm", at: hostStart) else { return nil }
      let farmEnd = bytes.digitsEnd(from: hostStart + 4, to: bytes.count)
      longest = farmEnd - hostStart - 4
      // A host of more is none, or is looked at more closely.
      guard (1...18).contains(longest), bytes.hasPrefix(".static", at: farmEnd) else { return nil }
      let dot = bytes.hasPrefix(".", at: farmEnd + 7) ? 1 : 0
      guard bytes.hasPrefix("flickr.com/", at: farmEnd + 7 + dot) else { return nil }
      serverStart = farmEnd + 18 + dot
    }
    let serverEnd = bytes.digitsEnd(from: serverStart, to: bytes.count)
    longest = max(longest, serverEnd - serverStart)
    guard serverEnd > serverStart, bytes.hasPrefix("/", at: serverEnd) else { return nil }
    let (photo, idEnd) = bytes.decimal(from: serverEnd + 1)
    digits = serverEnd + 1..<idEnd
    guard (1...18).contains(digits.count), photo > 0, bytes.hasPrefix("_", at: idEnd) else { return nil }
    var end = idEnd
    while end < bytes.count, ASCIISet.unreserved.contains(bytes[end]) { end += 1 }
    (self.photo, self.end) = (photo, end)
    isNowhereBefore = digits.count > longest
  }
}

extension Span where Element == UInt8 {
  /// Where the host behind `http://` or `https://` at `start` begins.
  @inline(__always)
  func webHostStart(from start: Int) -> Int? {
    guard hasPrefix("http", at: start) else { return nil }
    return hasPrefix("s://", at: start + 4) ? start + 8 : hasPrefix("://", at: start + 4) ? start + 7 : nil
  }
}
