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
    let identification = context.keys.parser.parse(input.extracting(range))
    let answer: BatchItem.Answer
    switch identification {
    case .integer(let namespace, let value):
      context.batch.append(StoredKey(integer: value), space: namespace.rawValue)
      answer = .lookup
    case .text(let namespace):
      let key = StoredKey(text: context.keys.parser.text, secret: context.secret)
      context.batch.append(key, space: namespace.rawValue)
      answer = .lookup
    case .invalid(let reason): answer = .invalid(reason)
    case .unresolvable(let reason): answer = .unresolvable(reason)
    }
    addItem(BatchItem(tag: tag, answer: answer), input, &context)
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
    if case .identifiers(_, let compact) = mode { isCompact = compact }
    var next = 0
    var tally = LookupTally()
    for index in context.items.indices {
      let item = context.items[index]
      if !item.tag.isEmpty { append(tag: input.extracting(item.tag)) }
      guard case .lookup = item.answer else {
        tally.count += 1
        append(item.answer, isCompact: isCompact, &tally)
        continue
      }
      let set = context.batch.set(at: next)
      let space = context.batch.space(at: next)
      next += 1
      if isCompact {
        let isHit = snapshot.isHit(set, space: space)
        tally.misses += isHit ? 0 : 1
        let miss = set != 0 && snapshot.isDamaged(set, space: space) ? UInt8(ascii: "!") : UInt8(ascii: "-")
        output.append(isHit ? UInt8(ascii: "+") : miss)
      } else if set == 0 || !snapshot.appendHit(of: set, space: space, to: &output) {
        tally.misses += 1
        if set != 0, snapshot.isDamaged(set, space: space) {
          append(ProtocolError.damagedKey)
        } else {
          output.append(contentsOf: context.miss)
        }
      }
    }
    tally.count += next
    if case .identifiers = mode {
      context.tally.manyChecks.add(tally)
    } else {
      context.tally.checks.add(tally)
    }
    context.items.removeAll(keepingCapacity: true)
    context.batch.removeAll()
  }

  private mutating func append(_ answer: BatchItem.Answer, isCompact: Bool, _ tally: inout LookupTally) {
    guard let error = answer.error else { return }
    switch answer {
    case .unresolvable: tally.unresolvable += 1
    case .tooLong where mode == .lines: tally.count -= 1  // which request it was is not known
    case .tooLong, .invalid: tally.invalid += 1
    case .lookup: break
    }
    if isCompact {
      output.append(error.code == .unresolvable ? UInt8(ascii: "?") : UInt8(ascii: "!"))
    } else {
      append(error)
    }
  }

  /// One identifier of an `MCHECK` has come; the last one ends the reply.
  mutating func countIdentifier(_ input: Span<UInt8>, _ context: inout SessionContext) {
    guard case .identifiers(let left, let compact) = mode else { return }
    guard left == 1 else {
      mode = .identifiers(left: left - 1, compact: compact)
      return
    }
    flush(input, &context)
    if compact { output.append(UInt8(ascii: "\n")) }
    mode = .lines
    guard held != nil else { return }
    // The next request may have been sent because of a change that this snapshot does not show.
    held = nil
    context.letGoOfSnapshot()
  }

  /// The reply of an `MCHECK` starts, and its identifiers are awaited.
  mutating func beginIdentifiers(_ count: Int, compact: Bool) {
    appendLine(compact ? "OK 1" : "OK \(count)")
    if count > 0 {
      mode = .identifiers(left: count, compact: compact)
    } else if compact {
      appendLine("")
    }
  }

  /// The line of an `MCHECK` ends somewhere behind `offset`, and its identifiers begin.
  mutating func identifiersBegin(_ input: Span<UInt8>, behind offset: Int) {
    identifiersStart = input.firstIndex(of: UInt8(ascii: "\n"), from: offset).map { $0 + 1 } ?? input.count
    heldBytes = 0
  }

  /// Keeps the chunk's snapshot for the identifiers of an `MCHECK` that are still to come, until it has answered as many
  /// bytes of them as are promised to see one.
  mutating func holdSnapshot(bytes: Int, _ context: inout SessionContext) {
    heldBytes += bytes
    guard heldBytes < ProtocolLimits.checkManySnapshotBytes else {
      held = nil
      heldBytes = 0
      return
    }
    guard held == nil else { return }
    held = context.taken.map { HeldSnapshot(snapshot: $0, since: context.chunkBegan) }
  }
}

/// A snapshot that a session keeps between two chunks of input.
struct HeldSnapshot {
  let snapshot: Snapshot
  /// Since when, in nanoseconds of `MonotonicClock`.
  let since: Int

  /// Whether it has kept pages from being used again for too long, where the newest snapshot is of `version`.
  func isOverdue(at now: Int, newest version: Int) -> Bool {
    snapshot.version != version && now - since > ProtocolLimits.stalledSecondsMax * 1_000_000_000
  }
}
