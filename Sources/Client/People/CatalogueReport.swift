// What `whichset catalogue` shows: all entries as a table, or some of them in plain words; for programs, every fact as
// written.

package import Catalogue
import WireProtocol

/// Writes entries of a catalogue.
package struct CatalogueReport: Sendable {
  private let catalogue: Catalogue

  /// A report of a catalogue.
  package init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  /// Appends the entries of `ids`, or all where there are none.
  ///
  /// - Throws: where there is no such entry.
  package func write(
    _ ids: [String], _ format: OutputFormat, style: TextStyle, prose: Prose, to output: inout [UInt8]
  ) throws(Trouble) {
    let entries = try entries(ids)
    switch format {
    case .tsv:
      TabSeparated.record(["dataset"] + CatalogueField.allCases.map(\.rawValue), &output)
      for entry in entries {
        TabSeparated.record([entry.id] + CatalogueField.allCases.map { entry[$0] ?? "-" }, &output)
      }
    case .json:
      for entry in entries {
        var json = JSONWriter()
        json.open(.object, &output)
        json.name("dataset", &output)
        json.string(entry.id, &output)
        json.facts(of: entry, in: catalogue, &output)
        json.close(.object, &output)
        output.append(UInt8(ascii: "\n"))
      }
    case .text where ids.isEmpty: writeTable(entries, style, &output)
    case .text:
      for (index, entry) in entries.enumerated() {
        if index > 0 { output.append("\n") }
        FactSheet(entry, in: catalogue).write(prose, style: style, to: &output)
      }
    }
  }

  /// Appends entries in the form of a catalogue file.
  package func writeRaw(_ ids: [String], to output: inout [UInt8]) throws(Trouble) {
    for (index, entry) in try entries(ids).enumerated() {
      if index > 0 { output.append("\n") }
      output.append(entry.fileText)
    }
  }

  private func entries(_ ids: [String]) throws(Trouble) -> [CatalogueEntry] {
    if ids.isEmpty { return catalogue.entries }
    var entries: [CatalogueEntry] = []
    for id in ids {
      guard let entry = catalogue.entry(id) else {
        throw Trouble(
          "the catalogue has no entry \(Prose.shown(id)); whichset catalogue lists those that there are")
      }
      entries.append(entry)
    }
    return entries
  }

  private func writeTable(_ entries: [CatalogueEntry], _ style: TextStyle, _ output: inout [UInt8]) {
    var table = Table(["DATASET", "YEAR", "BY", "IMAGES", "STATUS", "SURE"], figures: [3])
    for entry in entries {
      table.add([
        entry.id, entry[.year] ?? "", entry.countries.map(\.code).joined(separator: " "),
        entry.images.map(Figures.grouped) ?? "",
        entry.availability.map { "\($0.state.rawValue) \($0.since ?? "")" } ?? "",
        entry.confidence?.general.rawValue ?? "",
      ])
    }
    table.write(style: style, to: &output)
  }
}

extension JSONWriter {
  /// Members for the facts of an entry: `facts`, each with its value, its confidence (null where nobody says), and whether
  /// it was entered in the index; and `lineage`, the ids that it derives from, nearest first.
  mutating func facts(of entry: CatalogueEntry, in catalogue: Catalogue, _ output: inout [UInt8]) {
    name("facts", &output)
    open(.object, &output)
    for field in CatalogueField.allCases {
      guard let value = entry[field] else { continue }
      name(field.rawValue, &output)
      open(.object, &output)
      name("value", &output)
      string(value, &output)
      name("confidence", &output)
      if let confidence = entry.confidence(of: field) {
        string(confidence.rawValue, &output)
      } else {
        literal("null", &output)
      }
      name("entered", &output)
      bool(entry.enteredFields.contains(field), &output)
      close(.object, &output)
    }
    close(.object, &output)
    strings("lineage", catalogue.lineage(of: entry.id).map(\.id), &output)
  }
}
