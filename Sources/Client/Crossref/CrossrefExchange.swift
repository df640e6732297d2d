// A cross-reference: blocks of rows go out as long as few enough wait for their replies, then `TALLY`; replies come in order.
// Blocks are read no faster than the daemon takes them and matches are written, so memory stays bounded whatever the list's
// size.

import ByteText
package import Console
package import DaemonClient
package import ListFormats
import Platform
import WireProtocol

package struct Crossref: ~Copyable {
  private var exchange: CrossrefExchange
  private let matchesPath: String?
  private let hasRejects: Bool

  /// - Parameters:
  ///   - paths: the lists.
  ///   - matchesPath: where rows that are in some dataset are written to, if they are wanted.
  ///   - rejectsPath: where rows that cannot be compared are written to, if they are wanted.
  package init(
    paths: [String], format: ListFormat?, options: ListOptions, matchesPath: String?, rejectsPath: String?,
    console: ProgressConsole
  ) throws(Trouble) {
    let files = try ListFiles.examine(paths)
    let blocks = try FileBlocks(
      files, format: format, options: options,
      // A plain list needs no word.
      notice: { text in if !text.contains("format plain") { console.notice(text) } })
    console.progress = ProgressLine(byteTotal: files.byteCount)
    var rejects: Rejects?
    if let rejectsPath { rejects = try Rejects(path: rejectsPath) }
    exchange = CrossrefExchange(blocks, givesMatches: matchesPath != nil, rejects, console)
    self.matchesPath = matchesPath
    hasRejects = rejectsPath != nil
  }

  package mutating func run(_ daemon: consuming DaemonLink) throws(Trouble) -> CrossrefCounts {
    defer { exchange.console.clear() }
    var matches = LineOutput(try matchesPath.map { path throws(Trouble) in try .writing(path) } ?? .none)
    try daemon.run(&exchange, output: &matches)
    guard let counts = exchange.counts else { throw Trouble("the daemon has not answered") }
    tellLoss(counts.totals)
    return counts
  }

  /// Says how many rows are in none of the counts.
  private func tellLoss(_ totals: TallyRequest.End) {
    let lost = totals.invalid + totals.unresolvable
    if lost > 0 {
      let share = Figures.counted(lost, "row")
      let which = hasRejects ? "" : "; --rejects FILE says which, and why"
      exchange.console.notice("\(share) of \(Figures.grouped(totals.rows)) could not be compared\(which)")
    }
    if totals.unsearchable > 0 {
      exchange.console.notice(
        "\(Figures.counted(totals.unsearchable, "identifier")) cannot be found: no list of this index has any of that kind"
      )
    }
  }
}

/// Rows that cannot be compared, as they go by.
private final class Rejects {
  private var keys = RowKeys(isCompared: true)
  private var log: RejectLog

  init(path: String) throws(Trouble) {
    log = try RejectLog(path: path)
    try log.begin(isResumed: false)
  }

  func take(_ block: ListBlock) throws(Trouble) {
    var rejected: [RejectedRow] = []
    block.forEachRow { row, line in
      guard case .failure(let rejection) = keys.read(row) else { return }
      rejected.append(RejectedRow(file: block.file, line: line, code: rejection.code, text: rejection.text))
    }
    try log.add(rejected)
  }
}

private struct CrossrefExchange: Exchange {
  private enum Place {
    case start
    case opened
    case block(linesLeft: Int)
    case tally
  }

  private var blocks: FileBlocks
  private let givesMatches: Bool
  private let rejects: Rejects?
  let console: ProgressConsole
  private var place = Place.start
  private var unanswered = FIFO<RowLines>()
  private var answered = RowLines(rows: [])
  private var hasEnded = false
  private var scanner = StreamScanner()
  private var lines: [[String]] = []
  private(set) var counts: CrossrefCounts?

  /// Bytes that may wait for the socket before no more blocks are read.
  private static let pendingBytesMax = 2 << 20
  static var outputBytesMax: Int { pendingBytesMax }

  init(_ blocks: FileBlocks, givesMatches: Bool, _ rejects: Rejects?, _ console: ProgressConsole) {
    self.blocks = blocks
    self.rejects = rejects
    self.givesMatches = givesMatches
    self.console = console
  }

  var isOver: Bool { counts != nil }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) throws(Trouble) {
    if case .start = place {
      requests.add(CrossrefRequest(givesMatches: givesMatches).line)
      place = .opened
    }
    while !hasEnded, unanswered.count < ProtocolLimits.rowsUnderWayMax,
      requests.bytes.count < Self.pendingBytesMax
    {
      guard let block = try blocks.next() else {
        hasEnded = true
        requests.add(TallyRequest().line)
        return
      }
      try rejects?.take(block)
      console.progress.rows += block.lines.count
      console.progress.bytesRead = blocks.bytesRead
      console.draw()
      requests.add(ItemsRequest(rows: block.lines.count, byteCount: block.bytes.count).line)
      requests.bytes.storage.append(contentsOf: block.bytes)
      unanswered.append(RowLines(rows: givesMatches ? block.bytes : []))
    }
  }

  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    switch place {
    case .start: throw Trouble(ReplyText.notUnderstood(line))
    case .opened:
      guard case .ok = try ReplyText.status(line) else { throw Trouble(ReplyText.notUnderstood(line)) }
      place = .block(linesLeft: 0)
    case .block(let linesLeft) where linesLeft > 0:
      try takeMatch(line, &output.storage)
      place = .block(linesLeft: linesLeft - 1)
    case .block where !unanswered.isEmpty:
      let count = try ReplyText.count(line)
      answered = unanswered.popFirst() ?? answered
      place = .block(linesLeft: count)
    case .block, .tally:
      place = .tally
      switch try scanner.take(line) {
      case .part: break
      case .line: lines.append(ReplyText.columns(line))
      case .end(let fields):
        counts = CrossrefCounts(lines: lines, totals: fields)
        guard counts != nil else { throw Trouble(ReplyText.notUnderstood(line)) }
      }
    }
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
