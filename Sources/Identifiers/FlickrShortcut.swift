// The Flickr identifiers that most questions hold, `flickr:123` and the usual URLs, read as they stand. The
// full way over a canonical form gives the same result (a test compares the two) and takes what is passed
// over here: anything with a query, a percent-encoding, a dot segment, user info, a port, upper case in the
// host or an unusual host, and whatever is wrong.

import ByteText

enum FlickrShortcut {
  /// The photo that an identifier names, if its spelling is a usual one.
  static func photo(_ text: Span<UInt8>) -> UInt64? {
    if text.hasPrefix("flickr:") { return Number(decimal: text, in: 7..<text.count).value }
    guard let hostStart = text.webHostStart(from: 0) else { return nil }
    if PhotoFile.mayBe(text, host: hostStart) {
      guard let file = PhotoFile(text, host: hostStart), file.end == text.count else { return nil }
      return file.photo
    }
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
