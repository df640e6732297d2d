// What the sessions of one reactor share: the working memory of a batch, and the view of the index. One a
// thread; between two calls of a session nothing in it matters.

internal import Identifiers
internal import Index
internal import WireProtocol

/// Where sessions find figures of the daemon that they report.
protocol DaemonFigures: Sendable {
  /// Names and values of `STATS`, beside those of the index.
  var figures: [(name: String, value: String)] { get }
}

/// Working memory of a reactor's sessions.
struct SessionContext: ~Copyable {
  let index: Index
  let figures: any DaemonFigures
  let programVersion: String
  /// The index's secret, which never changes.
  let secret: IndexSecret
  let miss = Array("MISS\n".utf8)
  var keys = KeyMaker()
  var batch = LookupBatch()
  var items: [BatchItem] = []
  /// The snapshot of the bytes that are being consumed; taken when first needed.
  private var taken: Snapshot?

  init(index: Index, figures: any DaemonFigures, programVersion: String) {
    self.index = index
    self.figures = figures
    self.programVersion = programVersion
    secret = index.snapshot.secret
    items.reserveCapacity(LookupBatch.capacity)
  }

  /// The snapshot of the bytes that are being consumed.
  mutating func takeSnapshot() -> Snapshot {
    if let taken { return taken }
    let snapshot = index.snapshot
    taken = snapshot
    return snapshot
  }

  /// Lets go of the snapshot, so that LMDB may reuse its pages.
  mutating func release() { taken = nil }
}

/// One request of a batch: where its tag is, and what to answer. Of trivial type, so that a batch costs no counting
/// of references.
struct BatchItem {
  enum Answer {
    /// The next key of the batch.
    case lookup
    case invalid(InvalidReason)
    case unresolvable(UnresolvableReason)
    case tooLong

    /// What is wrong with the identifier, if something is.
    var error: ProtocolError? {
      switch self {
      case .lookup: nil
      case .invalid(let reason): ProtocolError(.identifier, reason.message)
      case .unresolvable(let reason): ProtocolError(.unresolvable, reason.message)
      case .tooLong:
        ProtocolError(
          .line, "the line is longer than \(ProtocolLimits.lineBytesMax) bytes; it was discarded")
      }
    }
  }

  var tag: Range<Int>
  var answer: Answer
}

extension ProtocolError {
  /// Why an identification gave no key; nil where it gave one.
  init?(_ identification: Identification) {
    switch identification {
    case .invalid(let reason): self.init(.identifier, reason.message)
    case .unresolvable(let reason): self.init(.unresolvable, reason.message)
    case .integer, .text: return nil
    }
  }
}
