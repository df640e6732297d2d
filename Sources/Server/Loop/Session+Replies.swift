// Replies in the order of their requests: what is due, what has come, and what follows the line of a request meanwhile.

internal import ByteText
internal import Index
internal import Platform
internal import WireProtocol

struct PendingReply {
  let verb: Verb
  /// In front of the reply's first line.
  var tag: [UInt8]
  /// When the request came, in nanoseconds of `MonotonicClock`.
  let began: Int
  /// Rows of a block.
  var rows = 0
  /// The reply where the request is refused, behind those that are due before it.
  var refusal: ProtocolError?

  init(verb: Verb, tag: Span<UInt8>, began: Int) {
    self.verb = verb
    self.tag = tag.count > 0 ? tag.copied + [UInt8(ascii: " ")] : []
    self.began = began
  }
}

/// Blocks of rows whose replies are due, and the one that is coming.
struct Blocks {
  /// Those that are under way, and refused ones between them. The first is never a refused one.
  var due: [PendingReply] = []
  var body: Body?
  /// Another request has come, and waits for the blocks.
  var isHeld = false

  struct Body {
    var reply: PendingReply
    var request: any BodyHandler
    /// Not kept where the request is refused.
    var bytes: [UInt8] = []
    var received = 0
  }

  var takesInput: Bool { body != nil || due.count < ProtocolLimits.rowsUnderWayMax && !isHeld }
}

extension Session {
  // MARK: - What has come

  /// Brings what came of a step of work.
  mutating func finish(_ outcome: Outcome, _ context: inout SessionContext) {
    switch state {
    case .working(let reply):
      state = .ready
      conclude(reply, outcome, &context)
    case .blocks(var blocks):
      state = .ready
      answer(&blocks, outcome, &context)
      if blocks.body != nil || !blocks.due.isEmpty { state = .blocks(blocks) }
    case .closing(var blocks):
      answer(&blocks, outcome, &context)
      state = .closing(blocks)
    case .ready, .identifiers, .distant, .lines, .streaming, .awaitingFile:
      preconditionFailure("no reply is due")
    }
  }

  /// Answers the first block, and the refused ones right behind it.
  private mutating func answer(
    _ blocks: inout Blocks, _ outcome: Outcome, _ context: inout SessionContext
  ) {
    conclude(blocks.due.removeFirst(), outcome, &context)
    while let refusal = blocks.due.first?.refusal {
      output += blocks.due.removeFirst().tag
      append(refusal, &context)
    }
  }

  private mutating func conclude(
    _ due: PendingReply, _ outcome: Outcome, _ context: inout SessionContext
  ) {
    var reply = due
    switch outcome {
    case .part(let bytes, let stream, let change):
      held.take(change)
      if !bytes.isEmpty {
        output += reply.tag
        output += bytes
        reply.tag = []
      }
      state = .streaming(reply, stream)
    case .whole(let bytes, let isMiss, let change):
      held.take(change)
      output += reply.tag
      output += bytes
      context.counters.add(
        reply.verb, error: nil, isMiss: isMiss, rows: reply.rows,
        nanoseconds: MonotonicClock.nanoseconds - reply.began)
    case .looked(let replies): take(replies, began: reply.began, &context)
    case .failed(let error, let change):
      held.take(change)
      output += reply.tag
      if dialect == .resp { resp.version.append(error, to: &output) } else { appendLine(error.line) }
      context.counters.add(
        reply.verb, error: error.code, isMiss: false, rows: 0,
        nanoseconds: MonotonicClock.nanoseconds - reply.began)
    }
  }

  mutating func refuse(_ error: ProtocolError, _ reply: PendingReply, _ context: inout SessionContext) {
    guard case .blocks(var blocks) = state, !blocks.due.isEmpty else {
      output += reply.tag
      append(error, &context)
      // Of an `MCHECK` its identifiers are timed.
      if reply.verb.request.counts != .lookups { context.tally.answered.append(reply.verb) }
      return
    }
    blocks.due.append(reply)
    blocks.due[blocks.due.count - 1].refusal = error
    state = .blocks(blocks)
  }

  /// No request is taken any more; the replies that are due still come.
  mutating func close() {
    if case .blocks(let blocks) = state { state = .closing(blocks) } else { state = .closing(Blocks()) }
  }

  // MARK: - Streams

  /// What was made is nearly sent: a streamed reply goes on.
  mutating func continueStream() {
    guard case .streaming(let reply, let stream) = state else { return }
    state = .working(reply)
    work.append(Work(request: RequestNote(verb: reply.verb), step: stream.nextStep))
  }

  /// The daemon stops: a streamed reply is cut off where it is.
  mutating func cutStream(_ context: inout SessionContext) {
    guard case .streaming(let reply, let stream) = state else { return }
    state = .ready
    output += reply.tag
    append(ProtocolError(.busy, "the daemon stops; the reply is not whole"), &context)
    work.append(stream.cancellation)
  }

  /// What is left to do when the connection has gone.
  mutating func abandon() -> [Work] {
    var leftovers = held.leftovers
    if case .streaming(_, let stream) = state { leftovers.append(stream.cancellation) }
    held = Holdings()
    state = .closing(Blocks())
    return leftovers
  }

  /// What is open is let go: the client has asked nothing for too long, or its cross-reference has kept a snapshot for too
  /// long, whatever else it asked. A load stays staged.
  mutating func lapse() -> [Work] {
    guard isIdle, held.load != nil || held.crossref != nil else { return [] }
    let leftovers = held.leftovers
    held = Holdings(
      owner: held.owner,
      lapse: ProtocolError(
        .busy,
        "nothing came for \(ProtocolLimits.idleSecondsMax) seconds, or the snapshot was held for \(ProtocolLimits.snapshotSecondsMax), and what was open was let go; begin again"
      ))
    return leftovers
  }

  // MARK: - Files

  /// Files have come for the request that waits for one.
  mutating func take(_ files: [HandedFile], _ context: inout SessionContext) {
    guard case .awaitingFile(let reply, let use) = state, !files.isEmpty else { return }
    guard files.count == 1 else {
      refuseFile(
        &context,
        ProtocolError(.file, "one file was to be handed over; \(files.count) came, and were closed"))
      return
    }
    state = .working(reply)
    work.append(use(files[0]))
  }

  /// Something else than the file has come, or nothing will.
  mutating func refuseFile(_ context: inout SessionContext, _ error: ProtocolError? = nil) {
    guard case .awaitingFile(let reply, _) = state else { return }
    state = .ready
    output += reply.tag
    append(
      error
        ?? ProtocolError(.file, "a file was to be handed over, with one LF, behind OK send; none came"),
      &context)
  }

  // MARK: - Lines

  /// Takes a line of a request; nil for one that is too long.
  mutating func takeLine(_ line: Span<UInt8>?, _ context: inout SessionContext) {
    guard let (reply, taken, left) = takeRequest() else { return }
    var request = consume taken
    request.take(line)
    state = .lines(reply, request, left: left - 1)
    if left == 1 { endLines(&context) }
  }

  /// The request whose lines follow. It is taken out of the state, by a call of its own, so that nothing else refers to it:
  /// else each line would copy all that came before it.
  @inline(never)
  private mutating func takeRequest() -> (PendingReply, any LinesHandler, left: Int)? {
    guard case .lines(let reply, let request, let left) = state else { return nil }
    state = .ready
    return (reply, request, left)
  }

  /// Whether lines of a request are to come.
  var awaitsLines: Bool {
    @inline(never) get { if case .lines = state { true } else { false } }
  }

  mutating func endLines(_ context: inout SessionContext) {
    guard case .lines(let reply, let request, _) = state else { return }
    state = .ready
    do throws(ProtocolError) {
      if let forbidden = reply.refusal { throw forbidden }
      try request.admit(held)
      if let refusal = request.refusal { throw refusal }
      work.append(request.work(held))
      state = .working(reply)
    } catch {
      refuse(error, reply, &context)
    }
  }

  // MARK: - Bodies

  /// Awaits a body, behind the blocks before it.
  mutating func beginBody(
    _ request: any BodyHandler, _ pending: PendingReply, _ context: inout SessionContext
  ) {
    var reply = pending
    reply.rows = request.rows
    reply.refusal = reply.refusal ?? request.refusal ?? refusal(of: request)
    var blocks = Blocks()
    if case .blocks(let standing) = state { blocks = standing }
    blocks.body = Blocks.Body(reply: reply, request: request)
    state = .blocks(blocks)
    if request.following == 0 { endBody(&context) }
  }

  private func refusal(of request: any BodyHandler) -> ProtocolError? {
    do throws(ProtocolError) {
      try request.admit(held)
      return nil
    } catch {
      return error
    }
  }

  /// Takes bytes of a body; returns how many.
  @inline(never)
  mutating func receiveBody(_ input: Span<UInt8>, _ context: inout SessionContext) -> Int {
    guard case .blocks(var blocks) = state, var body = blocks.body else { return 0 }
    // The array is handed over, not copied.
    state = .ready
    blocks.body = nil
    let count = min(input.count, body.request.following - body.received)
    if body.reply.refusal == nil {
      if body.bytes.isEmpty { body.bytes.reserveCapacity(body.request.following) }
      body.bytes.append(input.extracting(0..<count))
    }
    body.received += count
    let isWhole = body.received == body.request.following
    blocks.body = body
    state = .blocks(blocks)
    if isWhole { endBody(&context) }
    return count
  }

  private mutating func endBody(_ context: inout SessionContext) {
    guard case .blocks(var blocks) = state, var body = blocks.body else { return }
    blocks.body = nil
    // What it belongs to may have ended while it was coming.
    if let refusal = body.reply.refusal ?? refusal(of: body.request) {
      state = blocks.due.isEmpty ? .ready : .blocks(blocks)
      body.reply.refusal = nil
      refuse(refusal, body.reply, &context)
      return
    }
    body.request.body = body.bytes
    work.append(body.request.work(held))
    blocks.due.append(body.reply)
    state = .blocks(blocks)
  }

  /// A request that is no block has come behind blocks.
  mutating func holdBlocks() {
    guard case .blocks(var blocks) = state else { return }
    blocks.isHeld = true
    state = .blocks(blocks)
  }

  @inline(__always)
  mutating func letBlocksGoOn() {
    guard case .blocks(var blocks) = state, blocks.isHeld else { return }
    blocks.isHeld = false
    state = .blocks(blocks)
  }

  // MARK: - Output

  mutating func append(_ error: ProtocolError, _ context: inout SessionContext) {
    context.tally.errors.append(error.code)
    appendLine(error.line)
  }

  mutating func appendLine(_ text: String) {
    output.append(contentsOf: text.utf8)
    output.append(UInt8(ascii: "\n"))
  }

  mutating func append(tag: Span<UInt8>) {
    guard tag.count > 0 else { return }
    for index in tag.indices { output.append(tag[index]) }
    output.append(UInt8(ascii: " "))
  }
}
