// What an index holds of a dataset: how many images, from which versions of its list, found by which kinds of identifiers;
// and all of its datasets together with what is known of them.

import ByteText
package import Catalogue
package import Console
package import DaemonClient
package import Identifiers
import WireProtocol

package struct IndexedDataset: Equatable, Sendable {
  package let slug: String
  package let images: Int
  package let accounts: Int
  /// Accepted rows of its lists.
  package let rows: Int
  /// Keys by which it can be found, by namespace; those with none are missing.
  package let keys: [Namespace: Int]
  /// The lists that were loaded, oldest first.
  package let lists: [ListVersion]
  /// Facts that were entered in the index.
  package let fields: [(name: String, value: String)]

  /// Takes the reply to `DATASET`. Throws if a figure of it is malformed.
  package init(_ report: NamedValues) throws(Trouble) {
    let counts: DatasetCounts = try NamedValues.read(report.pairs)
    (slug, images, accounts, rows) = (counts.slug, counts.images, counts.accounts, counts.rows)
    keys = try Self.keys(of: report)
    fields = report.fields
    lists = try report.lists.map { (pairs) throws(Trouble) in try ListVersion(pairs) }
  }

  /// The keys in the reply to `DATASET`, by namespace.
  static func keys(of report: NamedValues) throws(Trouble) -> [Namespace: Int] {
    var keys: [Namespace: Int] = [:]
    let prefix = DatasetRequest.Reply.keys
    for (name, value) in report.pairs where name.hasPrefix(prefix) {
      if let namespace = Namespace(name: String(name.dropFirst(prefix.count))) {
        guard let count = Decimal.parse(value) else { throw NamedValues.notUnderstood(name, value) }
        keys[namespace] = count
      }
    }
    return keys
  }

  package static func == (left: IndexedDataset, right: IndexedDataset) -> Bool {
    left.slug == right.slug && left.images == right.images && left.accounts == right.accounts
      && left.rows == right.rows && left.keys == right.keys && left.lists == right.lists
      && left.fields.elementsEqual(right.fields, by: ==)
  }
}

/// One version of a dataset's list, as it was loaded.
package struct ListVersion: Equatable, Sendable {
  package let name: String
  /// The format that it was read as.
  package let format: String
  /// SHA-256 of its bytes in hexadecimal; empty where unknown.
  package let sha256: String
  package let rows: Int
  /// When it became visible, in seconds since 1970, UTC.
  package let loadedAt: Int

  /// Takes the pairs of `list.k.`, without that.
  init(_ pairs: [NamedValues.Pair]) throws(Trouble) {
    let list: ListDescription = try NamedValues.read(pairs)
    name = list.name
    format = list.format
    sha256 = list.sha256
    rows = list.rows
    loadedAt = list.loadedAt
  }

  /// As many digits of the digest as tell versions apart; nil where it is unknown.
  package var shortDigest: String? { sha256.isEmpty ? nil : String(sha256.prefix(12)) }

  /// The day of the load, as 2025-01-31.
  package var day: String { String(Figures.moment(loadedAt).prefix(10)) }
}

/// The datasets of an index, and what is known of them.
package struct IndexedDatasets: Sendable {
  /// By their names, in order.
  package let datasets: [IndexedDataset]
  /// Distinct images of the index.
  package let images: Int
  /// The catalogue, with the facts that the index has in place of its own.
  package let catalogue: Catalogue

  package init(datasets: [IndexedDataset], images: Int, catalogue: Catalogue) {
    self.datasets = datasets
    self.images = images
    var catalogue = catalogue
    for dataset in datasets { catalogue.enter(dataset.slug, fields: dataset.fields) }
    self.catalogue = catalogue
  }

  /// Asks the daemon. A dataset that is removed meanwhile is left out.
  package init(_ daemon: inout DaemonLink, catalogue: Catalogue) throws(Trouble) {
    let images = try NamedValues(try daemon.ask(StatsRequest())).count(StatsRequest.Line.images)
    let slugs = try daemon.ask(DatasetsRequest()).records.map(\.slug)
    var datasets: [IndexedDataset] = []
    for slug in slugs {
      let reply = try daemon.reply(to: DatasetRequest(slug))
      if case .error(.dataset, _, _) = reply.status { continue }
      datasets.append(try IndexedDataset(NamedValues(try DatasetRequest.Reply.read(try reply.accepted()))))
    }
    self.init(datasets: datasets, images: images, catalogue: catalogue)
  }

  /// A dataset by its name; nil where the index has none of it.
  package subscript(slug: String) -> IndexedDataset? { datasets.first { $0.slug == slug } }

  /// What is known of a dataset, perhaps nothing but its name.
  package func entry(_ slug: String) -> CatalogueEntry { catalogue.entry(slug) ?? CatalogueEntry(id: slug) }
}
