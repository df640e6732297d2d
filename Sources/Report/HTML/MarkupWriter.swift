// HTML and SVG, element by element. Texts and attribute values are escaped here and nowhere else; names are
// literals of this program (`StaticString`), so that nothing from an index can become markup.

import Console

/// Writes elements into bytes of UTF-8.
package struct MarkupWriter {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  /// Attributes of an element, in their order; those without a value are left out.
  package typealias Attributes = KeyValuePairs<StaticString, String?>

  /// An element and what is in it.
  package mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: (inout MarkupWriter) -> Void
  ) {
    begin(name, attributes)
    content(&self)
    bytes += Array("</\(name)>".utf8)
  }

  /// An element with nothing but text in it.
  package mutating func element(_ name: StaticString, _ attributes: Attributes = [:], text: String) {
    element(name, attributes) { $0.text(text) }
  }

  /// An element of HTML that has no end (`meta`, `br`).
  package mutating func begin(_ name: StaticString, _ attributes: Attributes = [:]) {
    bytes += Array("<\(name)".utf8)
    for (attribute, value) in attributes {
      guard let value else { continue }
      bytes += Array(" \(attribute)=\"".utf8)
      escape(value)
      bytes.append(UInt8(ascii: "\""))
    }
    bytes.append(UInt8(ascii: ">"))
  }

  package mutating func text(_ text: String) { escape(text) }

  /// A line's end, where the source is to be read by people.
  package mutating func newLine() { bytes.append(UInt8(ascii: "\n")) }

  /// Markup of this program's own; never anything from an index.
  package mutating func markup(_ markup: StaticString) { bytes += Array("\(markup)".utf8) }

  /// Markup that was written apart.
  mutating func append(_ other: MarkupWriter) { bytes += other.bytes }

  /// The style sheet, as the content of `style`, which HTML reads without escapes and XML must be able to read so.
  mutating func styleSheet(_ css: String) {
    precondition(!css.contains("<") && !css.contains("&"))
    element("style") { $0.bytes += Array(css.utf8) }
  }

  /// Escapes what HTML takes for markup in text or in a quoted value, and replaces the characters that a document
  /// must not hold (WHATWG HTML, section 13.1.4; XML 1.0, section 2.2): controls other than TAB and LF, and two that are
  /// no characters.
  private mutating func escape(_ text: String) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes += Array("&amp;".utf8)
      case "<": bytes += Array("&lt;".utf8)
      case ">": bytes += Array("&gt;".utf8)
      case "\"": bytes += Array("&quot;".utf8)
      case "'": bytes += Array("&#39;".utf8)
      case "\t", "\n": bytes.append(UInt8(scalar.value))
      case "\u{0}"..<" ", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": bytes += Array("\u{FFFD}".utf8)
      default: bytes += Array(String(scalar).utf8)
      }
    }
  }
}
