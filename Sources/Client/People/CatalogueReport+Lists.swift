// What `whichset catalogue get-lists` shows: where the lists of datasets are, or were. They are only named here; nothing is
// fetched.

import Catalogue
package import Console
import WireProtocol

extension CatalogueReport {
  package static let listColumns = ["dataset", "what", "url", "licence", "source", "confidence"]

  /// The places of lists: an object an entry; a line a place, or one of `-` for an entry that has none.
  package func lists(_ ids: [String], prose: Prose) throws(Trouble) -> Answer {
    let entries = try entries(ids)
    return Answer(
      entries.map { entry in
        [
          "dataset": entry.id, "title": entry.title, "status": entry[.status],
          "lists": entry.claims(of: .lists).map { entry.record($0, of: .lists) },
          "licence": entry.claims(of: .listLicence).map { entry.record($0, of: .listLicence) },
        ]
      }, .these([Self.listColumns] + entries.flatMap(Self.lines))
    ) { style in
      entries.map { entry in
        let sheet = FactSheet(entry, in: catalogue)
        return style.mark(sheet.heading.shown, .heading) + "\n"
          + FactSheet.text(sheet.listLines, prose, style)
      }.joined(separator: "\n")
    }
  }

  private static func lines(_ entry: CatalogueEntry) -> [[any FieldValue]] {
    let licence = entry[.listLicence]
    let lines = entry.claims(of: .lists).map { claim -> [any FieldValue] in
      let sources = entry.sources(of: claim, in: .lists)
      return [
        entry.id, claim.what, claim.url, licence, sources.isEmpty ? nil : sources.joined(separator: "; "),
        entry.confidence(of: claim, in: .lists)?.rawValue,
      ]
    }
    let none: String? = nil
    return lines.isEmpty ? [[entry.id, none, none, licence, none, none]] : lines
  }
}
