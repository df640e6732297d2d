// Replies that are lines of a name and a value: to `STATS` and to `DATASET`.

import ByteText
package import Console
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

  /// A count that every daemon gives. Throws if it is missing or malformed: 0 in its place would be an answer.
  package func count(_ name: String) throws(Trouble) -> Int {
    guard let count = number(name) else { throw Self.notUnderstood(name, self[name]) }
    return count
  }

  /// The fields of `Record` that are among `pairs`. Throws if one is malformed.
  package static func read<Record: FieldRecord>(_ pairs: [Pair]) throws(Trouble) -> Record {
    guard let record = Record(among: pairs) else {
      throw Trouble(ReplyText.notUnderstood(pairs.map { Arguments.Field(name: $0.name, value: $0.value) }))
    }
    return record
  }

  package static func notUnderstood(_ name: String, _ value: String?) -> Trouble {
    Trouble(ReplyText.notUnderstood([Arguments.Field(name: name, value: value ?? "")]))
  }

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
