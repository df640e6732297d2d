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
  private let totals: Crossref.Totals
  private let counting: any KeyCounting
  private let labels: [[UInt8]]
  /// What is left to tell, once all keys are counted.
  private var table: CrossrefTable?

  init(_ crossref: Crossref) throws {
    self.crossref = crossref
    let closed = try crossref.close()
    totals = closed.totals
    labels = crossref.labels.texts
    counting =
      if let distant = crossref.distant {
        DistantCounting(closed.spool, crossref, distant, labelCount: labels.count)
      } else {
        LocalCounting(closed.spool, crossref, labelCount: labels.count)
      }
  }

  func step(_ part: inout ReplyPart, on thread: StagingThread) throws -> Bool {
    if table == nil {
      if try counting.step(on: thread) {
        part.fields = StreamProgress(done: counting.keysDone, of: counting.keysTotal).values
        return true
      }
      table = CrossrefTable(counting.result, labels: labels, rejected: totals.rejected)
    }
    if table!.append(to: &part) { return true }
    let result = table!.result
    var end = TallyRequest.End()
    (end.rows, end.invalid) = (totals.rows, totals.invalid)
    end.unresolvable = totals.unresolvable
    (end.identifiers, end.images) = (result.identifiers, result.images)
    end.duplicates = end.rows - end.invalid - end.unresolvable - end.identifiers
    end.unsearchable = result.unsearchable
    end.unmatched = end.identifiers - end.images - end.unsearchable
    end.memberships = result.memberships
    part.fields = end.values
    return false
  }
}

/// Where the keys of a cross-reference are counted.
private protocol KeyCounting: AnyObject {
  var keysDone: Int { get }
  var keysTotal: Int { get }
  /// What was counted, once all keys are.
  var result: CrossrefResult { get }
  /// Counts the next keys; false once all are counted.
  func step(on thread: StagingThread) throws -> Bool
}

/// In the snapshot of the cross-reference.
private final class LocalCounting: KeyCounting {
  private var count: SpoolCount
  private let snapshot: Snapshot

  init(_ spool: consuming KeySpool, _ crossref: Crossref, labelCount: Int) {
    snapshot = crossref.snapshot
    count = SpoolCount(spool, in: snapshot, labelCount: labelCount)
  }

  var keysDone: Int { count.keysDone }
  var keysTotal: Int { count.keysTotal }
  var result: CrossrefResult { CrossrefResult(count.counts, snapshot) }

  func step(on thread: StagingThread) throws -> Bool { try count.step() }
}

/// In a gateway's distant index. Nothing is in the index in the gateway's own folder: the sweep tells the keys, each once.
private final class DistantCounting: KeyCounting {
  private var sweep: KeySweep
  private var counts: DistantCounts
  private let distant: DistantCrossref

  init(_ spool: consuming KeySpool, _ crossref: Crossref, _ distant: DistantCrossref, labelCount: Int) {
    sweep = KeySweep(spool, in: crossref.snapshot)
    counts = DistantCounts(labelCount: labelCount)
    self.distant = distant
  }

  var keysDone: Int { sweep.keysDone }
  var keysTotal: Int { sweep.keysTotal }
  var result: CrossrefResult { CrossrefResult(counts) }

  func step(on thread: StagingThread) throws -> Bool {
    guard let reader = thread.distantReader else {
      throw ProtocolError(.cluster, "the cluster cannot be asked")
    }
    let hasMore = try sweep.step(&counts)
    try counts.lookUp(with: reader, in: distant.state)
    return hasMore
  }
}
