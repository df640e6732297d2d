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

    fileprivate static let all: [Role] = [.found, .wrong, .heading, .aside]
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

  /// To the first column, and erase to the end (ECMA-48, EL).
  static let clearLine = "\r\u{1B}[K"

  private static let marks = (Role.all.map(\.rawValue) + [end]).map { Array($0.utf8) }

  /// The bytes of a mark of this program that begins at `index`; 0 where none does.
  static func markLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
    guard bytes[index] == 0x1B else { return 0 }
    return marks.first { mark in
      index + mark.count <= bytes.count && mark.indices.allSatisfy { mark[$0] == bytes[index + $0] }
    }?.count ?? 0
  }

  /// A line a pair, the values below each other behind their labels.
  package func labelled(_ pairs: [(label: String, text: String)]) -> String {
    let width = pairs.map(\.label.count).max() ?? 0
    return pairs.map { label, text in
      "\(mark(label + String(repeating: " ", count: width - label.count), .heading))  \(text.shown)\n"
    }.joined()
  }
}

extension String {
  /// The text as `Escapes.appendForTerminal` has it.
  package var shown: String { String(showing: utf8.span) }

  /// A sentence from elsewhere: as `shown`, but backslashes stay.
  package var terminalSafe: String {
    var escaped: [UInt8] = []
    Escapes.appendSentence(utf8.span, to: &escaped)
    return String(decoding: escaped, as: UTF8.self)
  }

  /// Bytes as text, escaped as `shown`.
  package init(showing bytes: Span<UInt8>) {
    var escaped: [UInt8] = []
    Escapes.appendForTerminal(bytes, to: &escaped)
    self.init(decoding: escaped, as: UTF8.self)
  }
}
