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

/// One connection's state.
final class Session {
  /// Replies that are to be sent; whoever sends them removes them.
  var output: [UInt8] = []
  /// Jobs that are to be done; whoever takes them removes them.
  var jobs: [Job] = []
  /// Whether the connection ends once `output` is sent.
  private(set) var isClosing = false
  let context: SessionContext
  var load: OpenLoad?
  var mode = Mode.lines
  /// Whether the next bytes are the rest of a line that is too long.
  private var isDiscarding = false
  /// Tags of the jobs under way, in order.
  private var waiting: [(tag: [UInt8], isRows: Bool)] = []

  /// What the next bytes are.
  enum Mode: Equatable {
    case lines
    /// Identifiers of an `MCHECK`.
    case identifiers(left: Int, compact: Bool)
    /// The body of a `ROWS`.
    case body(Body)
  }

  /// A body that is being received.
  struct Body: Equatable {
    let tag: [UInt8]
    let block: Int
    let rows: Int
    let byteCount: Int
    /// The body is not kept, and is answered with an error.
    let refusal: ProtocolError?
    var bytes: [UInt8] = []
    var received = 0
  }

  init(_ context: SessionContext) { self.context = context }

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
  func consume(_ input: Span<UInt8>, isAtEnd: Bool) -> Int {
    var position = 0
    isWaitingForRows = false
    while position < input.count, !isBlocked, !isClosing, output.count < ProtocolLimits.outputPendingBytesMax
    {
      if case .body = mode {
        position += receiveBody(input.extracting(position..<input.count))
        continue
      }
      let end = Self.newline(in: input, from: position)
      if isDiscarding {
        isDiscarding = end == nil
        position = end.map { $0 + 1 } ?? input.count
        continue
      }
      guard let end else {
        // A CR may still belong to the line's end.
        if input.count - position > ProtocolLimits.lineBytesMax + 1 {
          guard refuseLine(input) else { break }
          isDiscarding = true
          position = input.count
        } else if isAtEnd, handleLine(input, position..<input.count) {
          position = input.count
        }
        break
      }
      guard handleLine(input, position..<end) else { break }
      position = end + 1
    }
    flush(input)
    context.release()
    return position
  }

  /// Brings a job's result back.
  func finish(_ result: JobResult) {
    let job = waiting.removeFirst()
    output.append(contentsOf: job.tag)
    output.append(contentsOf: result.reply)
    if let opened = result.opened { load = opened }
    if result.closesLoad { load = nil }
  }

  /// What is left to do when the connection has gone.
  func abandon() -> Job? {
    defer { load = nil }
    return load.map(Job.detach)
  }

  /// Handles one line, its LF apart.
  ///
  /// - Returns: false if it has to wait until jobs have ended.
  private func handleLine(_ input: Span<UInt8>, _ whole: Range<Int>) -> Bool {
    var range = whole
    if !range.isEmpty, input[range.upperBound - 1] == UInt8(ascii: "\r") {
      range = range.lowerBound..<(range.upperBound - 1)
    }
    if range.count > ProtocolLimits.lineBytesMax { return refuseLine(input) }
    if case .identifiers = mode {
      addIdentifier(input, range, tag: 0..<0)
      countIdentifier(input)
      return true
    }
    if range.isEmpty { return true }
    if Self.isCheck(input, range) {
      guard waiting.isEmpty else { return wait() }
      addIdentifier(input, (range.lowerBound + 6)..<range.upperBound, tag: 0..<0)
      return true
    }
    let line = input.extracting(range)
    do throws(RequestLine.Malformed) {
      let request = try RequestLine.parse(line)
      if request.verb != .rows, !waiting.isEmpty { return wait() }
      perform(request, input, at: range.lowerBound)
    } catch {
      guard waiting.isEmpty else { return wait() }
      flush(input)
      append(tag: line.extracting(error.tag))
      append(error.error)
    }
    return true
  }

  private func wait() -> Bool {
    isWaitingForRows = true
    return false
  }

  /// Answers a line that is too long, in its place; false if it has to wait until jobs have ended.
  private func refuseLine(_ input: Span<UInt8>) -> Bool {
    guard waiting.isEmpty else { return wait() }
    addItem(
      BatchItem(
        tag: 0..<0,
        answer: .invalid(
          InvalidAnswer(
            code: .line,
            text: "the line is longer than \(ProtocolLimits.lineBytesMax) bytes; it was discarded"))),
      input)
    if case .identifiers = mode { countIdentifier(input) }
    return true
  }

  // MARK: - Jobs and replies

  /// Has a job done; its reply carries the tag.
  func submit(_ job: Job, tag: [UInt8]) {
    jobs.append(job)
    waiting.append((tag, job.isRows))
  }

  func close() { isClosing = true }

  func append(_ error: ProtocolError) { appendLine(error.line) }

  func appendLine(_ text: String) {
    output.append(contentsOf: text.utf8)
    output.append(UInt8(ascii: "\n"))
  }

  func append(tag: Span<UInt8>) {
    guard tag.count > 0 else { return }
    for index in tag.indices { output.append(tag[index]) }
    output.append(UInt8(ascii: " "))
  }

  private static func newline(in input: Span<UInt8>, from position: Int) -> Int? {
    // Safe: the search stays within the span, and the pointer is turned into an offset before the call ends.
    unsafe input.withUnsafeBufferPointer { bytes in
      guard let found = unsafe memchr(bytes.baseAddress! + position, 0x0A, bytes.count - position) else {
        return nil
      }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(bytes.baseAddress!)
    }
  }

  /// Whether the line starts with `CHECK `, as nearly all do.
  @inline(__always)
  private static func isCheck(_ input: Span<UInt8>, _ range: Range<Int>) -> Bool {
    range.count >= 6 && input[range.lowerBound] == UInt8(ascii: "C")
      && input[range.lowerBound + 1] == UInt8(ascii: "H") && input[range.lowerBound + 2] == UInt8(ascii: "E")
      && input[range.lowerBound + 3] == UInt8(ascii: "C") && input[range.lowerBound + 4] == UInt8(ascii: "K")
      && input[range.lowerBound + 5] == UInt8(ascii: " ")
  }
}
