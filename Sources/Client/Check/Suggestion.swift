// What somebody may have meant who typed something that is no identifier.

import Console
import Glibc

/// What to write instead of a word that is no identifier.
package struct Suggestion: Equatable, Sendable {
  /// One line, with the word.
  package let text: String

  /// Nil where the word is an identifier, or nothing better is known. Looks for a file of that name.
  package init?(for word: String) {
    var keys = KeyReader()
    var key: [UInt8] = []
    guard !word.isEmpty, keys.append(keyOf: word.utf8.span, to: &key)?.refusal == .invalid else { return nil }
    // Safe: the text lives as long as the call.
    if unsafe access(word, F_OK) == 0 {
      text = "\(word.shown) is a file here; whichset check --file asks for a picture by its hashes"
    } else if let photo = Self.photo(inFileName: word) {
      text = "\(word.shown) looks like a file of Flickr; its photo is flickr:\(photo)"
    } else if word.utf8.allSatisfy({ $0 &- 0x30 < 10 }) {
      text = "\(word.shown) could be a number of anything; a photo of Flickr is flickr:\(word)"
    } else {
      return nil
    }
  }

  /// The photo of a file name such as `99347712782_0123456789_b.jpg`; nil for any other.
  private static func photo(inFileName word: String) -> Substring? {
    let name = word.split(separator: "/").last ?? ""
    let parts = name.prefix { $0 != "." }.split(separator: "_", omittingEmptySubsequences: false)
    guard name.contains("."), parts.count >= 2, (4...20).contains(parts[0].utf8.count),
      parts[0].utf8.allSatisfy({ $0 &- 0x30 < 10 }), parts[0].first != "0",
      (8...10).contains(parts[1].utf8.count), parts[1].allSatisfy(\.isHexDigit)
    else { return nil }
    return parts[0]
  }
}
