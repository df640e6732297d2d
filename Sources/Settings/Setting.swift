// One setting of the daemon: its name, which values it takes, what it is without one. The same name is used in the file
// (`log-level = info`), in the environment (`WHICHSETD_LOG_LEVEL`) and as a flag (`--log-level`).
//
// A new setting is a line in `Setting+Table.swift`, a flag in the daemon's `SettingFlags`, a line in
// systemd/whichsetd.conf, and its use; tests tell which of them is missing.

import ByteText

/// A setting of the daemon.
package struct Setting: Hashable, Sendable {
  /// Lower-case words with `-` between them.
  package let name: String
  /// Which values it takes.
  package let kind: Kind
  /// Its value where nobody gives one; empty for none.
  package let standard: String
  /// One sentence for people.
  package let help: String
  /// What stands for the value in help texts.
  package let valueName: String
  /// Whether a running daemon can take another value.
  package let isLive: Bool

  /// Kinds of values.
  package enum Kind: Hashable, Sendable {
    /// A whole number.
    case number(ClosedRange<Int>)
    /// One of some words.
    case choice([String])
    /// Any text without control characters; empty for none.
    case text
  }

  /// Makes a setting that can be changed only by a new start, unless it is `isLive`.
  package init(
    _ name: String, _ kind: Kind, _ standard: String = "", valueName: String, isLive: Bool = false,
    _ help: String
  ) {
    self.name = name
    self.kind = kind
    self.standard = standard
    self.valueName = valueName
    self.isLive = isLive
    self.help = help
  }

  /// Its variable in the environment.
  package var variable: String {
    "WHICHSETD_" + name.uppercased().map { $0 == "-" ? "_" : String($0) }.joined()
  }

  /// Why the setting cannot have this value: a text that goes on after the value. Nil where it can.
  package func objection(to value: String) -> String? {
    switch kind {
    case .number(let range):
      let isNumber = value.utf8.allSatisfy(ASCII.isDigit)
      if isNumber, let number = Int(value), range.contains(number) { return nil }
      return "is no number from \(range.lowerBound) to \(range.upperBound)"
    case .choice(let words):
      return words.contains(value) ? nil : "is none of \(words.joined(separator: ", "))"
    case .text:
      return !value.utf8.contains(where: ASCII.isControl) ? nil : "has a control character in it"
    }
  }
}
