// Replies that are lines of a name and a value: to `STATS` and to `DATASET`.

import WireProtocol

package struct NamedValues: Sendable {
  package typealias Pair = (name: String, value: String)

  /// In the reply's order.
  package let pairs: [Pair]

  /// - Parameter further: pairs that others gave.
  package init(_ reply: Reply, further: [Pair] = []) {
    pairs = reply.records.compactMap { $0.count >= 2 ? ($0[0], $0[1]) : nil } + further
  }

  package subscript(name: String) -> String? { pairs.first { $0.name == name }?.value }

  package func number(_ name: String) -> Int? { self[name].flatMap { Decimal.parse($0) } }

  /// The pairs that are neither a field of a catalogue entry nor of a list.
  package var own: [Pair] { pairs.filter { Self.field($0.name) == nil && Self.listed($0.name) == nil } }

  /// The fields of the dataset's catalogue entry.
  package var fields: [Pair] {
    pairs.compactMap { pair in Self.field(pair.name).map { (name: $0, value: pair.value) } }
  }

  /// The pairs of each of the dataset's lists, their names without `list.k.`.
  package var lists: [[Pair]] {
    var runs: [[Pair]] = []
    var current: Substring?
    for (name, value) in pairs {
      guard let (index, rest) = Self.listed(name) else { continue }
      if index != current { runs.append([]) }
      current = index
      runs[runs.count - 1].append((name: rest, value: value))
    }
    return runs
  }

  private static func field(_ name: String) -> String? {
    name.hasPrefix("field.") ? String(name.dropFirst("field.".count)) : nil
  }

  private static func listed(_ name: String) -> (index: Substring, rest: String)? {
    let parts = name.split(separator: ".", maxSplits: 2)
    guard parts.count == 3, parts[0] == "list" else { return nil }
    return (parts[1], String(parts[2]))
  }
}
