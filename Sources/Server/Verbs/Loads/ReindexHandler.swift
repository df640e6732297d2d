// `REINDEX`: rebuilds the keys of a dataset by the present rules, from the rows that the index keeps. A dataset is
// walked in a snapshot and staged, as its list was when it was loaded; then the writer puts what is staged in the place
// of what the dataset listed, in one step, and keeps the records of its lists. So whatever ends it early, a lost client,
// an error or a crash, leaves the dataset as it was.
//
// A row that the present rules refuse stays under the key that it has, and is counted: nothing is lost silently.

internal import Identifiers
internal import Index
internal import WireProtocol

extension ReindexRequest: StreamHandler {
  typealias Thread = StagingThread

  func change(_ held: Holdings) -> Change? { Change("reindexing", of: slug ?? "all that older rules made") }

  func source(on thread: StagingThread, _ held: inout Holdings) throws -> ReindexSource {
    try ReindexSource(
      thread.index, register: thread.register, slug: slug, ruleVersion: thread.ruleVersion, log: thread.log)
  }
}

/// Makes the reply to `REINDEX`: a line a dataset.
final class ReindexSource: WritingSource {
  typealias Thread = StagingThread
  private let index: Index
  private let register: LoadRegister
  private let log: DaemonLog
  private let ruleVersion: Int
  private var slugs: ArraySlice<String>
  private var phase = Phase.between
  private var pace = WalkPace()
  // The dataset at hand.
  private var dataset: DatasetRecord?
  private var walk: ListingWalk?
  private var rows: RowVisitor<StagingSink>?

  private enum Phase {
    case between
    case staging
    case committing
  }

  private struct StagingSink: RowSink, ~Copyable {
    var load: StagedLoad
    var reader: RowReader
    var rows = 0
    var kept = 0
    private var line: [UInt8] = []

    init(_ load: consuming StagedLoad, _ reader: consuming RowReader) {
      self.load = load
      self.reader = reader
    }

    mutating func take(_ row: inout ListedRow, of dataset: Int) {
      line.removeAll(keepingCapacity: true)
      row.append(to: &line)
      rows += 1
      let line = line
      if reader.read(line.span, into: &load.lanes[0]) != nil {
        row.stageAsItIs(into: &load.lanes[0])
        kept += 1
      }
    }
  }

  /// - Parameter slug: the dataset; nil for all that older rules made keys of.
  init(_ index: Index, register: LoadRegister, slug: String?, ruleVersion: Int, log: DaemonLog)
    throws(ProtocolError)
  {
    self.index = index
    self.register = register
    self.ruleVersion = ruleVersion
    self.log = log
    let snapshot = index.snapshot
    if let slug {
      _ = try snapshot.existing(slug)
      slugs = [slug]
    } else {
      slugs = snapshot.datasets(before: ruleVersion)[...]
    }
  }

  var isWriting: Bool { phase == .committing }

  func step(_ part: inout ReplyPart, on thread: StagingThread) throws -> Bool {
    if phase == .between { try begin() } else { try stage(&part) }
    return phase != .between || !slugs.isEmpty
  }

  func write(_ part: inout ReplyPart, with writer: IndexWriter) throws -> Bool {
    try commit(by: writer, &part)
    return phase != .between || !slugs.isEmpty
  }

  func cancel() {
    walk = nil
    rows = nil
    guard phase != .between, let dataset else { return }
    phase = .between
    giveUp(dataset)
  }

  private func begin() throws {
    guard let slug = slugs.popFirst() else { return }
    let snapshot = index.snapshot
    // One that was removed meanwhile, or has no list, has no keys either.
    guard let dataset = snapshot.dataset(slug), !dataset.lists.isEmpty else { return }
    let manifest = LoadManifest(reindexing: slug)
    try register.claim(manifest.identifier)
    self.dataset = dataset
    phase = .staging
    try index.dropLoad(named: manifest.identifier)
    let load = try index.openLoad(manifest)
    let reader = RowReader(secret: snapshot.secret, ruleVersion: ruleVersion)
    rows = RowVisitor(StagingSink(load, reader), secret: snapshot.secret, ruleVersion: ruleVersion)
    walk = ListingWalk(snapshot, dataset: dataset.number)
    pace = WalkPace()
  }

  private func stage(_ part: inout ReplyPart) throws {
    let before = rows!.sink.rows
    try rows!.sink.load.makeRoom(for: ProtocolLimits.bodyBytesMax, loads: register.count)
    var budget = StepBudget()
    let progress = try walk!.run(&rows!, &budget)
    rows!.sink.load.endBlock(accepted: rows!.sink.rows - before, rejected: 0)
    pace.tell(walk!, in: &part)
    guard progress == .ended else { return }
    // Whoever holds a snapshot keeps the writer from using pages again.
    walk = nil
    phase = .committing
  }

  private func commit(by writer: IndexWriter, _ part: inout ReplyPart) throws {
    guard let dataset else { return }
    guard try writer.rebuild(dataset, from: &rows!.sink.load, ruleVersion: ruleVersion) else {
      throw ProtocolError(
        .busy, "\(dataset.slug) was changed while its keys were rebuilt; it is as that change left it")
    }
    let images = index.snapshot.dataset(dataset.slug).flatMap {
      index.snapshot.counts.datasets[$0.number]?.images
    }
    log.reindexed(dataset.slug, rows: rows!.sink.rows, kept: rows!.sink.kept, images: images ?? 0)
    part.append(
      ReindexRequest.Dataset(
        slug: dataset.slug, rows: rows!.sink.rows, kept: rows!.sink.kept, images: images ?? 0))
    rows = nil
    phase = .between
    giveUp(dataset)
  }

  private func giveUp(_ dataset: DatasetRecord) {
    let identifier = LoadManifest(reindexing: dataset.slug).identifier
    // If this fails, it is removed when the daemon starts the next time.
    do { try index.dropLoad(named: identifier) } catch { log.failure("removing staged rows", error) }
    register.release(identifier)
    self.dataset = nil
  }
}
