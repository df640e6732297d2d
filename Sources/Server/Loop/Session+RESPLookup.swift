// The hot path of RESP connections: identifiers of one command or of many are collected into a batch, looked up
// together in one snapshot, and answered in their order. No String, no allocation, no lock an identifier.

internal import Identifiers
internal import Index
internal import WireProtocol

/// What the sessions of one reactor share for RESP.
struct RESPWork: ~Copyable {
  /// Where the arguments of the command at hand are.
  var arguments = RESPArguments()
  /// The identifiers of the batch.
  var lookups: [RESPLookup] = []
}

/// An identifier of a command, and what to answer. Of trivial type, so that a batch costs no counting of references.
struct RESPLookup {
  let command: RESPCommand
  let isLast: Bool
  let answer: BatchItem.Answer
  /// How many identifiers the command has, where this is the first; otherwise 0.
  let count: UInt16
  /// The number of the dataset that is asked about.
  let dataset: UInt16
}

extension Session {
  /// Adds the arguments of the command at hand, from `first` on, to the batch, and answers it when it is full.
  @inline(__always)
  mutating func addLookups(
    _ command: RESPCommand, _ input: Span<UInt8>, from first: Int, of dataset: Int = 0,
    _ context: inout SessionContext
  ) {
    let end = context.resp.arguments.count
    var place = first
    while place < end {
      let answer = context.addKey(input.extracting(context.resp.arguments[place]))
      context.resp.lookups.append(
        RESPLookup(
          command: command, isLast: place == end - 1, answer: answer,
          count: UInt16(truncatingIfNeeded: place == first ? end - first : 0),
          dataset: UInt16(truncatingIfNeeded: dataset)))
      if context.resp.lookups.count == LookupBatch.capacity { flushLookups(&context) }
      place += 1
    }
  }

  /// Looks up the batch and answers it.
  @inline(never)
  mutating func flushLookups(_ context: inout SessionContext) {
    guard !context.resp.lookups.isEmpty else { return }
    let snapshot = context.takeSnapshot()
    if context.batch.count > 0 { snapshot.look(up: &context.batch) }
    var next = 0
    var tally = LookupTally()
    for index in context.resp.lookups.indices {
      let lookup = context.resp.lookups[index]
      if lookup.count > 0 { beginReply(lookup) }
      tally.count += 1
      if case .lookup = lookup.answer {
        answer(lookup, context.batch.set(at: next), context.batch.space(at: next), snapshot, &tally, &context)
        next += 1
      } else if let error = lookup.answer.error {
        if case .unresolvable = lookup.answer { tally.unresolvable += 1 } else { tally.invalid += 1 }
        refuse(lookup, error, &context)
      }
      if lookup.isLast, lookup.command == .exists, !resp.reply.hasFailed {
        resp.version.append(integer: resp.reply.found, to: &output)
      }
    }
    context.tally.checks.add(tally)
    context.resp.lookups.removeAll(keepingCapacity: true)
    context.batch.removeAll()
  }

  @inline(__always)
  private mutating func beginReply(_ lookup: RESPLookup) {
    resp.reply.start = output.count
    resp.reply.found = 0
    resp.reply.hasFailed = false
    switch lookup.command {
    case .manyGet, .areMembers, .check: resp.version.append(array: Int(lookup.count), to: &output)
    default: break
    }
  }

  @inline(__always)
  private mutating func answer(
    _ lookup: RESPLookup, _ set: UInt32, _ space: UInt8, _ snapshot: Snapshot, _ tally: inout LookupTally,
    _ context: inout SessionContext
  ) {
    if lookup.command == .get || lookup.command == .manyGet, !resp.reply.hasFailed,
      snapshot.appendSlugs(
        of: set, space: space, to: &output, after: { RESPVersion.two.append(bulkHeader: $0, to: &$1) })
    {
      return RESPVersion.endLine(&output)
    }
    let isHit = snapshot.isHit(set, space: space)
    if !isHit {
      tally.misses += 1
      if set != 0 || snapshot.isUnsearchable(space),
        let (error, _) = Self.failure(set, space, snapshot, &tally)
      {
        refuse(lookup, error, &context)
        return
      }
    }
    guard !resp.reply.hasFailed else { return }
    switch lookup.command {
    case .exists: resp.reply.found += isHit ? 1 : 0
    case .get, .manyGet: resp.version.appendNull(to: &output)
    case .isMember, .areMembers:
      let isMember = isHit && snapshot.isHit(set, space: space, in: Int(lookup.dataset))
      if !isMember, let error = snapshot.unsearchable(space, in: Int(lookup.dataset)) {
        return refuse(lookup, error, &context)
      }
      resp.version.append(integer: isMember ? 1 : 0, to: &output)
    default: answerSeldom(lookup, isHit ? set : 0, space, snapshot)
    }
  }

  /// Answers one of the commands that are rarely asked in bulk; `set` is 0 for a miss.
  @inline(never)
  private mutating func answerSeldom(
    _ lookup: RESPLookup, _ set: UInt32, _ space: UInt8, _ snapshot: Snapshot
  ) {
    var slugs: [UInt8] = []
    _ = snapshot.appendSlugs(of: set, space: space, to: &slugs, after: { _, _ in })
    switch lookup.command {
    case .members:
      let members = slugs.split(separator: UInt8(ascii: ","))
      resp.version.append(set: members.count, to: &output)
      for member in members { resp.version.append(bulk: member, to: &output) }
    case .cardinality:
      resp.version.append(integer: slugs.split(separator: UInt8(ascii: ",")).count, to: &output)
    case .type: resp.version.append(simple: set != 0 ? "set" : "none", to: &output)
    default: resp.version.append(bulk: Array((set != 0 ? "HIT " : "MISS").utf8) + slugs, to: &output)
    }
  }

  /// Makes the whole reply an error; an error of `WHICHSET.CHECK` stands in its place among the other answers.
  @inline(never)
  private mutating func refuse(
    _ lookup: RESPLookup, _ error: ProtocolError, _ context: inout SessionContext
  ) {
    if lookup.command == .check {
      context.tally.errors.append(error.code)
      resp.version.append(bulk: error.line, to: &output)
    } else if !resp.reply.hasFailed {
      resp.reply.hasFailed = true
      output.removeLast(output.count - resp.reply.start)
      appendRefusal(error, &context)
    }
  }
}

extension Snapshot {
  /// Why it says nothing that a key of a namespace is not in a dataset; `nil` if it says something.
  fileprivate func unsearchable(_ space: UInt8, in dataset: Int) -> ProtocolError? {
    guard Namespace(rawValue: space)?.isOptional == true, counts.datasets[dataset]?.keys[space] ?? 0 == 0
    else {
      return nil
    }
    let slug = datasets[dataset]?.slug ?? ""
    return ProtocolError(
      .unsearchable, "no list of \(slug) has identifiers of this kind, so that none can be found in it")
  }
}
