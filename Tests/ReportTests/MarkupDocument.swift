// Reads back what `MarkupWriter` writes, strictly: a test that a document is whole, and a look at its elements.

import Testing

/// A document's elements in order.
struct MarkupDocument {
  /// One element.
  struct Element {
    let name: String
    let attributes: [(name: String, value: String)]
    /// Names of the elements that it is in.
    let path: [String]
    /// The text that follows its start, up to the next element.
    var text = ""

    subscript(name: String) -> String? { attributes.first { $0.name == name }?.value }
  }

  private(set) var elements: [Element] = []

  /// Elements of HTML that have no end.
  private static let empty: Set<String> = ["meta", "br"]

  /// Reads a document; what is open at the end, closed out of order or not quoted is a failure.
  init(_ bytes: [UInt8]) throws {
    let text = try #require(String(validating: bytes, as: UTF8.self))
    var rest = text[...]
    if rest.hasPrefix("<!DOCTYPE html>") { rest = rest.dropFirst("<!DOCTYPE html>".count) }
    var path: [String] = []
    while let start = rest.firstIndex(of: "<") {
      if !elements.isEmpty { elements[elements.count - 1].text += rest[..<start] }
      rest = rest[rest.index(after: start)...]
      let end = try #require(Self.tagEnd(rest))
      let tag = rest[..<end]
      rest = rest[rest.index(after: end)...]
      if tag.hasPrefix("/") {
        let name = tag.dropFirst()
        try #require(path.last == String(name), "</\(name)> in \(path)")
        path.removeLast()
        continue
      }
      let element = try Self.element(tag, path: path)
      elements.append(element)
      if !Self.empty.contains(element.name) { path.append(element.name) }
    }
    try #require(path.isEmpty, "\(path) is open at the end")
    #expect(!rest.contains(">"))
  }

  /// Where a tag ends: at the first `>` outside of quotes.
  private static func tagEnd(_ text: Substring) -> Substring.Index? {
    var isQuoted = false
    return text.indices.first { index in
      if text[index] == "\"" { isQuoted.toggle() }
      return text[index] == ">" && !isQuoted
    }
  }

  private static func element(_ tag: Substring, path: [String]) throws -> Element {
    var rest = tag
    let name = rest.prefix { $0 != " " }
    try #require(!name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }, "<\(tag)>")
    rest = rest.dropFirst(name.count)
    var attributes: [(name: String, value: String)] = []
    while !rest.isEmpty {
      let parts = rest.dropFirst().split(separator: "=", maxSplits: 1)
      try #require(rest.first == " " && parts.count == 2 && parts[1].first == "\"", "<\(tag)>")
      let value = parts[1].dropFirst().prefix { $0 != "\"" }
      attributes.append((String(parts[0]), String(value)))
      rest = parts[1].dropFirst(value.count + 2)
    }
    return Element(name: String(name), attributes: attributes, path: path)
  }
}
