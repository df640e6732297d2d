// The daemon's side of one connection, without the socket: bytes in, bytes out, work for others to do. The same bytes give
// the same replies however they are split. Replies keep the order of the requests: while a request is worked on nothing
// behind it is answered, except that blocks of rows may follow blocks of rows.
//
//   state         what comes                              next state
//   ready         a request that is answered at once      ready; closing after QUIT
//                 one that a thread answers               working
//                 one that needs a file                   awaitingFile
//                 MCHECK; COMMIT with lists; ROWS, ITEMS  identifiers; lines; blocks
//                 one whose length is not known           closing
//   identifiers   the last identifier                     ready
//   distant       the last identifier, or many            working; distant again where more are to come
//   lines         the last line                           working; ready where it is refused
//   blocks        a further block, up to a bound          blocks
//                 any other line                          blocks: it waits, and so does what follows
//                 the reply to the last block             ready
//   working       the reply                               ready
//                 a part of it                            streaming
//   streaming     the reader has nearly taken the part    working
//   awaitingFile  one file                                working
//                 anything else, or several files         ready
//   closing       the replies that are due                closing: the connection ends
//
// Lookups, the hot path, are in `Session+Lookup.swift`, those of a gateway, which are work, in `Session+Distant.swift`; the
// order of replies is kept in `Session+Replies.swift`. A connection that speaks RESP only knows ready, working and closing;
// what it asks is in `Session+RESP.swift`.

internal import ByteText
internal import Index
internal import WireProtocol

/// One connection's state. A value, so that its own members cost no check of exclusive access on the hot path.
struct Session: ~Copyable {
  let peer: Peer
  /// Replies to send; the sender removes them.
  var output: [UInt8] = []
  /// Work to do; the caller that takes it removes it.
  var work: [Work] = []
  var state = State.ready
  var held = Holdings()
  /// Whether the next bytes are the rest of a line that is too long.
  private var isSkippingLine = false
  var identifiersHold = SnapshotHold()
  /// What a gateway is to look up.
  var distant = DistantBatch()
  private(set) var dialect = Dialect.undecided
  var resp = RESPState()

  /// What the connection speaks. Its first byte decides.
  enum Dialect {
    case undecided
    case lines
    case resp
  }

  enum State {
    case ready
    case identifiers(left: Int, isCompact: Bool)
    /// The same of a gateway.
    case distant
    indirect case lines(PendingReply, any LinesHandler, left: Int)
    indirect case blocks(Blocks)
    indirect case working(PendingReply)
    indirect case streaming(PendingReply, ReplyStream)
    indirect case awaitingFile(PendingReply, @Sendable (HandedFile) -> Work)
    indirect case closing(Blocks)
  }

  init(peer: Peer) {
    self.peer = peer
    held.owner = peer.party
  }

  init(role: Role) { self.init(peer: Peer(user: Peer.nobody, process: 0, role: role)) }

  /// Whether the connection ends once `output` is sent and no reply is due.
  var isClosing: Bool { if case .closing = state { true } else { false } }

  var awaitsFile: Bool { if case .awaitingFile = state { true } else { false } }

  /// Whether the next part of a streamed reply waits until what was made is sent.
  var holdsStream: Bool { if case .streaming = state { true } else { false } }

  /// Whether work must end before more bytes are consumed.
  var isBlocked: Bool {
    switch state {
    case .ready, .identifiers, .distant, .lines: false
    case .blocks(let blocks): !blocks.takesInput
    case .closing(let blocks): !blocks.due.isEmpty
    case .working, .streaming, .awaitingFile: true
    }
  }

  /// Whether all that was asked is answered.
  var isIdle: Bool {
    switch state {
    case .ready, .identifiers, .distant, .lines: true
    case .blocks(let blocks), .closing(let blocks): blocks.due.isEmpty
    case .working, .streaming, .awaitingFile: false
    }
  }

  // MARK: - Bytes

  /// Consumes whole lines and pieces of bodies from the front of `input`, until the session's turn is over.
  ///
  /// - Parameter isAtEnd: the client has shut down its side: an unfinished last line counts.
  /// - Returns: how many bytes were consumed; the caller offers the rest again, with what follows.
  mutating func consume(_ input: Span<UInt8>, isAtEnd: Bool, _ context: inout SessionContext) -> Int {
    if dialect != .lines, speaksRESP(input) {
      return context.distant == nil ? consumeCommands(input, &context) : refuseRESP(input, &context)
    }
    var position = consumeLines(input, isAtEnd: isAtEnd, &context)
    // No file can come with bytes that are there already.
    while awaitsFile, isAtEnd || position < input.count {
      refuseFile(&context)
      position += consumeLines(input.extracting(position..<input.count), isAtEnd: isAtEnd, &context)
    }
    return position
  }

  @inline(never)
  private mutating func speaksRESP(_ input: Span<UInt8>) -> Bool {
    if dialect == .undecided, !input.isEmpty {
      dialect = input[0] == UInt8(ascii: "*") ? .resp : .lines
      if dialect == .resp { resp.begin() }
    }
    return dialect == .resp
  }

  private mutating func consumeLines(
    _ input: Span<UInt8>, isAtEnd: Bool, _ context: inout SessionContext
  ) -> Int {
    var position = 0
    letBlocksGoOn()
    identifiersHold.beginChunk()
    context.beginChunk(in: identifiersHold.snapshot)
    while position < input.count, looksUp || takesInput, output.count < context.outputMax {
      if isReady, !isSkippingLine, context.distant == nil {
        position = consumeChecks(input, from: position, &context)
        guard position < input.count, output.count < context.outputMax else { break }
      } else if !looksUp, isReceivingBody {
        position += receiveBody(input.extracting(position..<input.count), &context)
        continue
      }
      let end = input.firstIndex(of: UInt8(ascii: "\n"), from: position)
      if isSkippingLine {
        isSkippingLine = end == nil
        position = end.map { $0 + 1 } ?? input.count
        continue
      }
      guard let end else {
        // A CR may still belong to the line's end.
        if input.count - position > ProtocolLimits.lineBytesMax + 1 {
          guard refuseLine(input, &context) else { break }
          isSkippingLine = true
          position = input.count
        } else if isAtEnd, handleLine(input, position..<input.count, &context) {
          position = input.count
        }
        break
      }
      guard handleLine(input, position..<end, &context) else { break }
      position = end + 1
      if context.isTurnOver { break }
    }
    flush(input, &context)
    if context.distant != nil { endDistantChunk(isAtEnd: isAtEnd, &context) }
    if case .identifiers = state { identifiersHold.endChunk(at: position, &context) }
    context.endChunk(bytes: position)
    return position
  }

  /// Consumes whole lines for as long as they are short `CHECK`s without a tag, as nearly all are. No look at the state for each:
  /// a lookup leaves it as it is.
  ///
  /// - Returns: where the first line begins that is another one, or is not whole.
  private mutating func consumeChecks(
    _ input: Span<UInt8>, from start: Int, _ context: inout SessionContext
  ) -> Int {
    var position = start
    while output.count < context.outputMax,
      let end = input.firstIndex(of: UInt8(ascii: "\n"), from: position)
    {
      let upper = end > position && input[end - 1] == UInt8(ascii: "\r") ? end - 1 : end
      let range = position..<upper
      guard range.count <= Self.shortLineBytesMax, Self.isCheck(input, range) else { break }
      addIdentifier(input, (position + Self.checkBytes)..<upper, tag: 0..<0, &context)
      position = end + 1
    }
    return position
  }

  /// Whether lines are looked up, as nearly always; asked before anything else, since a look at what the other states hold
  /// costs more than a lookup can spare.
  @inline(__always)
  private var looksUp: Bool {
    switch state {
    case .ready, .identifiers: true
    default: false
    }
  }

  @inline(__always)
  var isReady: Bool { if case .ready = state { true } else { false } }

  /// Whether bytes can be consumed in this state.
  @inline(never)
  private var takesInput: Bool {
    switch state {
    case .ready, .identifiers, .distant, .lines: true
    case .blocks(let blocks): blocks.takesInput
    case .working, .streaming, .awaitingFile, .closing: false
    }
  }

  @inline(never)
  private var isReceivingBody: Bool {
    if case .blocks(let blocks) = state { blocks.body != nil } else { false }
  }

  /// Handles one line, its LF apart.
  ///
  /// - Returns: false if it has to wait until blocks are answered.
  private mutating func handleLine(
    _ input: Span<UInt8>, _ whole: Range<Int>, _ context: inout SessionContext
  ) -> Bool {
    var range = whole
    if !range.isEmpty, input[range.upperBound - 1] == UInt8(ascii: "\r") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    if case .identifiers = state, range.count <= Self.shortLineBytesMax {
      addIdentifier(input, range, tag: 0..<0, &context)
      countIdentifier(input, &context)
      return true
    }
    defer { context.checkTurn() }
    return handleOtherLine(input, range, &context)
  }

  /// Handles a line that is no short lookup. Apart from the others, so that these do not pay for it.
  @inline(never)
  private mutating func handleOtherLine(
    _ input: Span<UInt8>, _ range: Range<Int>, _ context: inout SessionContext
  ) -> Bool {
    if range.count > ProtocolLimits.lineBytesMax { return refuseLine(input, &context) }
    // Not a case of the switch, which refers to what the state has until it ends.
    if awaitsLines {
      takeLine(input.extracting(range), &context)
      return true
    }
    switch state {
    case .ready: if holdsBack(input.extracting(range), &context) { return false }
    case .identifiers:
      addIdentifier(input, range, tag: 0..<0, &context)
      countIdentifier(input, &context)
      return true
    case .distant:
      addDistant(input.extracting(range), tag: [], &context)
      return true
    default: return handleLineBehindBlocks(input, range, &context)
    }
    if range.isEmpty { return true }
    do throws(RequestLine.Malformed) {
      perform(try RequestLine.parse(input.extracting(range)), input, at: range.lowerBound, &context)
    } catch {
      flush(input, &context)
      append(tag: input.extracting(range).extracting(error.tag))
      append(error.error, &context)
    }
    return true
  }

  /// Only blocks may follow blocks.
  private mutating func handleLineBehindBlocks(
    _ input: Span<UInt8>, _ range: Range<Int>, _ context: inout SessionContext
  ) -> Bool {
    if range.isEmpty { return true }
    guard let request = try? RequestLine.parse(input.extracting(range)), request.verb.follows == .bytes else {
      holdBlocks()
      return false
    }
    perform(request, input, at: range.lowerBound, &context)
    return true
  }

  /// Answers a line that is too long, in its place; false if it has to wait until blocks are answered.
  @inline(never)
  private mutating func refuseLine(_ input: Span<UInt8>, _ context: inout SessionContext) -> Bool {
    switch state {
    case .lines: takeLine(nil, &context)
    case .ready where context.distant != nil, .distant: addTooLongDistant(&context)
    case .ready, .identifiers:
      addItem(BatchItem(tag: 0..<0, answer: .tooLong), input, &context)
      if case .identifiers = state { countIdentifier(input, &context) }
    default:
      holdBlocks()
      return false
    }
    return true
  }

  // MARK: - Requests

  /// Performs a request; `offset` is where its line starts in `input`.
  private mutating func perform(
    _ request: RequestLine, _ input: Span<UInt8>, at offset: Int, _ context: inout SessionContext
  ) {
    let tag = (request.tag.lowerBound + offset)..<(request.tag.upperBound + offset)
    let rest = (request.arguments.lowerBound + offset)..<(request.arguments.upperBound + offset)
    if request.verb == .check {
      if context.distant != nil {
        return addDistant(input.extracting(rest), tag: input.extracting(tag).copied, &context)
      }
      addIdentifier(input, rest, tag: tag, &context)
      return
    }
    flush(input, &context)
    context.tally.verbs.append(request.verb)
    var reply = PendingReply(verb: request.verb, tag: input.extracting(tag), began: context.chunkBegan)
    let forbidden = request.verb.refusal(for: peer.role) ?? context.refusal(of: request.verb)
    do throws(ProtocolError) {
      // What follows the line of a refused request has to be skipped.
      if let forbidden, !request.verb.hasBody { throw forbidden }
      reply.refusal = forbidden
      let handler = Handlers.all[Int(request.verb.number)]!  // all but `CHECK` have one, which a test sees to
      let request = try handler.init(parsing: input.extracting(rest))
      if let course = context.distantCourse(of: request) {
        follow(course, reply, &context)
      } else {
        follow(try request.course(Asker(peer: peer, held: held), &context), reply, &context)
      }
      if case .identifiers = state { identifiersHold.begin(input, behind: rest.upperBound) }
    } catch {
      refuse(error, reply, &context)
      // Nobody knows how much follows, so nothing behind it can be trusted.
      if request.verb.hasBody { close() }
    }
  }

  private mutating func follow(_ course: Course, _ reply: PendingReply, _ context: inout SessionContext) {
    switch course {
    case .reply(let whole), .lastReply(let whole):
      output += reply.tag
      whole.append(to: &output)
      context.tally.answered.append(reply.verb)
      if case .lastReply = course { close() }
    case .work(let work):
      self.work.append(work)
      state = .working(reply)
    case .file(let use):
      output += reply.tag
      appendLine("OK send")
      state = .awaitingFile(reply, use)
    case .identifiers(let count, let isCompact):
      output += reply.tag
      beginIdentifiers(count, isCompact: isCompact)
      if context.distant != nil { beginDistant(count, isCompact: isCompact) }
    case .lines(let request):
      state = .lines(reply, request, left: request.following)
      if request.following == 0 { endLines(&context) }
    case .body(let request): beginBody(request, reply, &context)
    }
  }

  /// Bytes of `CHECK `.
  static let checkBytes = 6

  /// Bytes of a line up to which a chunk of identifiers takes no longer than a turn.
  static let shortLineBytesMax = 1_024

  /// Whether the line starts with `CHECK `, as nearly all do.
  @inline(__always)
  static func isCheck(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count >= checkBytes && input[range.lowerBound] == UInt8(ascii: "C")
      && input[range.lowerBound + 1] == UInt8(ascii: "H") && input[range.lowerBound + 2] == UInt8(ascii: "E")
      && input[range.lowerBound + 3] == UInt8(ascii: "C") && input[range.lowerBound + 4] == UInt8(ascii: "K")
      && input[range.lowerBound + 5] == UInt8(ascii: " ")
  }
}
