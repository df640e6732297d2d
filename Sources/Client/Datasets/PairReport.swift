// Reports that are lines of a name and a value: the statistics, and one dataset.

import WireProtocol

/// Names and values in the daemon's order.
package struct PairReport: Sendable {
  /// The pairs.
  package let pairs: [(name: String, value: String)]

  /// Takes the lines of a reply, and pairs that others give.
  package init(_ reply: Reply, further: [(name: String, value: String)] = []) {
    pairs = reply.records.compactMap { $0.count >= 2 ? ($0[0], $0[1]) : nil } + further
  }

  /// The value of a name; nil where there is none.
  package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  /// The value of a name that is a number.
  package func number(_ name: String) -> Int? { self[name].flatMap { Decimal.parse($0) } }

  /// Appends the report.
  package func write(_ format: OutputFormat, style: TextStyle, to output: inout [UInt8]) {
    switch format {
    case .tsv: for pair in pairs { TabSeparated.record([pair.name, pair.value], &output) }
    case .json: writeObject(&output)
    case .text:
      let width = pairs.map(\.name.count).max() ?? 0
      for (name, value) in pairs {
        let label = name + String(repeating: " ", count: width - name.count)
        output.append("\(style.mark(label, .heading))  ")
        Escapes.append(Self.readable(name, value), to: &output, keepingSpaces: true)
        output.append(UInt8(ascii: "\n"))
      }
    }
  }

  /// A value for people: grouped digits, binary units, times and moments.
  static func readable(_ name: String, _ value: String) -> String {
    guard let number = Decimal.parse(value), !name.hasPrefix("field."), name != "format" else { return value }
    if name.hasSuffix(".loaded") { return Figures.moment(number) }
    if name.hasSuffix("bytes") { return "\(Figures.grouped(number)) (\(Figures.bytes(number)))" }
    if name.hasSuffix("seconds") { return Figures.duration(wholeSeconds: number) }
    return Figures.grouped(number)
  }

  /// One flat object, or, where the names say so (`field.title`, `list.1.name`), an object with `fields` and
  /// `lists`.
  private func writeObject(_ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    for (name, value) in pairs where listed(name) == nil && field(name) == nil {
      json.name(name, &output)
      Self.write(value, &json, &output)
    }
    let fields = pairs.filter { field($0.name) != nil }
    let lists = lists
    if self["slug"] != nil {
      json.name("fields", &output)
      json.open(.object, &output)
      for (name, value) in fields {
        json.name(field(name) ?? name, &output)
        json.string(value, &output)
      }
      json.close(.object, &output)
      json.name("lists", &output)
      json.open(.array, &output)
      for list in lists {
        json.open(.object, &output)
        for (name, value) in list {
          json.name(name, &output)
          if name == "name" || name == "sha256" || name == "format" {
            json.string(value, &output)
          } else {
            Self.write(value, &json, &output)
          }
        }
        json.close(.object, &output)
      }
      json.close(.array, &output)
    }
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }

  private static func write(_ value: String, _ json: inout JSONWriter, _ output: inout [UInt8]) {
    if let number = Decimal.parse(value), String(number) == value {
      json.number(number, &output)
    } else {
      json.string(value, &output)
    }
  }

  /// The pairs of each list, their names without `list.k.`.
  package var lists: [[(name: String, value: String)]] {
    var runs: [[(name: String, value: String)]] = []
    var current: Substring?
    for (name, value) in pairs {
      guard let (index, rest) = listed(name) else { continue }
      if index != current { runs.append([]) }
      current = index
      runs[runs.count - 1].append((name: rest, value: value))
    }
    return runs
  }

  private func field(_ name: String) -> String? {
    name.hasPrefix("field.") ? String(name.dropFirst("field.".count)) : nil
  }

  private func listed(_ name: String) -> (index: Substring, rest: String)? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "list" else { return nil }
    return (parts[1], String(parts[2]))
  }
}
