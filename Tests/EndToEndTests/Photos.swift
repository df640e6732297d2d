// Invented photos, by their ordinal numbers, and lists of them.

/// Invented photos.
enum Photos {
  /// The number of the n-th photo. An odd factor scatters them, so that lists are not sorted by accident.
  static func number(_ ordinal: Int) -> Int { 90_000_000_000 + ordinal * 7_919 % 999_983 }

  /// A list, an URL a line. `padding` makes each row longer.
  static func list(_ ordinals: ClosedRange<Int>, padding: Int = 0) -> String {
    let tail = padding > 0 ? "?" + String(repeating: "x", count: padding) : ""
    return ordinals.map { "https://live.staticflickr.com/65535/\(number($0))_0123456789_b.jpg\(tail)\n" }
      .joined()
  }
}
