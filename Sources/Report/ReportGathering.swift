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
    let held = try daemon.ask(.datasets).records.compactMap(\.first)
    if let missing = slugs.first(where: { !held.contains($0) }) {
      let hint = NearName.nearest(to: missing, among: held).map { "did you mean \($0)?" }
      throw Trouble("the index has no dataset \(missing); \(hint ?? "see: whichset datasets")")
    }
    var datasets: [ReportDataset] = []
    for slug in held {
      let report = NamedValues(try daemon.ask(.dataset, [slug]))
      catalogue.enter(slug, fields: report.fields)
      datasets.append(dataset(slug, report))
    }
    let stats = NamedValues(try daemon.ask(.stats))
    let overlaps = try daemon.ask(.overlap).records
    let stamp = ReportStamp(
      moment: moment, program: ProgramVersion.text, rules: stats["rules"] ?? "-",
      index: IndexVersion.text(datasets),
      digest: digest)
    let chosen = datasets.filter { slugs.isEmpty || slugs.contains($0.slug) }
    return ReportModel(
      title: title, stamp: stamp, datasets: chosen,
      overlaps: overlaps.compactMap { record in
        guard record.count >= 3, let images = Decimal.parse(record[2]) else { return nil }
        return slugs.isEmpty || slugs.contains(record[0]) && slugs.contains(record[1])
          ? ReportOverlap(record[0], record[1], images: images) : nil
      },
      images: slugs.isEmpty ? stats.number("images") ?? 0 : try images(in: slugs),
      ancestors: ancestors(of: chosen))
  }

  /// Distinct images that are in at least one of these datasets. No key is read for it.
  private mutating func images(in slugs: [String]) throws(Trouble) -> Int {
    let fields = [
      Arguments.Field(name: "any", value: slugs.joined(separator: ",")),
      Arguments.Field(name: "count", value: "1"),
    ]
    let end = try daemon.stream(.list, fields: fields)
    return end["images"].flatMap { Decimal.parse($0) } ?? 0
  }

  /// The datasets, not among these, that these were made from.
  private func ancestors(of datasets: [ReportDataset]) -> [ReportAncestor] {
    var ancestors: [String: ReportAncestor] = [:]
    for dataset in datasets {
      for slug in dataset.derived { ancestors[slug] = ReportAncestor(slug: slug) }
      for entry in catalogue.lineage(of: dataset.slug) {
        ancestors[entry.id] = ReportAncestor(
          slug: entry.id, title: entry[.title], year: entry[.year], derived: entry.parents)
      }
    }
    for dataset in datasets { ancestors[dataset.slug] = nil }
    return Array(ancestors.values)
  }

  /// One dataset from the reply to `DATASET`, with what is known of it.
  private func dataset(_ slug: String, _ report: NamedValues) -> ReportDataset {
    let entry = catalogue.entry(slug) ?? CatalogueEntry(id: slug)
    return ReportDataset(
      slug: slug, images: report.number("images") ?? 0, accounts: report.number("accounts") ?? 0,
      rows: report.number("rows") ?? 0, rejected: report.number("rejected") ?? 0, title: entry[.title],
      published: entry.images, year: entry[.year], institution: entry[.institution],
      country: entry.countries.isEmpty
        ? entry[.country] : entry.countries.map(\.name).joined(separator: ", "),
      kinds: entry.kinds, status: entry[.status], derived: entry.parents, confidence: entry[.confidence],
      sources: entry.sources, lists: report.lists.map(Self.list))
  }

  private static func list(_ pairs: [(name: String, value: String)]) -> ReportList {
    func value(_ name: String) -> String? {
      pairs.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
    }
    func number(_ name: String) -> Int? { value(name).flatMap { Decimal.parse($0) } }
    return ReportList(
      name: value("name") ?? "", sha256: value("sha256"), rows: number("rows") ?? 0,
      rejected: number("rejected") ?? 0,
      loaded: number("loaded"), rules: value("rules"))
  }
}
