// The datasets and their counts, from the snapshot. There may be thousands, or one with thousands of lists, and a name that
// is unknown is compared with all others: nothing for a reactor.

internal import Identifiers
internal import Index
internal import WireProtocol

extension DatasetsRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) -> Reply {
    let snapshot = thread.index.snapshot
    return RecordsReply(
      snapshot.datasets.values.sorted { $0.slug < $1.slug }.map { DatasetCounts($0, in: snapshot) })
  }
}

extension DatasetRequest: ThreadHandler {
  typealias Thread = QueryThread

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    let snapshot = thread.index.snapshot
    let dataset = try snapshot.existing(slug)
    let keys = snapshot.counts.datasets[dataset.number]?.keys ?? [:]
    return Reply(
      DatasetCounts(dataset, in: snapshot),
      keys: Namespace.allCases.compactMap { namespace in
        guard let count = keys[namespace.rawValue], count > 0 else { return nil }
        return (namespace.name, count)
      },
      fields: dataset.fields.sorted { $0.key < $1.key }.map {
        Arguments.Field(name: $0.key, value: $0.value)
      },
      lists: dataset.lists.map { ListDescription($0) })
  }
}

extension DatasetCounts {
  init(_ dataset: DatasetRecord, in snapshot: Snapshot) {
    self.init()
    slug = dataset.slug
    if let counts = snapshot.counts.datasets[dataset.number] {
      (images, accounts) = (counts.images, counts.accounts)
    }
    (rows, rejected) = (dataset.rows, dataset.rejected)
  }
}

extension ListDescription {
  init(_ record: ListRecord) {
    self.init()
    (name, format, sha256) = (record.name, record.format, record.sha256)
    (byteCount, rows, rejected) = (record.byteCount, record.rows, record.rejected)
    (images, memberships) = (record.imagesNew, record.membershipsNew)
    (loadedAt, rules) = (record.loadedAt, record.ruleVersion)
  }
}

extension DatasetsRequest: DistantHandler {
  func reply(from distant: any DistantIndex) throws(ProtocolError) -> DistantReply {
    try distant.reply(to: line) ?? DistantReply(count: 0, lines: [])
  }
}

extension DatasetRequest: DistantHandler {
  func reply(from distant: any DistantIndex) throws(ProtocolError) -> DistantReply {
    if let reply = try distant.reply(to: line) { return reply }
    throw ProtocolError.noDataset(slug, among: distant.status.datasets)
  }
}
