// What is said in a cross-reference, and when: blocks of rows go out as long as few enough wait for their replies, then
// `TALLY`; replies come in order. Pure; `CrossrefRunner` moves the bytes.

import WireProtocol

/// The client's side of a cross-reference.
package struct CrossrefExchange {
  /// What the next line of the daemon is.
  private enum Place {
    case opened
    /// The reply to the oldest block; so many of its lines are left.
    case block(linesLeft: Int)
    case tally
    case ended
  }

  private let givesMatches: Bool
  private var place = Place.opened
  /// Blocks without a reply, oldest first.
  private var unanswered = FIFO<RowLines>()
  /// The block whose reply is being read.
  private var answered = RowLines(rows: [])
  private var hasEnded = false
  private var scanner = StreamScanner()
  private var lines: [[String]] = []
  /// The counts, once they are here.
  package private(set) var report: CrossrefReport?

  /// - Parameter givesMatches: whether `receive` writes the rows that match.
  package init(givesMatches: Bool) { self.givesMatches = givesMatches }

  /// Appends what opens the cross-reference.
  package func begin(_ requests: inout [UInt8]) {
    let fields = givesMatches ? [Arguments.Field(name: "matches", value: "1")] : []
    requests.append(RequestText.line(.crossref, fields: fields) + "\n")
  }

  /// Whether a block may be sent.
  package var wantsBlock: Bool { !hasEnded && unanswered.count < ProtocolLimits.rowsUnderWayMax }

  /// Appends a block of rows.
  package mutating func send(_ rows: [UInt8], count: Int, _ requests: inout [UInt8]) {
    requests.append(RequestText.line(.items, [String(count), String(rows.count)]) + "\n")
    requests.append(contentsOf: rows)
    unanswered.append(RowLines(rows: givesMatches ? rows : []))
  }

  /// All blocks are sent.
  package mutating func end(_ requests: inout [UInt8]) {
    hasEnded = true
    requests.append(Verb.tally.rawValue + "\n")
  }

  /// Takes a line of the daemon; appends the row that it names, if it does, and the row's datasets to `matches`.
  package mutating func receive(_ line: Span<UInt8>, matches: inout [UInt8]) throws(Trouble) {
    switch place {
    case .opened:
      guard case .ok = try status(line) else { throw Trouble(ReplyText.notUnderstood(line)) }
      place = .block(linesLeft: 0)
    case .block(let linesLeft) where linesLeft > 0:
      try takeMatch(line, &matches)
      place = .block(linesLeft: linesLeft - 1)
    case .block where !unanswered.isEmpty:
      guard case .lines(let count, _) = try status(line) else { throw Trouble(ReplyText.notUnderstood(line)) }
      answered = unanswered.popFirst() ?? answered
      place = .block(linesLeft: count)
    case .block, .tally:
      place = .tally
      switch try scanner.take(line) {
      case .part: break
      case .line: lines.append(ReplyText.columns(line))
      case .end(let fields):
        report = CrossrefReport(lines: lines, totals: fields)
        guard report != nil else { throw Trouble(ReplyText.notUnderstood(line)) }
        place = .ended
      }
    case .ended: throw Trouble(ReplyText.notUnderstood(line))
    }
  }

  private func status(_ line: Span<UInt8>) throws(Trouble) -> ReplyStatus {
    guard let status = ReplyStatus(ReplyText.string(line)) else {
      throw Trouble(ReplyText.notUnderstood(line))
    }
    if case .error(let code, let fault, let text) = status {
      throw Trouble(ReplyText.refusal(code: code, fault: fault, text: text))
    }
    return status
  }

  /// `row TAB slug,slug`.
  private mutating func takeMatch(_ line: Span<UInt8>, _ matches: inout [UInt8]) throws(Trouble) {
    var columns = ColumnScanner()
    guard let first = columns.next(in: line), let row = Decimal.parse(line.extracting(first)),
      let datasets = columns.next(in: line), answered.append(row: row, to: &matches)
    else { throw Trouble(ReplyText.notUnderstood(line)) }
    matches.append(UInt8(ascii: "\t"))
    matches.append(line.extracting(datasets))
    matches.append(UInt8(ascii: "\n"))
  }
}

/// The rows of a block, asked for in their order.
private struct RowLines {
  let rows: [UInt8]
  private var next = 1
  private var position = 0

  init(rows: [UInt8]) { self.rows = rows }

  /// Appends a row as its list has it, the name of its label's field left out; false where there is none of that number
  /// from the last one on.
  mutating func append(row: Int, to output: inout [UInt8]) -> Bool {
    while position < rows.count, next <= row {
      let end = rows[position...].firstIndex(of: UInt8(ascii: "\n")) ?? rows.count
      defer {
        next += 1
        position = end + 1
      }
      guard next == row else { continue }
      let line = rows.span.extracting(position..<end)
      var columns = ColumnScanner()
      while let column = columns.next(in: line) {
        if column.lowerBound > 0 { output.append(UInt8(ascii: "\t")) }
        let text = line.extracting(column)
        output.append(column.lowerBound > 0 && RowLabel.isLabel(text) ? RowLabel.text(of: text) : text)
      }
      return true
    }
    return false
  }
}
