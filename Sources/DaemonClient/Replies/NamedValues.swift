// Replies that are lines of a name and a value: to `STATS` and to `DATASET`.

package import WireProtocol

package struct NamedValues: Sendable {
  package typealias Pair = (name: String, value: String)

  /// In the reply's order.
  package let pairs: [Pair]

  /// - Parameter further: pairs that others gave.
  package init(_ reply: Reply, further: [Pair] = []) {
    pairs = reply.records.compactMap { $0.count >= 2 ? ($0[0], $0[1]) : nil } + further
  }

  package init(_ reply: TableReply, further: [Pair] = []) { pairs = reply.lines + further }

  package init(_ reply: DatasetRequest.Reply) { pairs = reply.lines }

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
    name.hasPrefix(DatasetRequest.Reply.field)
      ? String(name.dropFirst(DatasetRequest.Reply.field.count)) : nil
  }

  private static func listed(_ name: String) -> (index: Substring, rest: String)? {
    guard name.hasPrefix(DatasetRequest.Reply.list) else { return nil }
    let parts = name.dropFirst(DatasetRequest.Reply.list.count).split(separator: ".", maxSplits: 1)
    return parts.count == 2 ? (parts[0], String(parts[1])) : nil
  }
}
