// The samples of a `METRICS` reply, by name and labels, for `top`.

package struct MetricSamples: Equatable, Sendable {
  private var values: [String: [(labels: [String: String], value: Double)]] = [:]

  /// No samples: all counters are 0.
  package init() {}

  /// Takes the lines of OpenMetrics text; those that are no samples are left out. O(length).
  package init(_ lines: [String]) {
    for line in lines where !line.hasPrefix("#") {
      guard let (name, labels, value) = Self.parse(line) else { continue }
      values[name, default: []].append((labels, value))
    }
  }

  package static func == (first: MetricSamples, second: MetricSamples) -> Bool {
    first.values.keys == second.values.keys
      && first.values.allSatisfy { name, samples in
        samples.elementsEqual(second.values[name] ?? []) { $0.labels == $1.labels && $0.value == $1.value }
      }
  }

  /// The value of the one sample with these labels; nil where there is none.
  package func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
    values[name]?.first { $0.labels == labels }?.value
  }

  /// The sum over all samples of a name that have these labels among theirs.
  package func sum(_ name: String, _ labels: [String: String] = [:]) -> Double {
    (values[name] ?? []).reduce(0) { sum, sample in
      labels.allSatisfy { sample.labels[$0.key] == $0.value } ? sum + sample.value : sum
    }
  }

  /// The values that a label has in the samples of a name, in their order, each once.
  package func values(of label: String, in name: String) -> [String] {
    var seen: [String] = []
    for sample in values[name] ?? [] {
      if let value = sample.labels[label], !seen.contains(value) { seen.append(value) }
    }
    return seen
  }

  /// The buckets of a histogram: upper bounds, and how many were at most that long.
  package func buckets(_ name: String, _ labels: [String: String]) -> [(bound: Double, count: Double)] {
    (values[name + "_bucket"] ?? []).compactMap { sample in
      guard let bound = sample.labels["le"],
        labels.allSatisfy({ sample.labels[$0.key] == $0.value })
      else { return nil }
      return (bound == "+Inf" ? .infinity : Double(bound) ?? .infinity, sample.value)
    }
  }

  private static func parse(_ line: String) -> (String, [String: String], Double)? {
    guard let brace = line.firstIndex(of: "{") else {
      let words = line.split(separator: " ")
      guard words.count >= 2, let value = Double(words[1]) else { return nil }
      return (String(words[0]), [:], value)
    }
    var labels: [String: String] = [:]
    var rest = line[line.index(after: brace)...]
    while let equals = rest.firstIndex(of: "="), rest.first != "}" {
      let name = rest[..<equals].drop { $0 == "," }
      var text = ""
      var isEscaped = false
      var index = rest.index(equals, offsetBy: 2, limitedBy: rest.endIndex) ?? rest.endIndex
      while index < rest.endIndex, isEscaped || rest[index] != "\"" {
        if isEscaped {
          text.append(rest[index] == "n" ? "\n" : rest[index])
          isEscaped = false
        } else if rest[index] == "\\" {
          isEscaped = true
        } else {
          text.append(rest[index])
        }
        index = rest.index(after: index)
      }
      guard index < rest.endIndex else { return nil }
      labels[String(name)] = text
      rest = rest[rest.index(after: index)...]
    }
    guard rest.first == "}", let value = rest.dropFirst().split(separator: " ").first.flatMap({ Double($0) })
    else { return nil }
    return (String(line[..<brace]), labels, value)
  }
}
