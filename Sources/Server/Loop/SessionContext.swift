// What the sessions of one reactor share: the working memory of a batch, and the view of the index. One a
// thread; between two calls of a session nothing in it matters.

internal import ByteText
internal import Identifiers
internal import Index
internal import IndexKeys
internal import Platform
internal import WireProtocol

struct SessionContext: ~Copyable {
  let index: Index
  let figures: Figures
  let counters: ReactorFigures
  let slow: SlowLog
  /// What the chunk of input that is being consumed has held so far.
  var tally = ChunkTally()
  /// When its consumption began, in nanoseconds of `MonotonicClock`.
  private(set) var chunkBegan = 0
  /// Bytes of replies that may wait for one reader.
  var outputPendingBytesMax = ProtocolLimits.outputPendingBytesMax
  /// The same, for the chunk that is being consumed: less where much waits for all readers.
  private(set) var outputMax = ProtocolLimits.outputPendingBytesMax
  /// How long a session may consume before others have their turn.
  var turnNanoseconds = 1_000_000
  /// Whether the session that consumed last has to leave the rest of its input for another turn.
  private(set) var isTurnOver = false
  /// Whether it took so much of a turn that its next bytes wait behind those of others.
  private(set) var isDemanding = false
  let programVersion: String
  let live: LiveValues
  /// Nil unless the daemon is a gateway: then nothing is answered from `index`.
  let distant: (any DistantIndex)?
  /// Of the rules by which identifiers are read.
  let ruleVersion: Int
  /// The index's secret, which never changes.
  let secret: IndexSecret
  let miss = Array("MISS\n".utf8)
  var keys: KeyMaker
  var batch = LookupBatch()
  var items: [BatchItem] = []
  /// The same, of RESP connections.
  var resp = RESPWork()
  /// The snapshot of the bytes that are being consumed; taken when first needed.
  private(set) var taken: Snapshot?

  /// A chunk that takes this part of a turn is a demanding one. Eight such clients on a reactor would make each other wait for
  /// a turn, and those that ask little as well.
  private static let demandingShare = 10

  init(
    index: Index, figures: Figures, programVersion: String, live: LiveValues,
    ruleVersion: Int = Identifiers.ruleVersion, distant: (any DistantIndex)? = nil
  ) {
    self.live = live
    self.distant = distant
    keys = KeyMaker(ruleVersion: ruleVersion)
    self.ruleVersion = ruleVersion
    self.index = index
    self.figures = figures
    counters = figures.addReactor()
    slow = figures.slow
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

  /// Notes the first request of `input`, if it is a lookup that has come whole, for `warm`.
  mutating func anticipate(_ input: Span<UInt8>) {
    guard batch.count < LookupBatch.capacity, Session.isCheck(input, 0..<input.count),
      let end = input.firstIndex(of: UInt8(ascii: "\n"))
    else { return }
    let identification = keys.parser.parse(input.extracting(Session.checkBytes..<end))
    if let key = keys.key(identification, secret: secret) {
      batch.append(key.key, space: key.namespace.rawValue)
    }
  }

  /// Looks up all anticipated keys at once, so that their cache misses overlap, and forgets the answers: each is
  /// looked up again when its request is handled, from a warm cache. For many connections with one request each
  /// that is cheaper than to take the misses one after the other.
  mutating func warm() {
    if batch.count > 1 { takeSnapshot().look(up: &batch) }
    batch.removeAll()
  }

  /// A session begins to consume a chunk of input; `held` is the snapshot that it goes on with.
  mutating func beginChunk(in held: Snapshot?) {
    chunkBegan = MonotonicClock.nanoseconds
    isTurnOver = false
    isDemanding = false
    outputMax = figures.isOutputScarce ? ProtocolLimits.outputScarceBytesMax : outputPendingBytesMax
    if let held { taken = held }
  }

  /// A line was handled that may have taken long.
  mutating func checkTurn() {
    guard MonotonicClock.nanoseconds - chunkBegan >= turnNanoseconds else { return }
    isTurnOver = true
    isDemanding = true
  }

  /// What is still to come of the chunk is looked up in a newer snapshot, if there is one.
  mutating func letGoOfSnapshot() { taken = nil }

  /// It has consumed `bytes` of it: lets go of the snapshot, so that LMDB may reuse its pages, and counts.
  mutating func endChunk(bytes: Int) {
    taken = nil
    guard !tally.isEmpty else { return }
    let now = MonotonicClock.nanoseconds
    let taken = now - chunkBegan
    if taken >= turnNanoseconds / Self.demandingShare { isDemanding = true }
    counters.add(tally, nanoseconds: taken)
    if taken >= slow.nanoseconds { noteSlow(bytes, now: now) }
    tally.removeAll()
  }

  /// The chunk goes by the name of what it held most of.
  private func noteSlow(_ bytes: Int, now: Int) {
    let (checks, many) = (tally.checks.count, tally.manyChecks.count)
    // Each thread logs its own work.
    guard checks + many > 0 || !tally.answered.isEmpty else { return }
    let verb = checks + many == 0 ? tally.answered[0] : many > checks ? CheckManyRequest.verb : .check
    slow.note(
      SlowRequest(
        verb: verb.name, identifiers: checks + many, bytes: bytes,
        microseconds: (now - chunkBegan) / 1_000), now: now)
  }
}

/// One request of a batch: where its tag is, and what to answer. Of trivial type, so that a batch costs no counting
/// of references.
struct BatchItem {
  enum Answer {
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
