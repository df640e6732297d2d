// The Flickr identifiers that most questions hold, `flickr:123` and the usual URLs, read as they stand. The
// full way over a canonical form gives the same result (a test compares the two) and takes what is passed
// over here: anything with a query, a percent-encoding, a dot segment, user info, a port, upper case in the
// host or an unusual host, and whatever is wrong.

import ByteText

enum FlickrShortcut {
  /// The photo that an identifier names, if its spelling is a usual one.
  static func photo(_ text: Span<UInt8>) -> UInt64? {
    if text.hasPrefix("flickr:") { return Number(decimal: text, in: 7..<text.count).value }
    if let file = PhotoFile(text, from: 0) { return file.end == text.count ? file.photo : nil }
    guard let hostStart = text.webHostStart(from: 0) else { return nil }
    let pageStart = text.hasPrefix("www.", at: hostStart) ? hostStart + 4 : hostStart
    guard text.hasPrefix("flickr.com/photos/", at: pageStart) else { return nil }
    return page(text, from: pageStart + 18)
  }

  /// `OWNER/ID` and what follows, without a dot, so that there is no dot segment.
  private static func page(_ text: Span<UInt8>, from start: Int) -> UInt64? {
    guard let ownerEnd = text.firstIndex(of: UInt8(ascii: "/"), in: start..<text.count),
      ownerEnd > start, !FlickrURL.isReserved(text, start..<ownerEnd)
    else { return nil }
    for index in start..<text.count {
      let byte = text[index]
      let isPlain =
        ASCII.isLetter(byte) || ASCII.isDigit(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "-")
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "@")
      guard isPlain else { return nil }
    }
    let idEnd = text.digitsEnd(from: ownerEnd + 1, to: text.count)
    guard idEnd == text.count || text[idEnd] == UInt8(ascii: "/") else { return nil }
    return Number(decimal: text, in: ownerEnd + 1..<idEnd).value
  }
}

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
    guard let hostStart = bytes.webHostStart(from: start) else { return nil }
    var serverStart = hostStart + 22
    var longest = 0
    if !bytes.hasPrefix("live.staticflickr.com/", at: hostStart) {
      guard bytes.hasPrefix("farm", at: hostStart) else { return nil }
      let farmEnd = bytes.digitsEnd(from: hostStart + 4, to: bytes.count)
      longest = farmEnd - hostStart - 4
      guard longest > 0, bytes.hasPrefix(".static", at: farmEnd) else { return nil }
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
  /// Where the host of `http://` or `https://` at `start` begins.
  fileprivate func webHostStart(from start: Int) -> Int? {
    guard hasPrefix("http", at: start) else { return nil }
    return hasPrefix("s://", at: start + 4) ? start + 8 : hasPrefix("://", at: start + 4) ? start + 7 : nil
  }
}
