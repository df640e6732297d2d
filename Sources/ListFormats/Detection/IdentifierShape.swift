// Whether a line looks like an identifier, for recognising plain lists. What an identifier really is, is
// decided by who keys it; this errs on the side of no, so that a list in an unknown format is not taken for a
// plain one.

import ByteText
import WireProtocol

/// The looks of identifiers.
enum IdentifierShape {
  /// Whether a line, up to a TAB, is a URL, `namespace:value`, a hash in hex or a Flickr account id.
  static func matches(_ line: Span<UInt8>) -> Bool {
    let end = line.firstIndex(of: UInt8(ascii: "\t")) ?? line.count
    let text = line.extracting(0..<end).trimmingBlanks()
    if text.isEmpty || text.firstIndex(of: UInt8(ascii: " ")) != nil { return hasScheme(text) }
    return hasScheme(text) || hasNamespace(text) || isHash(text) || text.isAccount || beginsWithHost(text)
  }

  /// `http://` and `https://` in any case, also without a scheme's name.
  private static func hasScheme(_ text: Span<UInt8>) -> Bool {
    if text.hasLiteral("//") { return true }
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon == 4 || colon == 5 else { return false }
    guard text.hasLiteral("://", at: colon), text[0] | 0x20 == UInt8(ascii: "h") else { return false }
    return true
  }

  private static func hasNamespace(_ text: Span<UInt8>) -> Bool {
    guard let colon = text.firstIndex(of: UInt8(ascii: ":")), colon + 1 < text.count else { return false }
    return RowKey(text.extracting(0..<colon)) != nil
  }

  private static func isHash(_ text: Span<UInt8>) -> Bool {
    guard text.count == 32 || text.count == 40 || text.count == 64 else { return false }
    for index in text.indices {
      let byte = text[index]
      guard byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 else { return false }
    }
    return true
  }

  /// `name.name/...`: labels of letters, digits and hyphens, the last of two letters or more, and a slash.
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
    return true
  }
}
