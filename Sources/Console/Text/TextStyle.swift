// How text for people looks: colours or none, and nothing in it that could steer a terminal.

import WireProtocol

package struct TextStyle: Equatable, Sendable {
  private let isColoured: Bool

  package init(isColoured: Bool) { self.isColoured = isColoured }

  package static let plain = TextStyle(isColoured: false)

  /// What a colour means; the values are those of ECMA-48, "select graphic rendition".
  package enum Role: String, Sendable {
    case found = "\u{1B}[1;32m"
    case wrong = "\u{1B}[31m"
    case heading = "\u{1B}[1m"
    case aside = "\u{1B}[2m"
  }

  package func mark(_ text: String, _ role: Role) -> String {
    isColoured ? role.rawValue + text + Self.end : text
  }

  /// Begins a mark around bytes.
  package func begin(_ role: Role, _ output: inout [UInt8]) {
    if isColoured { output.append(role.rawValue) }
  }

  package func end(_ output: inout [UInt8]) {
    if isColoured { output.append(Self.end) }
  }

  private static let end = "\u{1B}[0m"

  /// A line a pair, the values below each other behind their labels.
  package func labelled(_ pairs: [(label: String, text: String)]) -> String {
    let width = pairs.map(\.label.count).max() ?? 0
    return pairs.map { label, text in
      "\(mark(label + String(repeating: " ", count: width - label.count), .heading))  \(text.shown)\n"
    }.joined()
  }
}

extension String {
  /// The text with its control bytes and backslashes escaped, so that it can be written to a terminal.
  package var shown: String { String(showing: utf8.span) }

  /// Bytes as text, escaped so that it can be written to a terminal.
  package init(showing bytes: Span<UInt8>) {
    var escaped: [UInt8] = []
    Escapes.append(bytes, to: &escaped, keepingSpaces: true)
    self.init(decoding: escaped, as: UTF8.self)
  }
}
