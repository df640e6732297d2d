// How a dry run is reported.

import Identifiers

/// Writes what a dry run found.
package struct RehearsalReport: Sendable {
  private let slug: String?
  private let rehearsal: Rehearsal

  /// Takes the dataset's slug, where there is one, and what was found.
  package init(slug: String?, _ rehearsal: Rehearsal) {
    self.slug = slug
    self.rehearsal = rehearsal
  }

  /// Appends some lines for people, one JSON object, or a line a figure.
  package func write(_ format: OutputFormat, to output: inout [UInt8]) {
    switch format {
    case .text: writeText(&output)
    case .tsv: writeRecords(&output)
    case .json: writeObject(&output)
    }
  }

  private var status: String { rehearsal.wouldLoad ? "would-load" : "would-not-load" }

  private var figures: [(String, Int)] {
    [("rows", rehearsal.rows), ("accepted", rehearsal.accepted), ("rejected", rehearsal.rejects.total)]
  }

  private func counts(_ namespaces: [Namespace: Int]) -> [(String, Int)] {
    Namespace.allCases.compactMap { namespace in namespaces[namespace].map { (namespace.name, $0) } }
  }

  private func writeText(_ output: inout [UInt8]) {
    let rejects = rehearsal.rejects.text.isEmpty ? "" : " (\(rehearsal.rejects.text))"
    let into = slug.map { " into \($0)" } ?? ""
    output.append("\(rehearsal.wouldLoad ? "would load" : "would not load")\(into): ")
    output.append(
      "\(Figures.counted(rehearsal.rows, "row")), \(Figures.grouped(rehearsal.accepted)) accepted, ")
    output.append("\(Figures.grouped(rehearsal.rejects.total)) rejected\(rejects)\n")
    output.append("  format      \(rehearsal.format): \(rehearsal.reason)\n")
    for (title, namespaces) in [("images by", rehearsal.primary), ("further", rehearsal.further)]
    where !namespaces.isEmpty {
      let list = counts(namespaces).map { "\($0) \(Figures.grouped($1))" }.joined(separator: ", ")
      output.append("  \(title)\(String(repeating: " ", count: 12 - title.count))\(list)\n")
    }
    for (index, key) in rehearsal.firstKeys.enumerated() {
      output.append(index == 0 ? "  first keys  " : "              ")
      TabSeparated.column(key.utf8.span, &output)
      output.append("\n")
    }
    output.append("nothing was sent\n")
  }

  private func writeRecords(_ output: inout [UInt8]) {
    TabSeparated.record(["status", status], &output)
    if let slug { TabSeparated.record(["dataset", slug], &output) }
    TabSeparated.record(["format", rehearsal.format], &output)
    TabSeparated.record(["reason", rehearsal.reason], &output)
    let reasons = rehearsal.rejects.byCode.map { ("rejected.\($0.code)", $0.rows) }
    let keys =
      counts(rehearsal.primary).map { ("primary.\($0)", $1) }
      + counts(rehearsal.further).map { ("further.\($0)", $1) }
    for (name, value) in figures + reasons + keys { TabSeparated.record([name, String(value)], &output) }
    for key in rehearsal.firstKeys { TabSeparated.record(["key", key], &output) }
  }

  private func writeObject(_ output: inout [UInt8]) {
    var json = JSONWriter()
    json.open(.object, &output)
    let texts = [
      ("status", status), ("dataset", slug), ("format", rehearsal.format), ("reason", rehearsal.reason),
    ]
    for case (let name, let text?) in texts {
      json.name(name, &output)
      json.string(text, &output)
    }
    for (name, value) in figures {
      json.name(name, &output)
      json.number(value, &output)
    }
    json.counts("rejectedBy", rehearsal.rejects.byCode.map { ($0.code, $0.rows) }, &output)
    json.counts("primary", counts(rehearsal.primary), &output)
    json.counts("further", counts(rehearsal.further), &output)
    json.name("firstKeys", &output)
    json.open(.array, &output)
    for key in rehearsal.firstKeys { json.string(key, &output) }
    json.close(.array, &output)
    json.close(.object, &output)
    output.append(UInt8(ascii: "\n"))
  }
}

extension JSONWriter {
  /// A member that is an object of counts.
  mutating func counts(_ name: String, _ counts: [(String, Int)], _ output: inout [UInt8]) {
    self.name(name, &output)
    open(.object, &output)
    for (name, value) in counts {
      self.name(name, &output)
      number(value, &output)
    }
    close(.object, &output)
  }
}
