// A connection that speaks RESP (protocol/RESP.md): each command to its lookups or its answer, and transactions.

internal import ByteText
internal import Identifiers
internal import Index
internal import WireProtocol

extension Session {
  /// Consumes whole commands from the front of `input`, until the session's turn is over.
  ///
  /// - Returns: how many bytes were consumed; the caller offers the rest again, with what follows.
  @inline(never)
  mutating func consumeCommands(_ input: Span<UInt8>, _ context: inout SessionContext) -> Int {
    context.beginChunk(in: nil)
    let position = performCommands(input, &context)
    flushLookups(&context)
    context.endChunk(bytes: position)
    return position
  }

  private mutating func performCommands(_ input: Span<UInt8>, _ context: inout SessionContext) -> Int {
    var position = 0
    do throws(RESPParser.Malformed) {
      while position < input.count, isReady, output.count < context.outputMax, !context.isTurnOver,
        let end = try resp.parser.next(input, from: position, into: &context.resp.arguments)
      {
        perform(input, position..<end, &context)
        // A chunk of short commands takes no longer than a turn.
        if end - position > Self.shortLineBytesMax { context.checkTurn() }
        position = end
      }
    } catch {
      flushLookups(&context)
      refuse(ProtocolError(.syntax, error.text), &context)
      close()
    }
    return position
  }

  /// Performs a command that has come whole, whose arguments the parser has found.
  @inline(__always)
  private mutating func perform(_ input: Span<UInt8>, _ whole: Range<Int>, _ context: inout SessionContext) {
    let count = context.resp.arguments.count
    guard count > 0 else { return }
    let name = input.extracting(context.resp.arguments[0])
    guard let command = RESPCommand(name) else { return refuseUnknown(name, &context) }
    if !isInTransaction, command.isAboutImages, command.argumentCounts.contains(count) {
      addLookups(command, input, from: 1, &context)
    } else {
      performOther(command, input, whole, &context)
    }
  }

  @inline(__always)
  private var isInTransaction: Bool { resp.transaction != nil }

  @inline(never)
  private mutating func performOther(
    _ command: RESPCommand, _ input: Span<UInt8>, _ whole: Range<Int>, _ context: inout SessionContext
  ) {
    guard command.argumentCounts.contains(context.resp.arguments.count) else {
      return refuse(
        ProtocolError(.syntax, "wrong number of arguments for '\(command.spelling)' command"), &context)
    }
    guard !isInTransaction || !queues(command, input.extracting(whole), &context) else { return }
    answer(command, input, &context)
  }

  private mutating func answer(_ command: RESPCommand, _ input: Span<UInt8>, _ context: inout SessionContext)
  {
    switch command {
    case .isMember, .areMembers:
      let slug = input.extracting(context.resp.arguments[1])
      guard let dataset = context.takeSnapshot().datasetNumber(of: slug) else {
        return refuseDataset(slug, &context)
      }
      addLookups(command, input, from: 2, of: dataset, &context)
    case .cardinality, .type: answerAboutEither(command, input, &context)
    default:
      flushLookups(&context)
      answerOther(command, input, &context)
      context.checkTurn()
    }
  }

  /// Answers a command about a dataset or an identifier. A dataset comes first, whose name may look like a hash.
  private mutating func answerAboutEither(
    _ command: RESPCommand, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    let key = input.extracting(context.resp.arguments[1])
    let snapshot = context.takeSnapshot()
    if let dataset = snapshot.datasetNumber(of: key) {
      flushLookups(&context)
      if command == .type {
        resp.version.append(simple: "set", to: &output)
      } else {
        resp.version.append(integer: snapshot.counts.datasets[dataset]?.images ?? 0, to: &output)
      }
    } else if case .invalid(.plainWord) = context.keys.parser.parse(key), Slug.isValid(String(key)) {
      refuseDataset(key, &context)
    } else {
      addLookups(command, input, from: 1, &context)
    }
  }

  // MARK: - Transactions

  /// Keeps a command for `EXEC`, or refuses it; false if it is to be performed now.
  private mutating func queues(
    _ command: RESPCommand, _ bytes: Span<UInt8>, _ context: inout SessionContext
  ) -> Bool {
    if [.multi, .exec, .discard, .quit, .reset].contains(command) { return false }
    guard command.isForTransactions else {
      refuse(ProtocolError(.syntax, "Command not allowed inside a transaction"), &context)
      return true
    }
    guard let kept = resp.transaction?.commands.count, kept + bytes.count <= RESPLimits.transactionBytesMax
    else {
      refuse(
        ProtocolError(.limit, "a transaction has at most \(RESPLimits.transactionBytesMax) bytes"), &context)
      return true
    }
    resp.transaction?.commands.append(bytes)
    resp.transaction?.count += 1
    resp.version.append(simple: "QUEUED", to: &output)
    return true
  }

  /// Answers the commands behind `MULTI`, all of them in one snapshot: that of the chunk.
  private mutating func execute(_ context: inout SessionContext) {
    guard let transaction = resp.transaction else {
      return refuse(ProtocolError(.syntax, "EXEC without MULTI"), &context)
    }
    resp.transaction = nil
    guard !transaction.isRefused else {
      context.tally.errors.append(.syntax)
      resp.version.append(
        error: "EXECABORT Transaction discarded because of previous errors.", to: &output)
      return
    }
    resp.version.append(array: transaction.count, to: &output)
    let commands = transaction.commands.span
    var position = 0
    while position < commands.count,
      let end = try? resp.parser.next(commands, from: position, into: &context.resp.arguments)
    {
      perform(commands, position..<end, &context)
      position = end
    }
    flushLookups(&context)
  }

  // MARK: - Other commands

  private mutating func answerOther(
    _ command: RESPCommand, _ input: Span<UInt8>, _ context: inout SessionContext
  ) {
    switch command {
    case .multi:
      guard resp.transaction == nil else {
        return resp.version.append(error: "ERR MULTI calls can not be nested", to: &output)
      }
      resp.transaction = RESPState.Transaction()
      resp.version.append(simple: "OK", to: &output)
    case .exec: execute(&context)
    case .discard:
      guard resp.transaction != nil else {
        return refuse(ProtocolError(.syntax, "DISCARD without MULTI"), &context)
      }
      resp.transaction = nil
      resp.version.append(simple: "OK", to: &output)
    case .quit:
      resp.version.append(simple: "OK", to: &output)
      close()
    case .reset:
      resp.reset()
      resp.version.append(simple: "RESET", to: &output)
    case .databaseSize:
      resp.version.append(integer: context.takeSnapshot().counts.keys, to: &output)
    case .intersectionCardinality: countIntersection(input, &context)
    default: answerAboutConnection(command, input, &context)
    }
  }

  /// `SINTERCARD n slug ... [LIMIT n]`: a sum over all dataset sets, which a thread makes.
  private mutating func countIntersection(_ input: Span<UInt8>, _ context: inout SessionContext) {
    let arguments = context.resp.arguments.copied(from: 0)
    guard let count = Decimal.parse(input.extracting(arguments[1])), count > 0 else {
      return refuse(ProtocolError(.syntax, "numkeys should be greater than 0"), &context)
    }
    guard count <= arguments.count - 2 else {
      return refuse(ProtocolError(.syntax, "Number of keys can't be greater than number of args"), &context)
    }
    let options = arguments.dropFirst(2 + count)
    var limit = 0
    if let name = options.first {
      guard options.count == 2, Self.isWord(input.extracting(name), "limit") else {
        return refuse(ProtocolError(.syntax, "syntax error"), &context)
      }
      guard let value = Decimal.parse(input.extracting(arguments[arguments.count - 1])) else {
        return refuse(ProtocolError(.syntax, "LIMIT can't be negative"), &context)
      }
      limit = value
    }
    var request = ListRequest()
    request.all = arguments[2..<(2 + count)].map { String(input.extracting($0)) }
    request.countsOnly = true
    let (slugs, version, most) = (request.all, resp.version, limit == 0 ? Int.max : limit)
    context.tally.verbs.append(ListRequest.verb)
    state = .working(PendingReply(verb: ListRequest.verb, tag: Span(), began: context.chunkBegan))
    work.append(
      request.work(held) { thread, _ in
        let snapshot = thread.index.snapshot
        var filter = DatasetFilter()
        filter.all = try snapshot.numbers(of: slugs)
        var reply: [UInt8] = []
        version.append(integer: min(most, snapshot.count(of: filter, space: nil)), to: &reply)
        return .whole(reply)
      })
  }

  // MARK: - Errors

  /// Answers with an error. Behind `MULTI`, none of the commands will be answered then.
  mutating func refuse(_ error: ProtocolError, _ context: inout SessionContext) {
    flushLookups(&context)
    appendRefusal(error, &context)
    resp.transaction?.isRefused = true
    // Its text takes longer than a lookup.
    context.checkTurn()
  }

  /// The same, for what was kept back until its turn.
  mutating func appendRefusal(_ error: ProtocolError, _ context: inout SessionContext) {
    context.tally.errors.append(error.code)
    resp.version.append(error, to: &output)
  }

  private mutating func refuseDataset(_ slug: Span<UInt8>, _ context: inout SessionContext) {
    refuse(ProtocolError(.dataset, "no dataset is named \(Self.shown(slug))"), &context)
  }

  private mutating func refuseUnknown(_ name: Span<UInt8>, _ context: inout SessionContext) {
    let shown = Self.shown(name)
    guard RESPCommand.isWrite(shown.uppercased()) else {
      return refuse(ProtocolError(.verb, "unknown command '\(shown)'"), &context)
    }
    refuse(
      ProtocolError(.forbidden, "this index is read-only for Redis clients; whichset changes it"), &context)
  }

  /// Whether an argument is a word, in any case; `word` is in lower case.
  static func isWord(_ argument: Span<UInt8>, _ word: StaticString) -> Bool {
    argument.count == word.utf8CodeUnitCount && argument.hasPrefix(word, anyCase: true)
  }

  /// Bytes of a client in an error that it gets.
  static func shown(_ bytes: Span<UInt8>) -> String {
    String(bytes.extracting(first: min(bytes.count, ProtocolLimits.slugBytesMax)))
  }
}
