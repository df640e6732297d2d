// The text of METRICS as OpenMetrics 1.0 has it (https://prometheus.io/docs/specs/om/open_metrics_spec/). Names and
// label names are literals of the program, and label values come from its own tables (verbs, codes, namespaces,
// versions): nothing that a client sent is ever one.

/// Writes families of metrics, a line each.
struct OpenMetricsWriter {
  private(set) var lines: [String] = []
  private var family = ""

  /// The kinds of metrics that the daemon has.
  enum Kind: String {
    case counter
    case gauge
    case histogram
    case info
  }

  /// Begins a family. Its unit, where it has one, is the last word of its name. `help` has no backslash, quote or LF.
  mutating func begin(_ name: StaticString, _ kind: Kind, _ help: StaticString) {
    family = "whichset_\(name)"
    lines.append("# TYPE \(family) \(kind.rawValue)")
    for unit in ["seconds", "bytes"] where family.hasSuffix("_\(unit)") {
      lines.append("# UNIT \(family) \(unit)")
    }
    lines.append("# HELP \(family) \(help)")
  }

  /// A sample of the family: `suffix` is `_total`, `_bucket` and so on.
  mutating func sample(
    _ suffix: StaticString = "", _ labels: [(name: StaticString, value: String)] = [], _ value: String
  ) {
    var line = "\(family)\(suffix)"
    if !labels.isEmpty {
      line += "{" + labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",") + "}"
    }
    lines.append("\(line) \(value)")
  }

  /// A histogram of the family: buckets are cumulative here.
  mutating func histogram(_ labels: [(name: StaticString, value: String)], _ durations: DurationTotals) {
    var sum = 0
    for bucket in durations.buckets.indices {
      sum += durations.buckets[bucket]
      let bound =
        bucket < DurationBounds.bounded ? DurationBounds.seconds(bucket).description : "+Inf"
      sample("_bucket", labels + [(name: "le", value: bound)], "\(sum)")
    }
    sample("_count", labels, "\(sum)")
    sample("_sum", labels, "\(Double(durations.nanoseconds) / 1_000_000_000)")
  }

  mutating func end() { lines.append("# EOF") }

  private static func escaped(_ value: String) -> String {
    var text = ""
    for character in value {
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n": text += "\\n"
      default: text.append(character)
      }
    }
    return text
  }
}
