// The small pieces that values of a catalogue are written in: lists separated by semicolons, remarks in parentheses, dates,
// countries. Pure functions over text.

/// Why a value is not one.
package struct CatalogueValueError: Error, Equatable, Sendable {
  /// The reason, for people.
  package let reason: String

  /// An error with a reason.
  package init(_ reason: String) { self.reason = reason }
}

/// Pieces of values.
enum CatalogueText {
  /// Without spaces and TABs around it.
  static func trimmed(_ text: some StringProtocol) -> String {
    let front = text.drop { $0 == " " || $0 == "\t" }
    guard let end = front.lastIndex(where: { $0 != " " && $0 != "\t" }) else { return "" }
    return String(front[...end])
  }

  /// The items of a list separated by semicolons, those inside brackets apart; empty items are left out.
  static func items(_ text: String) -> [String] {
    var items: [String] = []
    var current = ""
    var depth = 0
    for character in text {
      if character == "(" || character == "[" { depth += 1 }
      if character == ")" || character == "]" { depth = max(0, depth - 1) }
      if character == ";", depth == 0 {
        items.append(trimmed(current))
        current = ""
      } else {
        current.append(character)
      }
    }
    items.append(trimmed(current))
    return items.filter { !$0.isEmpty }
  }

  /// A text, and what stands in parentheses at its end; nil where nothing does.
  static func remark(_ text: String) -> (front: String, remark: String?) {
    let text = trimmed(text)
    guard text.hasSuffix(")"), let open = text.firstIndex(of: "(") else { return (text, nil) }
    let inner = trimmed(text[text.index(after: open)...].dropLast())
    return (trimmed(text[..<open]), inner.isEmpty ? nil : inner)
  }

  /// Whether a word is `2019`, `2019-06` or `2019-06-06`, with a month and a day that there may be.
  static func isDate(_ word: String) -> Bool {
    let parts = word.split(separator: "-", omittingEmptySubsequences: false)
    let bounds = [1900...2100, 1...12, 1...31]
    guard (1...3).contains(parts.count) else { return false }
    return zip(parts, bounds).enumerated().allSatisfy { index, pair in
      pair.0.utf8.count == (index == 0 ? 4 : 2) && Int(pair.0).map(pair.1.contains) == true
    }
  }

  /// A country by its code.
  static func country(_ code: String) throws(CatalogueValueError) -> Country {
    guard let country = Country(code: code) else {
      throw CatalogueValueError("no country has the code \(code) (ISO 3166-1: two capital letters)")
    }
    return country
  }

  /// Each item of a list, read.
  static func list<Value>(
    _ text: String, _ read: (String) throws(CatalogueValueError) -> Value
  ) throws(CatalogueValueError) -> [Value] {
    var values: [Value] = []
    for item in items(text) { values.append(try read(item)) }
    return values
  }
}
