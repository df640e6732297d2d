// Replies that are names and values, and the one of `STATS`.

internal import Identifiers
internal import Index
internal import WireProtocol

/// A reply of lines `name TAB value`.
enum ReplyTable {
  /// Appends the reply: its count, and its lines.
  static func append(_ lines: [(String, String)], to output: inout [UInt8]) {
    output.append(contentsOf: "OK \(lines.count)\n".utf8)
    for (name, value) in lines {
      output.append(contentsOf: name.utf8)
      output.append(UInt8(ascii: "\t"))
      Escapes.append(value, to: &output, keepingSpaces: true)
      output.append(UInt8(ascii: "\n"))
    }
  }
}

extension JobResult {
  /// The reply to `STATS`: the counts of the index, then the figures of the daemon.
  init(_ snapshot: Snapshot, _ figures: [(name: String, value: String)], ruleVersion: Int) {
    let counts = snapshot.counts
    var lines = [
      ("images", "\(counts.images)"), ("memberships", "\(counts.memberships)"),
      ("datasets", "\(snapshot.datasets.count)"), ("accounts", "\(counts.accounts)"),
      ("rows", "\(snapshot.datasets.values.reduce(0) { $0 + $1.rows })"),
      ("rejected", "\(snapshot.datasets.values.reduce(0) { $0 + $1.rejected })"), ("keys", "\(counts.keys)"),
      ("sets", "\(snapshot.datasetSetCount)"), ("rules", "\(ruleVersion)"),
      ("datasets.outdated", "\(snapshot.datasets(before: ruleVersion).count)"),
    ]
    for namespace in Namespace.allCases {
      guard let space = counts.spaces[namespace.rawValue], space.keys > 0 else { continue }
      if space.images > 0 { lines.append(("images.\(namespace.name)", "\(space.images)")) }
      lines.append(("keys.\(namespace.name)", "\(space.keys)"))
    }
    for figure in figures { lines.append((figure.name, figure.value)) }
    self.init(reply: [])
    ReplyTable.append(lines, to: &reply)
  }
}
