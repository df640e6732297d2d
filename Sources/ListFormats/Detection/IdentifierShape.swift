// Whether a text looks like an identifier, for recognising lists. What an identifier really is, is decided by who keys
// it; this errs on the side of no, so that a list in an unknown format is not taken for a plain one.

import ByteText
import Identifiers
import WireProtocol

/// The looks of identifiers.
enum IdentifierShape {
  /// Whether a line, up to a TAB, is a URL, `namespace:value`, a hash in hex or a Flickr account id.
  static func matches(_ line: Span<UInt8>) -> Bool {
    let end = line.firstIndex(of: UInt8(ascii: "\t")) ?? line.count
    let text = line.extracting(0..<end).trimmingBlanks()
    return !text.isEmpty && (isURL(text) || hasNamespace(text) || isHash(text) || text.isAccount)
  }

  /// Whether a text begins like a URL; one without a scheme has no blanks.
  static func isURL(_ text: Span<UInt8>) -> Bool {
    hasScheme(text) || text.firstIndex(of: UInt8(ascii: " ")) == nil && beginsWithHost(text)
  }

  static func hasNamespace(_ text: Span<UInt8>) -> Bool {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon + 1 < text.count else { return false }
    return RowKey(text.extracting(0..<colon)) != nil && text.firstIndex(of: UInt8(ascii: " ")) == nil
  }

  /// Whether the path of a URL ends in that of an image, whatever its query or fragment.
  static func endsInImage(url: Span<UInt8>) -> Bool {
    let query = url.firstIndex(of: UInt8(ascii: "?")) ?? url.count
    let end = url.firstIndex(of: UInt8(ascii: "#"), from: 0, before: query) ?? query
    return FileNameRow.endsInImage(url.extracting(0..<end))
  }

  /// `http://` and `https://` in any case, also without a scheme's name.
  private static func hasScheme(_ text: Span<UInt8>) -> Bool {
    if text.hasPrefix("//") { return true }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon == 4 || colon == 5 else { return false }
    guard text.hasPrefix("://", at: colon), text[0] | 0x20 == UInt8(ascii: "h") else { return false }
    return true
  }

  private static func isHash(_ text: Span<UInt8>) -> Bool {
    guard text.count == 32 || text.count == 40 || text.count == 64 else { return false }
    for index in text.indices {
      let byte = text[index]
      guard byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 else { return false }
    }
    return true
  }

  /// `name.name/...`: labels of letters, digits and hyphens, the last of two letters or a usual name, and a slash. A folder
  /// may be called `012.binoculars`, or `train.images`.
  private static func beginsWithHost(_ text: Span<UInt8>) -> Bool {
    guard let slash = text.firstIndex(of: UInt8(ascii: "/")), slash + 1 < text.count,
      let dot = text.lastIndex(of: UInt8(ascii: "."), before: slash), dot > 0, slash - dot > 2
    else { return false }
    for index in 0..<slash {
      let byte = text[index]
      let isLetter = (byte | 0x20) &- 0x61 < 26
      if index > dot, !isLetter { return false }
      guard isLetter || byte &- 0x30 < 10 || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") else {
        return false
      }
    }
    return !text.extracting(0..<dot).isDecimal
      && (slash - dot == 3 || isTopDomain(text.extracting(dot + 1..<slash)))
  }

  private static func isTopDomain(_ label: Span<UInt8>) -> Bool {
    topDomains.contains { label.count == $0.utf8CodeUnitCount && label.hasPrefix($0, anyCase: true) }
  }

  /// Those of more than two letters that people leave the scheme off before.
  private static let topDomains: [StaticString] = [
    "com", "net", "org", "edu", "gov", "mil", "int", "info", "biz", "name", "pro", "app", "dev", "xyz", "top",
    "blog",
    "wiki", "news", "site", "page", "link", "live", "shop", "cloud", "online", "museum", "photo", "photos",
    "pics",
    "gallery", "media", "studio", "social", "today", "world", "space", "website", "store", "club", "tech",
  ]
}

/// Text behind a URL: a caption, or further columns. A URL may hold blanks and separators itself; one that is whole
/// before them, by its image's ending or as a photo's page, does not.
enum URLTail {
  /// Whether any byte is one behind which a URL may have ended. No early exit, so that the loop runs many bytes at a
  /// time.
  @inline(__always)
  static func mayBegin(in line: Span<UInt8>) -> Bool {
    var found: UInt8 = 0
    for index in line.indices { found |= isSeparator(line[index]) ? 1 : 0 }
    return found != 0
  }

  @inline(__always)
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";") || byte == UInt8(ascii: "|")
      || byte == UInt8(ascii: "\"")
  }

  /// Whether a second URL follows the first without a separator; one within a path or a query has one.
  static func isJoined(_ text: Span<UInt8>) -> Bool {
    guard text.count > 1, let place = text.extracting(1..<text.count).firstPlace(of: "http".utf8.span) else {
      return false
    }
    let start = place + 1
    guard text.hasPrefix("://", at: start + 4) || text.hasPrefix("s://", at: start + 4) else {
      return false
    }
    let before = text[start - 1]
    return before &- 0x30 < 10 || (before | 0x20) &- 0x61 < 26
  }

  /// Whether a line that begins like a URL goes on behind it.
  static func follows(_ line: Span<UInt8>, by parser: inout IdentifierParser) -> Bool {
    var end = 0
    while end < line.count, !isSeparator(line[end]) { end += 1 }
    guard end < line.count, IdentifierShape.isURL(line) else { return false }
    let url = line.extracting(0..<end)
    let hasQuery = url.firstIndex(of: UInt8(ascii: "?")) != nil
    if !hasQuery, IdentifierShape.endsInImage(url: url) { return true }
    if case .integer(.flickr, _) = parser.parse(url) { return true }
    // A blank, or a quote, is part of a URL only where its ending comes later.
    for index in end..<line.count where line[index] == 0x20 || line[index] == UInt8(ascii: "\"") {
      return !IdentifierShape.endsInImage(url: line)
    }
    return false
  }
}
