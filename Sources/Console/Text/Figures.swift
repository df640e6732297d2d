// Figures as people read them. Programs get plain digits instead.

internal import Platform

/// Numbers, sizes and times for people.
package enum Figures {
  /// Digits in groups of three: `24,000,000`.
  package static func grouped(_ value: Int) -> String {
    let digits = Array(String(value.magnitude).utf8)
    var text = value < 0 ? "-" : ""
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
      text.unicodeScalars.append(Unicode.Scalar(digit))
    }
    return text
  }

  /// A count and its noun: `1 image`, `2,000 images`.
  package static func counted(_ value: Int, _ noun: String) -> String {
    "\(grouped(value)) \(noun)\(value == 1 ? "" : "s")"
  }

  /// Bytes in binary units: `512 B`, `1.5 GiB`.
  package static func bytes(_ value: Int) -> String {
    guard value >= 1_024 else { return "\(value) B" }
    var size = Double(value) / 1_024
    var units = ["KiB", "MiB", "GiB", "TiB"].makeIterator()
    var unit = units.next() ?? ""
    while size >= 1_024, let next = units.next() {
      size /= 1_024
      unit = next
    }
    return "\(fixed(size, decimals: 1)) \(unit)"
  }

  /// A time: `0.42 s`, `8 s`, `3 min 05 s`, `2 h 10 min`.
  package static func duration(seconds: Double) -> String {
    if seconds < 10 { return "\(fixed(seconds, decimals: 2)) s" }
    let whole = Int(seconds)
    if whole < 60 { return "\(whole) s" }
    if whole < 3_600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
    return "\(whole / 3_600) h \(twoDigits(whole / 60 % 60)) min"
  }

  /// The same of whole seconds: `0 s`, `8 s`, `3 min 05 s`.
  package static func duration(wholeSeconds: Int) -> String {
    wholeSeconds < 10 ? "\(wholeSeconds) s" : duration(seconds: Double(wholeSeconds))
  }

  /// A bound of time in whole seconds: `60 s`.
  package static func patience(_ time: Duration) -> String { "\(time.components.seconds) s" }

  /// A number, not negative, with so many decimals, rounded.
  package static func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1
    for _ in 0..<decimals { scale *= 10 }
    let scaled = Int((value * Double(scale)).rounded())
    guard decimals > 0 else { return String(scaled) }
    let fraction = String(scaled % scale)
    return "\(scaled / scale)." + String(repeating: "0", count: decimals - fraction.utf8.count) + fraction
  }

  /// A moment as `2025-01-31 13:05:09 UTC`.
  package static func moment(_ secondsSince1970: Int) -> String {
    WallClock.text(secondsSince1970, "%Y-%m-%d %H:%M:%S UTC")
  }

  private static func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : String(value) }
}
