// Filling a report's model from a daemon's answers: the edge of this target. The forms never ask anybody anything.

package import Client
import WireProtocol

/// Asks for what a report holds.
package struct ReportGathering: ~Copyable {
  private var conversation: Conversation

  /// Asks over this connection.
  package init(_ conversation: consuming Conversation) { self.conversation = conversation }

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
    let held = try conversation.demand(RequestText.line(.datasets)).records.compactMap(\.first)
    if let missing = slugs.first(where: { !held.contains($0) }) {
      throw Trouble("the index has no dataset \(missing); see: whichset datasets")
    }
    var datasets: [ReportDataset] = []
    for slug in held {
      datasets.append(
        Self.dataset(slug, PairReport(try conversation.demand(RequestText.line(.dataset, [slug])))))
    }
    let stats = PairReport(try conversation.demand(RequestText.line(.stats)))
    let overlap = try conversation.demand(RequestText.line(.overlap, slugs))
    let stamp = ReportStamp(
      moment: moment, program: ProgramVersion.text, rules: stats["rules"] ?? "-",
      index: IndexVersion.text(datasets),
      digest: digest)
    return ReportModel(
      title: title, stamp: stamp, datasets: datasets.filter { slugs.isEmpty || slugs.contains($0.slug) },
      overlaps: overlap.records.compactMap { record in
        guard record.count >= 3, let images = Decimal.parse(record[2]) else { return nil }
        return ReportOverlap(record[0], record[1], images: images)
      }, images: overlap.number("images") ?? 0)
  }

  /// One dataset from the reply to `DATASET`.
  static func dataset(_ slug: String, _ pairs: PairReport) -> ReportDataset {
    func field(_ name: String) -> String? { pairs["field." + name].flatMap { $0.isEmpty ? nil : $0 } }
    func words(_ name: String) -> [String] {
      (field(name) ?? "").split(whereSeparator: { $0 == "," || $0 == ";" || $0 == " " }).map(String.init)
    }
    return ReportDataset(
      slug: slug, images: pairs.number("images") ?? 0, accounts: pairs.number("accounts") ?? 0,
      rows: pairs.number("rows") ?? 0, rejected: pairs.number("rejected") ?? 0, title: field("title"),
      published: pairs.number("field.images"), year: field("year"), institution: field("institution"),
      country: field("country"), kinds: words("kinds"), status: field("status"), derived: words("derived"),
      lists: pairs.lists.map { list in
        func value(_ name: String) -> String? {
          list.first { $0.name == name }.flatMap { $0.value.isEmpty ? nil : $0.value }
        }
        func number(_ name: String) -> Int? { value(name).flatMap { Decimal.parse($0) } }
        return ReportList(
          name: value("name") ?? "", sha256: value("sha256"), rows: number("rows") ?? 0,
          rejected: number("rejected") ?? 0, loaded: number("loaded"), rules: value("rules"))
      })
  }
}
