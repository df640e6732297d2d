// Lookups of a gateway. `CHECK`s that came together are one piece of work, and so are identifiers of an `MCHECK` that have
// to see one state of the index. Until its replies are there nothing behind them is answered.

internal import ByteText
internal import Identifiers
internal import Platform
internal import WireProtocol

/// Identifiers of one connection that are to be looked up together.
struct DistantBatch: Sendable {
  fileprivate var items: [Item] = []
  fileprivate var keys: [DistantKey] = []
  fileprivate var byteCount = 0
  /// The `MCHECK` that they belong to.
  fileprivate var many: (left: Int, isCompact: Bool)?

  fileprivate struct Item: Sendable {
    let tag: [UInt8]
    /// Why it has no key.
    let error: ProtocolError?
  }

  /// Identifiers from which on `CHECK`s are looked up, though more have come.
  fileprivate static let checksMax = 4_096

  fileprivate mutating func take() -> DistantBatch {
    let batch = self
    (items, keys, byteCount) = ([], [], 0)
    return batch
  }

  fileprivate mutating func add(_ key: DistantKey, tag: [UInt8], bytes: Int) {
    keys.append(key)
    add(nil, tag: tag, bytes: bytes)
  }

  fileprivate mutating func add(_ error: ProtocolError?, tag: [UInt8], bytes: Int) {
    items.append(Item(tag: tag, error: error))
    byteCount += bytes
  }

  /// The replies, in the order of the identifiers.
  fileprivate func replies(_ answers: [DistantAnswer]) -> DistantReplies {
    var replies = DistantReplies()
    var next = 0
    for item in items {
      if let error = item.error {
        replies.add(error, item.tag, many)
      } else {
        replies.add(answers[next], keys[next].namespace, item.tag, many)
        next += 1
      }
    }
    return replies
  }
}

extension DistantReplies {
  fileprivate mutating func add(
    _ answer: DistantAnswer, _ namespace: Namespace, _ tag: [UInt8], _ many: (left: Int, isCompact: Bool)?
  ) {
    switch answer {
    case .hit(let slugs):
      tally.count += 1
      begin(tag)
      if many?.isCompact == true { return bytes.append(UInt8(ascii: "+")) }
      bytes += "HIT ".utf8
      bytes += slugs
      bytes.append(UInt8(ascii: "\n"))
    case .miss:
      tally.count += 1
      tally.misses += 1
      begin(tag)
      bytes += (many?.isCompact == true ? "-" : "MISS\n").utf8
    case .unsearchable: add(ProtocolError.unsearchable(namespace.rawValue), tag, many)
    case .failed(let error): add(error, tag, many)
    }
  }

  fileprivate mutating func add(
    _ error: ProtocolError, _ tag: [UInt8], _ many: (left: Int, isCompact: Bool)?
  ) {
    errors.append(error.code)
    var mark = UInt8(ascii: "!")
    switch error.code {
    case .unresolvable:
      tally.count += 1
      tally.unresolvable += 1
      mark = UInt8(ascii: "?")
    case .unsearchable:
      tally.count += 1
      tally.unsearchable += 1
      mark = UInt8(ascii: "~")
    case .identifier:
      tally.count += 1
      tally.invalid += 1
    // Which request it was is not known.
    case .line where many == nil: break
    case .line:
      tally.count += 1
      tally.invalid += 1
    // Of one that failed otherwise nothing is known.
    default: break
    }
    begin(tag)
    if many?.isCompact == true { return bytes.append(mark) }
    bytes += error.line.utf8
    bytes.append(UInt8(ascii: "\n"))
  }

  private mutating func begin(_ tag: [UInt8]) {
    guard !tag.isEmpty else { return }
    bytes += tag
    bytes.append(UInt8(ascii: " "))
  }
}

extension Session {
  /// Adds an identifier to what is looked up elsewhere.
  mutating func addDistant(_ identifier: Span<UInt8>, tag: [UInt8], _ context: inout SessionContext) {
    let bytes = identifier.count + 1
    let identification = context.keys.parser.parse(identifier)
    switch identification {
    case .integer(let namespace, let value):
      distant.add(.integer(namespace, value), tag: tag, bytes: bytes)
    case .text(let namespace):
      var text: [UInt8] = []
      context.keys.appendText(identification, to: &text)
      distant.add(.text(namespace, text), tag: tag, bytes: bytes)
    case .invalid, .unresolvable: distant.add(ProtocolError(identification), tag: tag, bytes: bytes)
    }
    countDistant(&context)
  }

  mutating func addTooLongDistant(_ context: inout SessionContext) {
    distant.add(BatchItem.Answer.tooLong.error, tag: [], bytes: ProtocolLimits.lineBytesMax)
    countDistant(&context)
  }

  private mutating func countDistant(_ context: inout SessionContext) {
    guard let many = distant.many else {
      if distant.items.count >= DistantBatch.checksMax { sendDistant(&context) }
      return
    }
    distant.many?.left = many.left - 1
    if many.left == 1 || distant.byteCount >= ProtocolLimits.checkManySnapshotBytes { sendDistant(&context) }
  }

  /// An `MCHECK` begins.
  mutating func beginDistant(_ count: Int, isCompact: Bool) {
    guard count > 0 else { return }
    distant.many = (count, isCompact)
    state = .distant
  }

  /// Whether a line has to wait, since `CHECK`s before it are still to be answered and it is none.
  mutating func holdsBack(_ line: Span<UInt8>, _ context: inout SessionContext) -> Bool {
    guard !distant.items.isEmpty else { return false }
    if line.isEmpty { return false }
    if let request = try? RequestLine.parse(line), request.verb == .check { return false }
    sendDistant(&context)
    return isBlocked
  }

  /// What came together was added. Identifiers of an `MCHECK` wait for those that have to see the same state of the index,
  /// unless none come any more.
  mutating func endDistantChunk(isAtEnd: Bool, _ context: inout SessionContext) {
    if distant.many == nil || isAtEnd { sendDistant(&context) }
  }

  private mutating func sendDistant(_ context: inout SessionContext) {
    guard !distant.items.isEmpty else { return }
    let batch = distant.take()
    guard !batch.keys.isEmpty else {
      take(batch.replies([]), began: context.chunkBegan, &context)
      return
    }
    let verb = batch.many == nil ? Verb.check : CheckManyRequest.verb
    state = .working(PendingReply(verb: verb, tag: [UInt8]().span, began: context.chunkBegan))
    work.append(
      Work(
        request: RequestNote(verb: verb, identifiers: batch.items.count, byteCount: batch.byteCount),
        step: .distant(DistantLookup(keys: batch.keys) { .looked(batch.replies($0)) })))
  }

  /// Replies have come.
  mutating func take(_ replies: DistantReplies, began: Int, _ context: inout SessionContext) {
    output += replies.bytes
    var tally = ChunkTally()
    tally.errors = replies.errors
    guard let many = distant.many else {
      tally.checks = replies.tally
      context.counters.add(tally, nanoseconds: MonotonicClock.nanoseconds - began)
      return
    }
    tally.manyChecks = replies.tally
    context.counters.add(tally, nanoseconds: MonotonicClock.nanoseconds - began)
    if many.left > 0 {
      state = .distant
    } else {
      if many.isCompact { output.append(UInt8(ascii: "\n")) }
      distant.many = nil
      state = .ready
    }
  }

  /// A gateway speaks the line protocol only.
  mutating func refuseRESP(_ input: Span<UInt8>, _ context: inout SessionContext) -> Int {
    resp.version.append(
      ProtocolError(.gateway, "a gateway to a cluster does not speak RESP; use the line protocol"),
      to: &output
    )
    close()
    return input.count
  }
}
