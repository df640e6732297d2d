// The three forms of every answer: for people, for line tools, for programs.

import Platform
import WireProtocol

package enum OutputFormat: String, CaseIterable, Sendable {
  /// For people; may change with any version.
  case text
  /// Columns separated by TAB, one record a line; stable.
  case tsv
  /// JSON Lines: one object a line; stable.
  case json

  /// What fits standard output: `text` on a terminal, `tsv` otherwise.
  package static func fitting(_ descriptor: Int32) -> OutputFormat {
    Terminal.isTerminal(descriptor) ? .text : .tsv
  }
}

/// Records of columns separated by TAB.
package enum TabSeparated {
  /// Appends a column; TAB, LF, CR, control bytes and backslashes in it are escaped as in the protocol.
  package static func column(_ bytes: Span<UInt8>, _ output: inout [UInt8]) {
    Escapes.append(bytes, to: &output, keepingSpaces: true)
  }

  package static func append(_ columns: [Content], to output: inout [UInt8]) {
    for (index, column) in columns.enumerated() {
      if index > 0 { output.append(UInt8(ascii: "\t")) }
      column.appendColumn(to: &output)
    }
    output.append(UInt8(ascii: "\n"))
  }

  package static func record(_ columns: [String], _ output: inout [UInt8]) {
    append(columns.map(Content.text), to: &output)
  }
}
