// The figures of `METRICS` as two readers want them. The daemon gives OpenMetrics 1.0. Prometheus's older text format,
// the only one that node_exporter's textfile collector reads, differs: a counter's TYPE and HELP carry the name with
// `_total`, there is no type `info`, no UNIT, and no EOF.

import Console

package enum MetricsForm: String, CaseIterable, Sendable {
  /// OpenMetrics 1.0, as the daemon gives it.
  case openmetrics
  /// Prometheus's text format 0.0.4.
  case prometheus
}

/// Turns OpenMetrics text into other forms. Pure.
package enum MetricsText {
  /// The lines in a form, each with its LF.
  package static func write(_ lines: [String], as form: MetricsForm, to output: inout [UInt8]) {
    var types: [Substring: Substring] = [:]
    for line in lines {
      guard form == .prometheus else {
        output.append(line + "\n")
        continue
      }
      let words = line.split(separator: " ", maxSplits: 3)
      guard words.first == "#" else {
        output.append(line + "\n")
        continue
      }
      // UNIT and EOF have no place there.
      guard words.count == 4, words[1] == "TYPE" || words[1] == "HELP" else { continue }
      if words[1] == "TYPE" { types[words[2]] = words[3] }
      let type = types[words[2]] ?? ""
      let suffix = type == "counter" ? "_total" : type == "info" ? "_info" : ""
      let text = words[1] == "TYPE" && type == "info" ? "gauge" : words[3]
      output.append("# \(words[1]) \(words[2])\(suffix) \(text)\n")
    }
  }
}
