// The three forms of every answer: for people, for line tools, for programs.

import WireProtocol

/// How answers are written.
package enum OutputFormat: String, CaseIterable, Sendable {
  /// For people; may change with any version.
  case text
  /// Columns parted by TAB, one record a line; stable.
  case tsv
  /// JSON Lines: one object a line; stable.
  case json

  /// What fits standard output: `text` on a terminal, `tsv` otherwise.
  package static func fitting(_ descriptor: Int32) -> OutputFormat {
    Terminal.isTerminal(descriptor) ? .text : .tsv
  }
}

/// How text for people looks: colours or none.
package struct TextStyle: Equatable, Sendable {
  private let isColoured: Bool

  /// A style with or without colours.
  package init(isColoured: Bool) { self.isColoured = isColoured }

  /// Without colours.
  package static let plain = TextStyle(isColoured: false)

  /// A meaning that a colour stands for (ECMA-48 "select graphic rendition").
  package enum Role: String, Sendable {
    /// Something was found.
    case found = "\u{1B}[1;32m"
    /// Something is wrong.
    case wrong = "\u{1B}[31m"
    /// A heading.
    case heading = "\u{1B}[1m"
    /// Of less weight.
    case aside = "\u{1B}[2m"
  }

  /// `text`, marked where colours are allowed.
  package func mark(_ text: String, _ role: Role) -> String {
    isColoured ? role.rawValue + text + "\u{1B}[0m" : text
  }

  /// Begins or ends a mark around bytes.
  package func begin(_ role: Role, _ output: inout [UInt8]) {
    if isColoured { output.append(role.rawValue) }
  }

  /// Ends what `begin` began.
  package func end(_ output: inout [UInt8]) {
    if isColoured { output.append("\u{1B}[0m") }
  }
}

/// Writes records of columns parted by TAB.
package enum TabSeparated {
  /// Appends a column; TAB, LF, CR, control bytes and backslashes in it are escaped as in the protocol.
  package static func column(_ bytes: Span<UInt8>, _ output: inout [UInt8]) {
    Escapes.append(bytes, to: &output, keepingSpaces: true)
  }

  /// Appends a record of whole columns.
  package static func record(_ columns: [String], _ output: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(UInt8(ascii: "\t")) }
      Escapes.append(column, to: &output, keepingSpaces: true)
    }
    output.append(UInt8(ascii: "\n"))
  }
}
