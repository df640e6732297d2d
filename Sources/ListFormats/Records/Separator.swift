// What separates the columns of a table, and which of the separators a table has.

import WireProtocol

/// What stands between two columns.
package enum Separator: String, CaseIterable, Sendable {
  case tab, comma, semicolon, bar
  /// One space or TAB, or more.
  case spaces

  /// Takes a name as above, or the character itself.
  package init?(argument: String) {
    let characters: [String: Separator] = [
      "\t": .tab, "\\t": .tab, ",": .comma, ";": .semicolon, "|": .bar, " ": .spaces,
    ]
    guard let found = characters[argument] ?? Separator(rawValue: argument) else { return nil }
    self = found
  }

  /// The byte; of spaces, one of them.
  var byte: UInt8 {
    switch self {
    case .tab: UInt8(ascii: "\t")
    case .comma: UInt8(ascii: ",")
    case .semicolon: UInt8(ascii: ";")
    case .bar: UInt8(ascii: "|")
    case .spaces: UInt8(ascii: " ")
    }
  }

  /// Whether columns may be quoted, and then hold the separator and line ends.
  var hasQuotes: Bool {
    switch self {
    case .comma, .semicolon, .bar: true
    case .tab, .spaces: false
    }
  }

  /// How people call it.
  package var plural: String {
    switch self {
    case .tab: "TABs"
    case .comma: "commas"
    case .semicolon: "semicolons"
    case .bar: "bars"
    case .spaces: "spaces"
    }
  }
}
