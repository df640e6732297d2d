// The forms of answers, and which of them a request accepts (RFC 9110, section 12.5.1).

enum MediaType: String, CaseIterable, Sendable {
  case json = "application/json"
  case jsonLines = "application/x-ndjson"
  case tabSeparated = "text/tab-separated-values"
  case text = "text/plain"
  case html = "text/html"
  case css = "text/css"
  case script = "text/javascript"
  case form = "application/x-www-form-urlencoded"
  case problem = "application/problem+json"
  case openMetrics = "application/openmetrics-text"
  case openAPI = "application/openapi+json"

  /// The value of `Content-Type`.
  var header: String {
    switch self {
    case .openMetrics: "\(rawValue); version=1.0.0; charset=utf-8"
    case .tabSeparated, .text, .html, .css, .script: "\(rawValue); charset=utf-8"
    default: rawValue
    }
  }

  /// The type that a `Content-Type` names, its parameters aside; nil for one that is not among these.
  init?(contentType: String) {
    self.init(rawValue: Self.words(contentType, separator: ";").first ?? "")
  }

  /// The one of `offers` that `accept` prefers; of those that it likes as well, the first. Nil where it accepts none.
  static func preferred(_ accept: [String], among offers: [MediaType]) -> MediaType? {
    let ranges = accept.flatMap { words($0, separator: ",") }.map(Range.init)
    guard !ranges.isEmpty else { return offers.first }
    var best: (offer: MediaType, quality: Double)?
    for offer in offers {
      let fitting = ranges.filter { $0.specificity(for: offer) > 0 }
      guard let range = fitting.max(by: { $0.specificity(for: offer) < $1.specificity(for: offer) }) else {
        continue
      }
      if range.quality > best?.quality ?? 0 { best = (offer, range.quality) }
    }
    return best?.offer
  }

  private struct Range {
    let name: String
    let quality: Double

    init(_ text: String) {
      let parts = words(text, separator: ";")
      name = parts.first ?? ""
      quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
    }

    func specificity(for type: MediaType) -> Int {
      if name == type.rawValue { return 3 }
      if name == type.rawValue.prefix(while: { $0 != "/" }) + "/*" { return 2 }
      return name == "*/*" ? 1 : 0
    }
  }

  private static func words(_ text: String, separator: Character) -> [String] {
    text.lowercased().split(separator: separator).map { word in
      String(word.drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
  }
}
