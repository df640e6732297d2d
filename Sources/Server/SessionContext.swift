// What the sessions of one reactor share: the working memory of a batch, and the view of the index. One a
// thread; between two calls of a session nothing in it matters.

internal import Index
internal import WireProtocol

/// Where sessions find figures of the daemon that they report.
protocol DaemonFigures: Sendable {
  /// Names and values of `STATS`, beside those of the index.
  var figures: [(name: String, value: String)] { get }
}

/// Working memory of a reactor's sessions.
final class SessionContext {
  let index: Index
  let figures: any DaemonFigures
  let programVersion: String
  var keys = KeyMaker()
  var batch = LookupBatch()
  var items: [BatchItem] = []
  /// The snapshot of the bytes that are being consumed; taken when first needed.
  private var taken: Snapshot?

  init(index: Index, figures: any DaemonFigures, programVersion: String) {
    self.index = index
    self.figures = figures
    self.programVersion = programVersion
    items.reserveCapacity(LookupBatch.capacity)
  }

  var snapshot: Snapshot {
    if let taken { return taken }
    let snapshot = index.snapshot
    taken = snapshot
    return snapshot
  }

  /// Lets go of the snapshot, so that LMDB may reuse its pages.
  func release() { taken = nil }
}

/// One request of a batch: where its tag is, and what to answer.
struct BatchItem {
  enum Answer {
    /// The next key of the batch.
    case lookup
    case invalid(InvalidAnswer)
  }

  var tag: Range<Int>
  var answer: Answer
}

/// Why an identifier gave no key.
struct InvalidAnswer {
  let code: ErrorCode
  let text: String

  /// The character that stands for it in a compact reply.
  var symbol: UInt8 { code == .unresolvable ? UInt8(ascii: "?") : UInt8(ascii: "!") }
}
