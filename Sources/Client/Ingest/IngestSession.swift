// The client's side of a load as a state machine: replies in, what to do out. It knows which blocks the daemon
// has and what to send next; it touches no socket and no file, so that every break of a connection can be
// tried without one.
//
//   disconnected -> opening -> streaming -> committing -> finished
//        ^------------+------------+------------'   (a lost connection, or "try again later")
//
// Invariant: blocks 1 to `nextBlock - 1` are durable, answered or in `unanswered`, in this order.

package import Console
package import DaemonClient
import WireProtocol

/// Why a load does not go on over this connection.
package enum IngestStop: Error, Equatable, Sendable {
  /// It can go on over another one.
  case again(reason: String)
  /// It cannot. `dropsLoad` where what is staged is of no use.
  case end(Trouble, dropsLoad: Bool)
}

package struct IngestSession: Sendable {
  package enum Event: Equatable, Sendable {
    /// The load is open; its blocks up to `block`, with `rows` rows, are durable.
    case opened(load: String, block: Int, rows: Int)
    /// Blocks up to this one are durable.
    case durable(block: Int)
    /// Rows that were rejected for good, in order.
    case rejected([RejectedRow])
    case finished(LoadOutcome)
  }

  private enum State {
    case disconnected
    case opening
    case streaming
    case committing
    case finished
  }

  private struct Sent {
    let number: Int
    let file: String
    let lines: [UInt64]
  }

  private let request: LoadRequest
  private let limit: RejectLimit
  /// Rows that the daemon has answered for, and how many of them it rejected; the durable ones of an earlier run too.
  private var answered = (rows: 0, rejected: 0)
  private var state = State.disconnected
  private var unanswered = FIFO<Sent>()
  private var rejects = RejectHold()
  private var blockTotal: Int?
  private var sha256: String?
  private var hasCommitted = false
  /// The next block to send, from 1.
  package private(set) var nextBlock = 1
  /// The load's name, once it was open.
  package private(set) var load: String?

  /// A load that is to be opened.
  ///
  /// - Parameters:
  ///   - sha256: the list's digest, where it is known before its rows are sent.
  ///   - limit: when the load is given up for its rejected rows.
  package init(_ request: LoadRequest, sha256: String?, limit: RejectLimit = .usual) {
    self.request = request
    self.limit = limit
    self.sha256 = sha256
  }

  /// A connection is there: the request to send first, without its LF.
  package mutating func connected() -> String {
    precondition(unanswered.isEmpty, "an earlier connection is lost before the next is there")
    state = .opening
    return request.line(sha256: sha256)
  }

  /// The connection is gone; what was not answered will be sent again.
  package mutating func disconnected() {
    state = .disconnected
    unanswered = FIFO()
  }

  /// Whether `nextBlock` may be sent now.
  package var wantsBlock: Bool {
    guard case .streaming = state, unanswered.count < ProtocolLimits.rowsUnderWayMax else { return false }
    return blockTotal.map { nextBlock <= $0 } ?? true
  }

  /// Takes note of a block that is sent: the request in front of its bytes, without its LF.
  package mutating func sending(_ block: ListBlock) -> String {
    precondition(wantsBlock && block.number == nextBlock, "blocks go out in order")
    unanswered.append(Sent(number: block.number, file: block.file, lines: block.lines))
    nextBlock += 1
    return RowsRequest(block: block.number, rows: block.lines.count, byteCount: block.bytes.count).line
  }

  /// The list has ended after `blocks` blocks.
  package mutating func listEnded(blocks: Int, sha256: String?) {
    blockTotal = blocks
    self.sha256 = self.sha256 ?? sha256
  }

  /// The request that ends the load, without its last LF, when it is time for it; nil before and after.
  package mutating func commit() throws(IngestStop) -> String? {
    guard case .streaming = state, unanswered.isEmpty, let blockTotal, nextBlock > blockTotal else {
      return nil
    }
    guard nextBlock == blockTotal + 1 else {
      throw .end(
        Trouble("the daemon has \(nextBlock - 1) blocks staged of a list that has \(blockTotal)"),
        dropsLoad: true)
    }
    try judge(isWhole: true)
    state = .committing
    hasCommitted = true
    let request = CommitRequest(
      blocks: blockTotal, sha256: sha256 ?? "", listCount: self.request.lists.count)
    return request.line + lists
  }

  /// The lists of a `COMMIT`: their count, and a line each.
  private var lists: String {
    var bytes: [UInt8] = []
    for list in request.lists {
      bytes.append(UInt8(ascii: "\n"))
      FieldLine.append(list, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether a load is open on the connection, which `ABORT` would drop.
  package var isOpen: Bool {
    switch state {
    case .streaming, .committing: true
    case .disconnected, .opening, .finished: false
    }
  }

  /// Takes the next reply.
  package mutating func take(_ reply: Reply) throws(IngestStop) -> [Event] {
    if case .error(let code, let fault, let text) = reply.status {
      throw refusal(code: code, fault: fault, text: text)
    }
    switch state {
    case .opening: return try takeOpened(reply)
    case .streaming: return try takeAnswer(reply)
    case .committing: return try takeCommitted(reply)
    case .disconnected, .finished: throw notUnderstood(reply)
    }
  }

  private mutating func takeOpened(_ reply: Reply) throws(IngestStop) -> [Event] {
    if reply.record(LoadCounts.self)?.isUnchanged == true {
      // Where an earlier COMMIT's reply was lost, this is that reply.
      return try finish(reply, isUnchanged: !hasCommitted)
    }
    guard let opened: OpenedLoad = reply.record() else { throw notUnderstood(reply) }
    load = opened.load
    answered = (opened.rows, opened.rejected)
    state = .streaming
    nextBlock = opened.block + 1
    rejects.forget(after: opened.block)
    return [.opened(load: opened.load, block: opened.block, rows: opened.rows)]
      + released(upTo: opened.block)
  }

  private mutating func takeAnswer(_ reply: Reply) throws(IngestStop) -> [Event] {
    guard let sent = unanswered.popFirst(), let answer: RowsRequest.Reply = reply.record(),
      answer.block == sent.number
    else { throw notUnderstood(reply) }
    var rows: [RejectedRow] = []
    for record in reply.records {
      guard let rejection = RowsRequest.Rejection(columns: record),
        (1...sent.lines.count).contains(rejection.row)
      else { throw notUnderstood(reply) }
      rows.append(
        RejectedRow(
          file: sent.file, line: sent.lines[rejection.row - 1], code: rejection.code, text: rejection.text))
    }
    rejects.hold(rows, of: sent.number)
    answered.rows += sent.lines.count
    answered.rejected += rows.count
    try judge(isWhole: false)
    return [.durable(block: answer.durable)] + released(upTo: answer.durable)
  }

  /// Gives the load up where too many rows are rejected.
  private func judge(isWhole: Bool) throws(IngestStop) {
    if limit.isExceeded(rows: answered.rows, rejected: answered.rejected, isWhole: isWhole) {
      throw .end(limit.complaint(rows: answered.rows, rejected: answered.rejected), dropsLoad: true)
    }
  }

  /// Rejected rows of a load that is given up, which no daemon will make durable any more.
  package mutating func abandonedRejects() -> [RejectedRow] { rejects.release(upTo: .max) }

  private mutating func takeCommitted(_ reply: Reply) throws(IngestStop) -> [Event] {
    try finish(reply, isUnchanged: reply.record(LoadCounts.self)?.isUnchanged == true)
  }

  private mutating func finish(_ reply: Reply, isUnchanged: Bool) throws(IngestStop) -> [Event] {
    guard let outcome = LoadOutcome(reply, isUnchanged: isUnchanged) else { throw notUnderstood(reply) }
    state = .finished
    return released(upTo: .max) + [.finished(outcome)]
  }

  private mutating func released(upTo block: Int) -> [Event] {
    let rows = rejects.release(upTo: block)
    return rows.isEmpty ? [] : [.rejected(rows)]
  }

  private func refusal(code: ErrorCode?, fault: Fault, text: String) -> IngestStop {
    if code == .exists {
      return .end(
        Trouble(
          "\(request.slug) has another list already, or this one read in another way. Use --append to add to it, or "
            + "--replace to put this list in its place"), dropsLoad: false)
    }
    if fault == .retry { return .again(reason: text) }
    return .end(
      Trouble(ReplyText.refusal(code: code, fault: fault, text: text)), dropsLoad: fault == .client)
  }

  private func notUnderstood(_ reply: Reply) -> IngestStop {
    .end(Trouble("the daemon's reply to a load is not understood: \(reply.status)"), dropsLoad: false)
  }
}
