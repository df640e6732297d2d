// The daemon's side of one connection, without the socket: bytes in, bytes out, jobs for others to do. The same
// bytes give the same replies however they are split. Replies keep the order of the requests: while a job is
// under way nothing after it is answered, except that blocks of rows may follow blocks of rows.
//
// Lookups, the hot path, are in `Session+Lookup.swift`; the other verbs in `Session+Verbs.swift`; loads in
// `Session+Loads.swift`.

internal import Glibc
internal import Identifiers
internal import Index
internal import WireProtocol

/// One connection's state. A value, so that its own members cost no check of exclusive access on the hot path.
struct Session: ~Copyable {
  /// What its client may do. It never changes.
  let role: Role
  /// Replies that are to be sent; whoever sends them removes them.
  var output: [UInt8] = []
  /// Jobs that are to be done; whoever takes them removes them.
  var jobs: [Job] = []
  /// Whether the connection ends once `output` is sent.
  private(set) var isClosing = false
  var load: OpenLoad?
  var crossref: Crossref?
  var mode = Mode.lines
  /// Whether the next bytes are the rest of a line that is too long.
  private var isDiscarding = false
  /// The jobs under way, in order.
  private var waiting: [PendingReply] = []
  /// Errors that were answered and not counted yet.
  private var errors: [ErrorCode] = []
  /// What a file is awaited for; it holds a place in `waiting`.
  private(set) var awaited: FileRequest?
  /// The streamed reply whose next step waits until the last one has been sent.
  private var stream: ReplyStream?
  /// What an unfinished `MCHECK` keeps from one chunk of input to the next.
  var held: HeldSnapshot?
  /// Bytes of the `MCHECK` that its present snapshot has answered in earlier chunks.
  var heldBytes = 0
  /// Where in the present chunk the identifiers of an `MCHECK` begin.
  var identifiersStart = 0

  /// A new connection through a socket of this role.
  init(role: Role) { self.role = role }
  /// A reply that a job will bring.
  private struct PendingReply {
    var tag: [UInt8]
    let isRows: Bool
    /// Nil for what is only an error.
    let verb: Verb?
    /// Rows of a block.
    let rows: Int
    /// When the request came, in nanoseconds of `MonotonicClock`.
    var began: Int
  }

  /// What the next bytes are.
  enum Mode: Equatable {
    case lines
    /// Identifiers of an `MCHECK`.
    case identifiers(left: Int, compact: Bool)
    /// The body of a `ROWS` or an `ITEMS`.
    case body(Body)
    /// The lists of a `COMMIT`.
    case lists(PendingCommit)
  }

  /// A body that is being received.
  struct Body: Equatable {
    let tag: [UInt8]
    /// The number of a block of a load; nil for one of a cross-reference.
    let block: Int?
    let rows: Int
    let byteCount: Int
    /// The body is not kept, and is answered with an error.
    let refusal: ProtocolError?
    var bytes: [UInt8] = []
    var received = 0
  }

  /// Whether a job must end before more bytes are consumed.
  var isBlocked: Bool {
    guard let last = waiting.last else { return false }
    return !last.isRows || waiting.count >= ProtocolLimits.rowsUnderWayMax || isWaitingForRows
  }

  /// A request that is no block of rows waits for the rows before it.
  private var isWaitingForRows = false

  /// Whether all that was asked is answered.
  var isIdle: Bool { waiting.isEmpty && jobs.isEmpty }

  /// Consumes whole lines and pieces of bodies from the front of `input`.
  ///
  /// - Parameter isAtEnd: the client has shut down its side: an unfinished last line counts.
  /// - Returns: how many bytes were consumed; the caller offers the rest again, with what follows.
  mutating func consume(_ input: Span<UInt8>, isAtEnd: Bool, _ context: inout SessionContext) -> Int {
    var position = consumeLines(input, isAtEnd: isAtEnd, &context)
    // No file can come with bytes that are there already.
    while awaited != nil, isAtEnd || position < input.count {
      refuseFile()
      position += consumeLines(input.extracting(position..<input.count), isAtEnd: isAtEnd, &context)
    }
    return position
  }

  private mutating func consumeLines(
    _ input: Span<UInt8>, isAtEnd: Bool, _ context: inout SessionContext
  ) -> Int {
    var position = 0
    isWaitingForRows = false
    identifiersStart = 0
    context.beginChunk(in: held?.snapshot)
    while position < input.count, !isBlocked, !isClosing, output.count < ProtocolLimits.outputPendingBytesMax
    {
      if case .body = mode {
        position += receiveBody(input.extracting(position..<input.count))
        continue
      }
      let end = input.firstIndex(of: UInt8(ascii: "\n"), from: position)
      if isDiscarding {
        isDiscarding = end == nil
        position = end.map { $0 + 1 } ?? input.count
        continue
      }
      guard let end else {
        // A CR may still belong to the line's end.
        if input.count - position > ProtocolLimits.lineBytesMax + 1 {
          guard refuseLine(input, &context) else { break }
          isDiscarding = true
          position = input.count
        } else if isAtEnd, handleLine(input, position..<input.count, &context) {
          position = input.count
        }
        break
      }
      guard handleLine(input, position..<end, &context) else { break }
      position = end + 1
    }
    flush(input, &context)
    if case .identifiers = mode { holdSnapshot(bytes: position - identifiersStart, &context) }
    settle(&context)
    context.endChunk(bytes: position)
    return position
  }

  /// Hands what was noted to the counters: which errors there were, and when jobs began.
  private mutating func settle(_ context: inout SessionContext) {
    if !errors.isEmpty {
      context.tally.errors += errors
      errors.removeAll(keepingCapacity: true)
    }
    for index in waiting.indices.reversed() {
      guard waiting[index].began == 0 else { break }
      waiting[index].began = context.chunkBegan
    }
  }

  // MARK: - Files

  /// Answers that a file may be sent, and consumes nothing until it has come.
  mutating func awaitFile(_ request: FileRequest, _ tagStart: Int) {
    waiting.append(
      PendingReply(
        tag: Array(output[tagStart...]), isRows: false, verb: request.verb, rows: 0, began: 0))
    appendLine("OK send")
    awaited = request
  }

  /// Files have come, one, it is to be hoped.
  mutating func take(_ files: [HandedFile]) {
    guard let request = awaited, !files.isEmpty else { return }
    guard files.count == 1 else { return refuseFile(Self.refusal(of: files.count)) }
    awaited = nil
    jobs.append(Self.job(request, files[0]))
  }

  /// Something else has come than the file, or nothing will.
  mutating func refuseFile(_ error: ProtocolError = Session.refusal(of: 0)) {
    guard awaited != nil else { return }
    awaited = nil
    output.append(contentsOf: waiting.removeFirst().tag)
    append(error)
  }

  // MARK: - Results

  /// Brings a job's result back.
  mutating func finish(_ result: JobResult, _ context: inout SessionContext) {
    var job = waiting.removeFirst()
    if !result.reply.isEmpty {
      output.append(contentsOf: job.tag)
      output.append(contentsOf: result.reply)
      job.tag = []
    }
    if let opened = result.opened { load = opened }
    if result.closesLoad { load = nil }
    if let opened = result.crossref { crossref = opened }
    if result.closesCrossref { crossref = nil }
    guard result.stream != nil else {
      count(job, result, &context)
      return
    }
    stream = result.stream
    stream?.verb = job.verb
    waiting.insert(job, at: 0)
  }

  /// Counts a job whose reply is whole.
  private func count(_ job: PendingReply, _ result: JobResult, _ context: inout SessionContext) {
    guard let verb = job.verb else {
      if let error = result.error { context.counters.add(error) }
      return
    }
    context.counters.add(
      verb, error: result.error, isMiss: result.isMiss,
      nanoseconds: MonotonicClock.nanoseconds - job.began)
    if verb == .items, result.error == nil { context.counters.addCrossrefRows(job.rows) }
  }

  /// Whether the next part of a streamed reply waits until what was made is sent.
  var holdsStream: Bool { stream != nil }

  /// What was made is nearly sent: a streamed reply goes on.
  mutating func continueStream() {
    guard let stream else { return }
    self.stream = nil
    jobs.append(.advance(stream))
  }

  /// The daemon stops: a streamed reply is cut off where it is.
  ///
  /// - Returns: what is left to do of it.
  mutating func cutStream() -> Job? {
    guard let stream else { return nil }
    self.stream = nil
    output.append(contentsOf: waiting.removeFirst().tag)
    append(ProtocolError(.busy, "the daemon stops; the reply is not whole"))
    return .cancel(stream)
  }

  /// What is left to do when the connection has gone.
  mutating func abandon() -> [Job] {
    defer {
      load = nil
      crossref = nil
      stream = nil
    }
    return [load.map(Job.detach), crossref.map(Job.dropCrossref), stream.map(Job.cancel)].compactMap { $0 }
  }

  /// Handles one line, its LF apart.
  ///
  /// - Returns: false if it has to wait until jobs have ended.
  private mutating func handleLine(
    _ input: Span<UInt8>, _ whole: Range<Int>, _ context: inout SessionContext
  ) -> Bool {
    var range = whole
    if !range.isEmpty, input[range.upperBound - 1] == UInt8(ascii: "\r") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    if range.count > ProtocolLimits.lineBytesMax { return refuseLine(input, &context) }
    if case .identifiers = mode {
      addIdentifier(input, range, tag: 0..<0, &context)
      countIdentifier(input, &context)
      return true
    }
    if case .lists = mode {
      addList(ListRecord(input.extracting(range)))
      return true
    }
    if range.isEmpty { return true }
    if Self.isCheck(input, range) {
      guard waiting.isEmpty else { return wait() }
      addIdentifier(input, (range.lowerBound + Self.checkBytes)..<range.upperBound, tag: 0..<0, &context)
      return true
    }
    let line = input.extracting(range)
    do throws(RequestLine.Malformed) {
      let request = try RequestLine.parse(line)
      if request.verb != .rows, request.verb != .items, !waiting.isEmpty { return wait() }
      perform(request, input, at: range.lowerBound, &context)
    } catch {
      guard waiting.isEmpty else { return wait() }
      flush(input, &context)
      append(tag: line.extracting(error.tag))
      append(error.error)
    }
    return true
  }

  private mutating func wait() -> Bool {
    isWaitingForRows = true
    return false
  }

  /// Answers a line that is too long, in its place; false if it has to wait until jobs have ended.
  private mutating func refuseLine(_ input: Span<UInt8>, _ context: inout SessionContext) -> Bool {
    guard waiting.isEmpty else { return wait() }
    if case .lists = mode {
      addList(nil)
      return true
    }
    addItem(BatchItem(tag: 0..<0, answer: .tooLong), input, &context)
    if case .identifiers = mode { countIdentifier(input, &context) }
    return true
  }

  // MARK: - Jobs and replies

  /// Has a job done; its reply carries the tag.
  mutating func submit(_ job: Job, tag: [UInt8]) {
    jobs.append(job)
    waiting.append(
      PendingReply(tag: tag, isRows: job.isRows, verb: job.verb, rows: job.size.identifiers, began: 0))
  }

  mutating func close() { isClosing = true }

  mutating func append(_ error: ProtocolError) {
    errors.append(error.code)
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

  /// Bytes of `CHECK `.
  static let checkBytes = 6

  /// Whether the line starts with `CHECK `, as nearly all do.
  @inline(__always)
  static func isCheck(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count >= checkBytes && input[range.lowerBound] == UInt8(ascii: "C")
      && input[range.lowerBound + 1] == UInt8(ascii: "H") && input[range.lowerBound + 2] == UInt8(ascii: "E")
      && input[range.lowerBound + 3] == UInt8(ascii: "C") && input[range.lowerBound + 4] == UInt8(ascii: "K")
      && input[range.lowerBound + 5] == UInt8(ascii: " ")
  }
}
