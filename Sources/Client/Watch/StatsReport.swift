// The figures of `STATS`. For people they are put together by what they are about, and aligned; for programs they stand
// as the daemon gives them.

import WireProtocol

/// Writes `STATS`.
package struct StatsReport: Sendable {
  private let report: PairReport

  /// Takes the reply's pairs, and pairs that others gave.
  package init(_ report: PairReport) { self.report = report }

  /// Groups of figures, by their names or the beginnings of these, which end with a dot.
  private static let groups: [(heading: String, names: [String])] = [
    (
      "Index",
      [
        "images", "memberships", "datasets", "accounts", "rows", "rejected", "keys", "sets", "rules",
        "datasets.",
      ]
    ),
    ("Namespaces", ["images.", "keys."]),
    ("Questions", ["requests", "queries", "queries.", "errors", "slow"]),
    ("Connections", ["connections", "connections.", "streams", "snapshots", "snapshots."]),
    ("Loads", ["loads."]),
    ("Room", ["map.", "disk.", "memory."]),
    ("Backup", ["backup."]),
    ("Digests", ["digest", "digest."]),
    // Figures that this program does not know of, from a newer daemon, stand here too.
    ("Daemon", ["version", "format", "uptime."]),
  ]

  /// Appends the report.
  package func write(_ format: OutputFormat, style: TextStyle, to output: inout [UInt8]) {
    guard format == .text else {
      report.write(format, style: style, to: &output)
      return
    }
    var grouped = [[(name: String, value: String)]](repeating: [], count: Self.groups.count)
    for pair in report.pairs { grouped[Self.group(of: pair.name)].append(pair) }
    let width = report.pairs.map(\.name.count).max() ?? 0
    var isFirst = true
    for (group, pairs) in zip(Self.groups, grouped) where !pairs.isEmpty {
      if !isFirst { output.append("\n") }
      isFirst = false
      output.append(style.mark(group.heading, .heading) + "\n")
      let values = pairs.map { PairReport.readable($0.name, $0.value) }
      // Digits stand under digits; what follows them, as a size in other units does, behind them.
      let figures = values.map { $0.prefix { $0.isNumber || $0 == "," }.count }
      let figureWidth = figures.max() ?? 0
      for (pair, (value, count)) in zip(pairs, zip(values, figures)) {
        let isFigure = count > 0 && (count == value.count || value.dropFirst(count).hasPrefix(" ("))
        let padding = isFigure ? figureWidth - count : 0
        output.append("  \(pair.name)" + String(repeating: " ", count: width - pair.name.count + 2 + padding))
        Escapes.append(value, to: &output, keepingSpaces: true)
        output.append("\n")
      }
    }
  }

  private static func group(of name: String) -> Int {
    groups.firstIndex { $0.names.contains { $0.last == "." ? name.hasPrefix($0) : name == $0 } }
      ?? groups.count - 1
  }
}
