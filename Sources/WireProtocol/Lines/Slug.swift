// The names that clients give: of datasets, of loads.

import ByteText

/// A dataset's slug: `[a-z0-9][a-z0-9_-]{0,62}`.
package enum Slug {
  package static func isValid(_ text: String) -> Bool {
    guard let first = text.utf8.first, text.utf8.count <= ProtocolLimits.slugBytesMax else { return false }
    return ASCII.isLowerOrDigit(first)
      && text.utf8.allSatisfy {
        ASCII.isLowerOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  static func checked(_ word: String) throws(ProtocolError) -> String {
    guard isValid(word) else {
      throw ProtocolError(
        .dataset,
        "a dataset's name has 1 to \(ProtocolLimits.slugBytesMax) of a-z, 0-9, _ and -, and starts with a letter or digit"
      )
    }
    return word
  }
}

/// A load's name: `<slug>.<source>`.
package enum LoadName {
  /// Whether it can name a load of its dataset: 1 to 64 letters, digits, `_` or `-`.
  package static func isSource(_ text: String) -> Bool {
    (1...ProtocolLimits.sourceBytesMax).contains(text.utf8.count)
      && text.utf8.allSatisfy {
        ASCII.isLetterOrDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
      }
  }

  package static func isValid(_ text: String) -> Bool {
    let parts = text.split(separator: ".", maxSplits: 1).map(String.init)
    return parts.count == 2 && Slug.isValid(parts[0]) && isSource(parts[1])
  }
}
