// Invented photos, by their ordinal numbers, and lists of them.

import TestSupport

/// Invented photos.
enum Photos {
  /// The number of the n-th photo. An odd factor scatters them, so that lists are not sorted by accident.
  static func number(_ ordinal: Int) -> Int { 90_000_000_000 + ordinal * 7_919 % 999_983 }

  /// A list, an URL a line. `padding` is the least number of bytes that each row is longer; they do not compress.
  static func list(_ ordinals: ClosedRange<Int>, padding: Int = 0) -> String {
    var generator = SeededGenerator(seed: ordinals.lowerBound)
    var text = ""
    for ordinal in ordinals {
      text += "https://live.staticflickr.com/65535/\(number(ordinal))_0123456789_b.jpg"
      var left = padding
      while left > 0 {
        let word = (left == padding ? "?" : "") + String(generator.next(), radix: 36)
        text += word
        left -= word.utf8.count
      }
      text += "\n"
    }
    return text
  }
}
