// Filling a report's model from a daemon's answers: the edge of this target. The forms never ask anybody anything.

package import Catalogue
package import Console
package import DaemonClient
import WireProtocol

/// Asks for what a report holds.
package struct ReportGathering: ~Copyable {
  private var daemon: DaemonLink
  private var catalogue: Catalogue

  /// Facts that were entered in the index stand in place of the catalogue's.
  package init(_ daemon: consuming DaemonLink, catalogue: Catalogue) {
    self.daemon = daemon
    self.catalogue = catalogue
  }

  /// Asks for datasets, overlaps and statistics.
  ///
  /// - Parameters:
  ///   - slugs: the datasets of the report; empty for all of the index.
  ///   - moment: seconds since 1970, for the stamp.
  ///   - digest: the digest of all rows, if it was asked for.
  /// - Throws: what the daemon says, or that it has no such dataset.
  package mutating func model(
    title: String, slugs: [String], moment: Int, digest: String? = nil
  ) throws(Trouble) -> ReportModel {
    let held = try daemon.ask(DatasetsRequest()).records.map(\.slug)
    if let missing = slugs.first(where: { !held.contains($0) }) {
      let hint = NearName.nearest(to: missing, among: held).map { "did you mean \($0)?" }
      throw Trouble("the index has no dataset \(missing); \(hint ?? "see: whichset datasets")")
    }
    var datasets: [ReportDataset] = []
    for slug in held {
      let report = NamedValues(try daemon.ask(DatasetRequest(slug)))
      catalogue.enter(slug, fields: report.fields)
      datasets.append(try dataset(slug, report))
    }
    let stats = NamedValues(try daemon.ask(StatsRequest()))
    let overlaps = try daemon.ask(OverlapRequest()).records
    let stamp = ReportStamp(
      moment: moment, program: ProgramVersion.text, rules: stats[StatsRequest.Line.rules] ?? "-",
      index: IndexVersion.text(datasets),
      digest: digest)
    let chosen = datasets.filter { slugs.isEmpty || slugs.contains($0.slug) }
    return ReportModel(
      title: title, stamp: stamp, datasets: chosen,
      overlaps: overlaps.filter { slugs.isEmpty || slugs.contains($0.a) && slugs.contains($0.b) }.map {
        ReportOverlap($0.a, $0.b, images: $0.shared)
      },
      images: slugs.isEmpty ? try stats.count(StatsRequest.Line.images) : try images(in: slugs),
      ancestors: ancestors(of: chosen, held: held))
  }

  /// Distinct images that are in at least one of these datasets. No key is read for it.
  private mutating func images(in slugs: [String]) throws(Trouble) -> Int {
    var list = ListRequest()
    (list.any, list.countsOnly) = (slugs, true)
    return try daemon.stream(list).images
  }

  /// The datasets, not among these, that these were made from.
  private func ancestors(of datasets: [ReportDataset], held: [String]) -> [ReportAncestor] {
    var ancestors: [String: ReportAncestor] = [:]
    for dataset in datasets {
      for slug in dataset.derived { ancestors[slug] = ReportAncestor(slug: slug) }
      for entry in catalogue.lineage(of: dataset.slug) {
        ancestors[entry.id] = ReportAncestor(
          slug: entry.id, title: entry[.title], year: entry[.year], derived: entry.parents)
      }
    }
    for dataset in datasets { ancestors[dataset.slug] = nil }
    for slug in ancestors.keys { ancestors[slug]?.isHeld = held.contains(slug) }
    return Array(ancestors.values)
  }

  /// One dataset from the reply to `DATASET`, with what is known of it.
  private func dataset(_ slug: String, _ report: NamedValues) throws(Trouble) -> ReportDataset {
    let entry = catalogue.entry(slug) ?? CatalogueEntry(id: slug)
    let counts: DatasetCounts = try NamedValues.read(report.pairs)
    return ReportDataset(
      slug: slug, images: counts.images, accounts: counts.accounts, rows: counts.rows,
      rejected: counts.rejected, title: entry[.title],
      published: entry.images, year: entry[.year], institution: entry[.institution],
      country: entry.countries.isEmpty
        ? entry[.country] : entry.countries.map(\.name).joined(separator: ", "),
      kinds: entry.kinds, status: entry[.status], derived: entry.parents, confidence: entry[.confidence],
      sources: entry.sources, contact: entry[.contact], listPlaces: entry.claims(of: .lists).map(\.text),
      lists: try report.lists.map { (pairs) throws(Trouble) in try ReportList(pairs) })
  }
}

extension ReportList {
  /// A list from its lines in the reply to `DATASET`.
  init(_ pairs: [NamedValues.Pair]) throws(Trouble) {
    self.init(try NamedValues.read(pairs) as ListDescription)
  }

  init(_ list: ListDescription) {
    self.init(
      name: list.name, sha256: list.sha256.isEmpty ? nil : list.sha256, rows: list.rows,
      rejected: list.rejected, loaded: list.loadedAt > 0 ? list.loadedAt : nil,
      rules: list.rules > 0 ? String(list.rules) : nil)
  }
}
