// The hot path: identifiers are collected into a batch, looked up together in one snapshot, and answered in
// their order. No String, no allocation, no lock a request.

internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  /// Adds an identifier to the batch, and answers the batch when it is full.
  func addIdentifier(_ input: Span<UInt8>, _ range: Range<Int>, tag: Range<Int>) {
    let identification = context.keys.parser.parse(input.extracting(range))
    if let key = context.keys.key(identification, secret: context.snapshot.secret) {
      context.batch.append(key.key, space: key.namespace.rawValue)
      addItem(BatchItem(tag: tag, answer: .lookup), input)
    } else {
      addItem(BatchItem(tag: tag, answer: .invalid(Self.answer(identification))), input)
    }
  }

  func addItem(_ item: BatchItem, _ input: Span<UInt8>) {
    context.items.append(item)
    if context.items.count == LookupBatch.capacity { flush(input) }
  }

  /// Why an identification gave no key.
  static func answer(_ identification: Identification) -> InvalidAnswer {
    switch identification {
    case .invalid(let reason): InvalidAnswer(code: .identifier, text: reason.message)
    case .unresolvable(let reason): InvalidAnswer(code: .unresolvable, text: reason.message)
    case .integer, .text: preconditionFailure("an identification with a key has no such answer")
    }
  }

  /// Looks up the batch and answers it.
  func flush(_ input: Span<UInt8>) {
    guard !context.items.isEmpty else { return }
    let snapshot = context.snapshot
    if context.batch.count > 0 { snapshot.look(up: &context.batch) }
    var isCompact = false
    if case .identifiers(_, let compact) = mode { isCompact = compact }
    var next = 0
    for item in context.items {
      if !item.tag.isEmpty { append(tag: input.extracting(item.tag)) }
      switch item.answer {
      case .lookup:
        let set = context.batch.set(at: next)
        let space = context.batch.space(at: next)
        next += 1
        let isHit = snapshot.isHit(set, space: space)
        if isCompact {
          output.append(isHit ? UInt8(ascii: "+") : UInt8(ascii: "-"))
        } else if isHit {
          output.append(contentsOf: Self.hit)
          snapshot.appendSlugs(of: set, space: space, to: &output)
          output.append(UInt8(ascii: "\n"))
        } else {
          output.append(contentsOf: Self.miss)
        }
      case .invalid(let answer):
        if isCompact {
          output.append(answer.symbol)
        } else {
          append(ProtocolError(answer.code, answer.text))
        }
      }
    }
    context.items.removeAll(keepingCapacity: true)
    context.batch.removeAll()
  }

  /// One identifier of an `MCHECK` has come; the last one ends the reply.
  func countIdentifier(_ input: Span<UInt8>) {
    guard case .identifiers(let left, let compact) = mode else { return }
    guard left == 1 else {
      mode = .identifiers(left: left - 1, compact: compact)
      return
    }
    flush(input)
    if compact { output.append(UInt8(ascii: "\n")) }
    mode = .lines
  }

  /// The reply of an `MCHECK` starts, and its identifiers are awaited.
  func beginIdentifiers(_ count: Int, compact: Bool) {
    appendLine(compact ? "OK 1" : "OK \(count)")
    if count > 0 {
      mode = .identifiers(left: count, compact: compact)
    } else if compact {
      appendLine("")
    }
  }

  private static let hit = Array("HIT ".utf8)
  private static let miss = Array("MISS\n".utf8)
}
