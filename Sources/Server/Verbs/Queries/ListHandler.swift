// The reply to `LIST`: the images that are in certain datasets and not in others. Whether a dataset set is wanted is
// found out once a set; then the blocks are walked, and the keys of wanted sets told. Their number is known before, from
// the sets alone.

internal import Identifiers
internal import Index
internal import WireProtocol

extension ListRequest: StreamHandler {
  typealias Thread = QueryThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try Namespace(wanted: namespace) }

  func source(on thread: QueryThread, _ held: inout Holdings) throws -> ImageListSource {
    try ImageListSource(self, in: thread.index.snapshot, ruleVersion: thread.ruleVersion)
  }
}

/// Makes the reply to `LIST`.
final class ImageListSource: ReplySource {
  typealias Thread = QueryThread
  private var walk: ListingWalk?
  private var images: ListedImages
  private let count: Int
  private var isFirstStep = true

  init(_ request: ListRequest, in snapshot: Snapshot, ruleVersion: Int) throws(ProtocolError) {
    var filter = DatasetFilter()
    filter.all = try snapshot.numbers(of: request.all)
    filter.any = try snapshot.numbers(of: request.any)
    filter.none = try snapshot.numbers(of: request.none)
    let space = try Namespace(wanted: request.namespace)?.rawValue
    count = snapshot.count(of: filter, space: space)
    if !request.countsOnly, count > 0 { walk = ListingWalk(snapshot, filter: filter, space: space) }
    images = ListedImages(snapshot, ruleVersion: ruleVersion)
  }

  func step(_ part: inout ReplyPart, on thread: QueryThread) throws -> Bool {
    defer { isFirstStep = false }
    guard walk != nil else {
      part.fields = ListRequest.End(images: count).values
      return false
    }
    // The number comes first, so that a reader can tell how far it is.
    if isFirstStep {
      part.fields = ListRequest.End(images: count).values
      return true
    }
    var budget = StepBudget()
    if try walk!.run(&images, &budget, until: { $0.part.isFull }) == .ended { walk = nil }
    part = images.part
    images.part = ReplyPart()
    if walk == nil { part.fields = ListRequest.End(images: count).values }
    return walk != nil
  }
}

private struct ListedImages: ListingVisitor, ~Copyable {
  var part = ReplyPart()
  private var row: ListedRow
  /// Whether `row` has been read for the key at hand.
  private var hasRow = false
  private let slugs: [Int: String]
  // The datasets of the last image, as text: they are mostly the same again.
  private var lastDatasets: [DatasetToken] = []
  private var lastText: [UInt8] = []

  init(_ snapshot: Snapshot, ruleVersion: Int) {
    row = ListedRow(secret: snapshot.secret, ruleVersion: ruleVersion)
    slugs = snapshot.datasets.mapValues(\.slug)
  }

  mutating func visit(_ payload: ArraySlice<UInt8>, of dataset: Int, key: StoredKey, in space: KeySpace)
    throws(IndexError)
  {
    guard !hasRow, ListedRow.isRow(payload) else { return }
    try row.read(payload, of: key, in: space)
    hasRow = true
  }

  mutating func leave(_ key: StoredKey, in space: KeySpace, datasets: [DatasetToken]) throws(IndexError) {
    if !hasRow { try row.read(key, in: space) }
    hasRow = false
    row.appendKey(to: &part.lines)
    if datasets != lastDatasets {
      lastDatasets = datasets
      lastText = Array("\t\(datasets.compactMap { slugs[$0.dataset] }.sorted().joined(separator: ","))".utf8)
    }
    part.lines += lastText
    part.endLine()
  }
}
