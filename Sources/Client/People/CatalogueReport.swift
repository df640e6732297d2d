// What `whichset catalogue` shows: all entries as a table, or some of them in plain words; for programs, every fact.

package import Catalogue
package import Console
import WireProtocol

package struct CatalogueReport: Sendable {
  let catalogue: Catalogue

  package init(_ catalogue: Catalogue) { self.catalogue = catalogue }

  /// The entries: all as a table, some in plain words.
  package func answer(_ ids: [String], prose: Prose) throws(Trouble) -> Answer {
    let entries = try entries(ids)
    let fields = CatalogueField.allCases
    return Answer(
      entries.map { ["dataset": $0.id] + $0.facts(in: catalogue) },
      .these(
        [["dataset"] + fields.map(\.rawValue)]
          + entries.map { entry in [entry.id] + fields.map { entry[$0] ?? "-" } })
    ) { style in
      guard !ids.isEmpty else { return Self.table(entries).text(style) }
      return entries.map { FactSheet($0, in: catalogue).text(prose, style) }.joined(separator: "\n")
    }
  }

  /// Appends entries in the form of a catalogue file.
  package func raw(_ ids: [String]) throws(Trouble) -> String {
    try entries(ids).map(\.fileText).joined(separator: "\n")
  }

  func entries(_ ids: [String]) throws(Trouble) -> [CatalogueEntry] {
    if ids.isEmpty { return catalogue.entries }
    var entries: [CatalogueEntry] = []
    for id in ids {
      guard let entry = catalogue.entry(id) else {
        throw Trouble(
          "the catalogue has no entry \(id.shown); whichset catalogue lists those that there are")
      }
      entries.append(entry)
    }
    return entries
  }

  private static func table(_ entries: [CatalogueEntry]) -> Table {
    var table = Table(["DATASET", "YEAR", "BY", "IMAGES", "STATUS", "SURE"], figures: [3])
    for entry in entries {
      table.add([
        entry.id, entry[.year] ?? "", entry.countries.map(\.code).joined(separator: " "),
        entry.images.map(Figures.grouped) ?? "",
        entry.availability.map { "\($0.state.rawValue) \($0.since ?? "")" } ?? "",
        entry.confidence?.general.rawValue ?? "",
      ])
    }
    return table
  }
}

extension CatalogueEntry {
  /// Every fact as written, and what the dataset derives from.
  package func facts(in catalogue: Catalogue) -> Record {
    let facts = CatalogueField.allCases.compactMap { field -> (String, any FieldValue)? in
      self[field].map { value in
        var fact: Record = [
          "value": value, "confidence": confidence(of: field)?.rawValue,
          "entered": enteredFields.contains(field),
        ]
        let claims = claims(of: field)
        if claims.contains(where: { $0.confidence != nil || $0.url != nil }) {
          fact = fact + ["claims": claims.map { record($0, of: field) }]
        }
        return (field.rawValue, fact)
      }
    }
    return ["facts": Record(facts), "lineage": catalogue.lineage(of: id).map(\.id)]
  }

  /// A claim, where it stands and how sure it is.
  func record(_ claim: Claim, of field: CatalogueField) -> Record {
    [
      "what": claim.what, "url": claim.url, "sources": sources(of: claim, in: field),
      "confidence": confidence(of: claim, in: field)?.rawValue,
    ]
  }
}
