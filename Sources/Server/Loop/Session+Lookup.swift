// The hot path: identifiers are collected into a batch, looked up together in one snapshot, and answered in
// their order. No String, no allocation, no lock a request.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  /// Adds an identifier to the batch, and answers the batch when it is full.
  mutating func addIdentifier(
    _ input: Span<UInt8>, _ range: Range<Int>, tag: Range<Int>, _ context: inout SessionContext
  ) {
    addItem(BatchItem(tag: tag, answer: context.addKey(input.extracting(range))), input, &context)
  }

  mutating func addItem(_ item: BatchItem, _ input: Span<UInt8>, _ context: inout SessionContext) {
    context.items.append(item)
    if context.items.count == LookupBatch.capacity { flush(input, &context) }
  }

  /// Looks up the batch and answers it.
  mutating func flush(_ input: Span<UInt8>, _ context: inout SessionContext) {
    guard !context.items.isEmpty else { return }
    let snapshot = context.takeSnapshot()
    if context.batch.count > 0 { snapshot.look(up: &context.batch) }
    var isCompact = false
    var isMany = false
    if case .identifiers(_, let compact) = state { (isMany, isCompact) = (true, compact) }
    var next = 0
    var tally = LookupTally()
    for index in context.items.indices {
      let item = context.items[index]
      if !item.tag.isEmpty { append(tag: input.extracting(item.tag)) }
      guard case .lookup = item.answer else {
        tally.count += 1
        append(item.answer, isMany: isMany, isCompact: isCompact, &tally, &context)
        continue
      }
      let set = context.batch.set(at: next)
      let space = context.batch.space(at: next)
      next += 1
      if isCompact {
        let isHit = snapshot.isHit(set, space: space)
        tally.misses += isHit ? 0 : 1
        var mark = isHit ? UInt8(ascii: "+") : UInt8(ascii: "-")
        if !isHit, set != 0 || snapshot.isUnsearchable(space),
          let (error, other) = Self.failure(set, space, snapshot, &tally)
        {
          context.tally.errors.append(error.code)
          mark = other
        }
        output.append(mark)
      } else if set == 0 || !snapshot.appendHit(of: set, space: space, to: &output) {
        tally.misses += 1
        if set != 0 || snapshot.isUnsearchable(space),
          let (error, _) = Self.failure(set, space, snapshot, &tally)
        {
          append(error, &context)
        } else {
          output.append(contentsOf: context.miss)
        }
      }
    }
    tally.count += next
    if isMany {
      context.tally.manyChecks.add(tally)
    } else {
      context.tally.checks.add(tally)
    }
    context.items.removeAll(keepingCapacity: true)
    context.batch.removeAll()
  }

  /// Why a key without a dataset is not just missed, and what stands for it in a compact reply; nil for a miss. Out of
  /// line: few misses come here.
  @inline(never)
  static func failure(
    _ set: UInt32, _ space: UInt8, _ snapshot: Snapshot, _ tally: inout LookupTally
  ) -> (error: ProtocolError, mark: UInt8)? {
    if set != 0, snapshot.isDamaged(set, space: space) {
      return (ProtocolError.damagedKey, UInt8(ascii: "!"))
    }
    // A key whose datasets were removed still has a set, of none.
    guard snapshot.isUnsearchable(space) else { return nil }
    tally.misses -= 1
    tally.unsearchable += 1
    return (ProtocolError.unsearchable(space), UInt8(ascii: "~"))
  }

  private mutating func append(
    _ answer: BatchItem.Answer, isMany: Bool, isCompact: Bool, _ tally: inout LookupTally,
    _ context: inout SessionContext
  ) {
    guard let error = answer.error else { return }
    switch answer {
    case .unresolvable: tally.unresolvable += 1
    case .tooLong where !isMany: tally.count -= 1  // which request it was is not known
    case .tooLong, .invalid: tally.invalid += 1
    case .lookup: break
    }
    if isCompact {
      output.append(error.code == .unresolvable ? UInt8(ascii: "?") : UInt8(ascii: "!"))
    } else {
      append(error, &context)
    }
  }

  /// One identifier of an `MCHECK` has come; the last one ends the reply.
  mutating func countIdentifier(_ input: Span<UInt8>, _ context: inout SessionContext) {
    guard case .identifiers(let left, let isCompact) = state else { return }
    guard left == 1 else {
      state = .identifiers(left: left - 1, isCompact: isCompact)
      return
    }
    flush(input, &context)
    if isCompact { output.append(UInt8(ascii: "\n")) }
    state = .ready
    guard identifiersHold.isKept else { return }
    // The next request may have been sent because of a change that this snapshot does not show.
    identifiersHold = SnapshotHold()
    context.letGoOfSnapshot()
  }

  /// The reply of an `MCHECK` starts, and its identifiers are awaited.
  mutating func beginIdentifiers(_ count: Int, isCompact: Bool) {
    appendLine(isCompact ? "OK 1" : "OK \(count)")
    if count > 0 {
      state = .identifiers(left: count, isCompact: isCompact)
    } else if isCompact {
      appendLine("")
    }
  }
}

extension CheckManyRequest: Handler {
  func course(_ asker: Asker, _ context: inout SessionContext) -> Course {
    .identifiers(count: count, isCompact: isCompact)
  }
}

extension SessionContext {
  /// Adds the key of an identifier to the batch, which must not be full; nothing where it has none.
  @inline(__always)
  mutating func addKey(_ identifier: Span<UInt8>) -> BatchItem.Answer {
    switch keys.parser.parse(identifier) {
    case .integer(let namespace, let value):
      batch.append(StoredKey(integer: value), space: namespace.rawValue)
      return .lookup
    case .text(let namespace):
      batch.append(StoredKey(text: keys.parser.text, secret: secret), space: namespace.rawValue)
      return .lookup
    case .invalid(let reason): return .invalid(reason)
    case .unresolvable(let reason): return .unresolvable(reason)
    }
  }
}
