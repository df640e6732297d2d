// How a dataset, and the statistics of an index, are shown.

import ByteText
package import Console
package import DaemonClient
import WireProtocol

extension NamedValues {
  /// The pairs as they are; in JSON the fields and lists of a dataset are nested.
  package var shown: Answer {
    let pairs = pairs
    return answer { style in style.labelled(pairs.map { ($0.name, Self.readable($0.name, $0.value)) }) }
  }

  private func answer(text: @escaping (TextStyle) -> String) -> Answer {
    Answer(record, .these(pairs.map { [$0.name, $0.value] }), text: text)
  }

  /// The values as an object; the fields and lists of a dataset are nested.
  package var record: Record {
    let values = Record(own.map { ($0.name, Self.number($0.value)) })
    guard self["slug"] != nil else { return values }
    return values + ["fields": Record(fields.map { ($0.name, $0.value) }), "lists": lists.map(Self.list)]
  }

  /// A list of a dataset.
  static func list(_ pairs: [Pair]) -> Record {
    let texts: Set = ["name", "sha256", "format"]
    return Record(pairs.map { ($0.name, texts.contains($0.name) ? $0.value.content : number($0.value)) })
  }

  /// A number where the text is one, else the text.
  private static func number(_ text: String) -> Content {
    guard let number = Decimal.parse(text), String(number) == text else { return .text(text) }
    return number.content
  }

  /// A value for people: grouped digits, binary units, times and moments.
  private static func readable(_ name: String, _ value: String) -> String {
    guard let number = Decimal.parse(value), !name.hasPrefix(DatasetRequest.Reply.field), name != "format"
    else { return value }
    if name.hasSuffix(".loaded") { return Figures.moment(number) }
    if name.hasSuffix("bytes") { return "\(Figures.grouped(number)) (\(Figures.bytes(number)))" }
    if name.hasSuffix("seconds") { return Figures.duration(wholeSeconds: number) }
    return Figures.grouped(number)
  }
}

extension NamedValues {
  /// The statistics, for people put together by what they are about.
  package var shownInGroups: Answer {
    let pairs = pairs
    return answer { style in
      let width = pairs.map(\.name.count).max() ?? 0
      return Self.groups.indices.compactMap { group in
        let members = pairs.filter { Self.group(of: $0.name) == group }
        return members.isEmpty
          ? nil
          : style.mark(Self.groups[group].heading, .heading) + "\n" + Self.aligned(members, width: width)
      }.joined(separator: "\n")
    }
  }

  /// Groups of metrics, by their names or the beginnings of these, which end with a dot.
  private static let groups: [(heading: String, names: [String])] = [
    (
      "Index",
      [
        "images", "memberships", "datasets", "accounts", "rows", "rejected", "keys", "sets", "rules",
        "datasets.",
      ]
    ),
    ("Namespaces", ["images.", DatasetRequest.Reply.keys]),
    ("Questions", ["requests", "queries", "queries.", "errors", "slow"]),
    ("Connections", ["connections", "connections.", "streams", "snapshots", "snapshots."]),
    ("Loads", ["loads."]),
    ("Room", ["map.", "disk.", "memory."]),
    ("Backup", ["backup."]),
    ("Digests", ["digest", "digest."]),
    // Metrics that this program does not know of, from a newer daemon, stand here too.
    ("Daemon", ["version", "format", "uptime."]),
  ]

  private static func group(of name: String) -> Int {
    groups.firstIndex { $0.names.contains { $0.last == "." ? name.hasPrefix($0) : name == $0 } }
      ?? groups.count - 1
  }

  /// Digits stand under digits; what follows them, as a size in other units does, behind them.
  private static func aligned(_ pairs: [Pair], width: Int) -> String {
    let values = pairs.map { readable($0.name, $0.value) }
    let digits = values.map { $0.prefix { $0.isNumber || $0 == "," }.count }
    let digitColumns = digits.max() ?? 0
    return zip(pairs, zip(values, digits)).map { pair, value in
      let (text, count) = value
      let isNumber = count > 0 && (count == text.count || text.dropFirst(count).hasPrefix(" ("))
      let padding = width - pair.name.count + 2 + (isNumber ? digitColumns - count : 0)
      return "  \(pair.name)\(String(repeating: " ", count: padding))\(text.shown)\n"
    }.joined()
  }
}
