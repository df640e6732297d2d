// What is known of datasets: who made them, from what, for what, who used them, and how sure that is. The program ships a
// catalogue; files may correct it entry by entry, and the entries that an index has of its own win over both, fact by fact.
// Pure: reading files and asking the daemon is left to `Client`.

/// Entries by the names of their datasets.
package struct Catalogue: Equatable, Sendable {
  private var byID: [String: CatalogueEntry]

  /// No entries.
  package init() { byID = [:] }

  /// Reads a catalogue file. Where its lineages lead is not checked yet: see `checkLineages`.
  ///
  /// - Parameters:
  ///   - text: the file's contents.
  ///   - file: its name, for errors.
  package init(_ text: String, file: String) throws(CatalogueError) {
    byID = [:]
    for entry in try CatalogueReader.read(text, file: file) { byID[entry.id] = entry }
  }

  /// All entries, by their ids.
  package var entries: [CatalogueEntry] { byID.values.sorted { $0.id < $1.id } }

  /// The entry of a dataset; nil where there is none.
  package func entry(_ id: String) -> CatalogueEntry? { byID[id] }

  /// This catalogue with the entries of another, which take the place of its own. Refused where then a lineage leads
  /// nowhere or in a circle.
  package func corrected(by other: Catalogue) throws(CatalogueError) -> Catalogue {
    var result = self
    result.byID.merge(other.byID) { _, correction in correction }
    try result.checkLineages()
    return result
  }

  /// Puts the facts that an index has of a dataset in place of the catalogue's; makes an entry where there is none.
  /// Nothing of them is checked.
  package mutating func enter(_ id: String, fields: [(name: String, value: String)]) {
    byID[id, default: CatalogueEntry(id: id)].enter(fields)
  }

  /// The datasets that a dataset derives from, nearest first, each once. Ids that have no entry are left out, and a
  /// circle, which only facts entered in an index can make, ends where it would begin again.
  package func lineage(of id: String) -> [CatalogueEntry] {
    var lineage: [CatalogueEntry] = []
    var seen: Set<String> = [id]
    var next = byID[id]?.parents ?? []
    while !next.isEmpty {
      let generation = next.filter { seen.insert($0).inserted }.compactMap { byID[$0] }
      lineage += generation
      next = generation.flatMap(\.parents)
    }
    return lineage
  }

  /// The datasets that were made from a dataset at first hand, by their ids. O(entries).
  package func derivatives(of id: String) -> [CatalogueEntry] {
    entries.filter { $0.parents.contains(id) }
  }

  /// What a dataset derives from, in words: `MegaFace (MF2), which derives from YFCC100M`; nil where it derives from
  /// nothing that is known. A parent that has no entry is named by its id. What a dataset itself derives from is said where
  /// it is first named. O(parents).
  package func lineageText(of id: String) -> String? {
    var explained: Set<String> = []
    return lineageText(of: [id], &explained)
  }

  private func lineageText(of way: [String], _ explained: inout Set<String>) -> String? {
    let id = way[way.count - 1]
    let parents = (byID[id]?.parents ?? []).filter { !way.contains($0) }
    guard explained.insert(id).inserted, !parents.isEmpty else { return nil }
    return parents.map { parent in
      let title = byID[parent]?.title ?? parent
      guard let further = lineageText(of: way + [parent], &explained) else { return title }
      return "\(title), which derives from \(further)"
    }.joined(separator: "; and ")
  }

  /// Refuses a lineage that leads to no entry, or in a circle.
  package func checkLineages() throws(CatalogueError) {
    for entry in entries {
      guard let place = entry.place else { continue }
      for parent in entry.parents where byID[parent] == nil {
        throw CatalogueError(
          place: place, reason: "\(entry.id) derives from \(parent), which has no entry")
      }
      if let circle = circle(from: entry.id) {
        throw CatalogueError(
          place: place, reason: "lineages run in a circle: \(circle.joined(separator: " from "))")
      }
    }
  }

  /// The way from an entry back to itself by `derived`; nil where there is none.
  private func circle(from id: String) -> [String]? {
    var ways = [[id]]
    var seen: Set<String> = []
    while let way = ways.popLast() {
      for parent in byID[way[way.count - 1]]?.parents ?? [] {
        if parent == id { return way + [id] }
        if seen.insert(parent).inserted { ways.append(way + [parent]) }
      }
    }
    return nil
  }
}
