// The reply to `TALLY`: the counts of a cross-reference. Its keys are put in order and looked up in steps, which tell
// how far they are; the counts come with the last one.

internal import Index
internal import WireProtocol

extension TallyRequest: StreamHandler {
  typealias Thread = StagingThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try held.openCrossref() }

  func source(on thread: StagingThread, _ held: inout Holdings) throws -> CrossrefSource {
    let crossref = try held.openCrossref()
    held.crossref = nil
    return try CrossrefSource(crossref)
  }

  func slot(for source: CrossrefSource, _ held: Holdings, on thread: StagingThread) throws -> Slot {
    try source.crossref.takeSlot()
  }
}

/// Makes the reply to `TALLY`.
final class CrossrefSource: ReplySource {
  typealias Thread = StagingThread
  // What is shared of it keeps its place among the open ones.
  let crossref: Crossref
  private var closed: Crossref.Closed
  private var counts: CrossCounts
  /// In a gateway, in place of these.
  private var distantCounts: DistantCounts
  private let labels: [[UInt8]]
  /// What is left to tell, once all keys are counted.
  private var table: CrossrefTable?

  init(_ crossref: Crossref) throws {
    self.crossref = crossref
    closed = try crossref.close()
    labels = crossref.labels.texts
    counts = CrossCounts(crossref.snapshot, labelCount: labels.count)
    distantCounts = DistantCounts(labelCount: labels.count)
  }

  func step(_ part: inout ReplyPart, on thread: StagingThread) throws -> Bool {
    if table == nil {
      if try count(on: thread) {
        part.fields = StreamProgress(done: closed.sweep.keysDone, of: closed.sweep.keysTotal).values
        return true
      }
      let result =
        crossref.distant == nil ? CrossrefResult(counts, crossref.snapshot) : CrossrefResult(distantCounts)
      table = CrossrefTable(result, labels: labels, rejected: closed.totals.rejected)
    }
    if table!.append(to: &part) { return true }
    let result = table!.result
    var end = TallyRequest.End()
    (end.rows, end.invalid) = (closed.totals.rows, closed.totals.invalid)
    end.unresolvable = closed.totals.unresolvable
    (end.identifiers, end.images) = (result.identifiers, result.images)
    end.duplicates = end.rows - end.invalid - end.unresolvable - end.identifiers
    end.unsearchable = result.unsearchable
    end.unmatched = end.identifiers - end.images - end.unsearchable
    end.memberships = result.memberships
    part.fields = end.values
    return false
  }

  /// Counts the next keys; false once all are counted.
  private func count(on thread: StagingThread) throws -> Bool {
    guard let distant = crossref.distant, let reader = thread.distantReader else {
      return try closed.sweep.step(&counts)
    }
    // Nothing is in the index in the gateway's own folder: the sweep tells the keys, each once.
    let hasMore = try closed.sweep.step(&distantCounts)
    try distantCounts.lookUp(with: reader, in: distant.state)
    return hasMore
  }
}
