// `whichset check`: many inputs, each answered by the datasets that it is in. Inputs travel in `MCHECK`
// requests of up to a few thousand, several of which are under way; answers come in the order of the inputs.

import ByteText
package import Console
import DaemonClient
import WireProtocol

/// The exchange of `check`.
package struct CheckExchange: LineExchange, ~Copyable {
  /// Bounds of what is under way, so that millions of lines need little memory.
  package enum Limits {
    /// Inputs of one request.
    package static let batchLinesMax = 4_096
    /// Bytes of the inputs of one request, beyond which it is sent.
    package static let batchBytesMax = 1 << 19
    /// Inputs that wait for their answer.
    package static let linesUnderWayMax = 4 * batchLinesMax
    /// Bytes of the inputs that wait for their answer.
    package static let bytesUnderWayMax = 4 * batchBytesMax
  }

  private enum Expected {
    case status
    case coverage(linesLeft: Int)
    case answers(linesLeft: Int)
  }

  /// Which inputs are written.
  package enum Selection: Sendable {
    case all, hits, misses
  }

  private var lines: KeyLines
  private let selection: Selection
  private let isSilent: Bool
  private var inputs = InputQueue()
  private var datasets = 0
  private var images = 0
  private var batch: [UInt8] = []
  private var batchLines = 0
  private var requests = FIFO<Request>()
  private var expected = Expected.status
  /// What came of the lines so far.
  package private(set) var tally = Tally()

  private enum Request {
    case coverage
    case batch(lines: Int)
  }

  /// - Parameters:
  ///   - selection: which inputs are written; those without an answer are with all, and else only counted.
  ///   - isSilent: whether nothing is written.
  package init(_ show: Presentation, writing selection: Selection = .all, isSilent: Bool = false) {
    lines = KeyLines(show, hasDatasets: true)
    self.selection = selection
    self.isSilent = isSilent
  }

  private func writes(_ verdict: CheckAnswer.Verdict) -> Bool {
    guard !isSilent else { return false }
    return switch selection {
    case .all: true
    case .hits: verdict == .hit
    case .misses: verdict == .miss
    }
  }

  package var wantsInput: Bool {
    inputs.count < Limits.linesUnderWayMax && inputs.byteCount < Limits.bytesUnderWayMax
  }

  package var hasUnsent: Bool { batchLines > 0 }

  package var awaitsReplies: Bool { !requests.isEmpty }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {
    guard lines.needsCoverage else { return }
    self.requests.append(.coverage)
    requests.append(StatsRequest().line + "\n")
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    inputs.append(line)
    RequestIdentifier.append(line, to: &batch)
    batch.append(UInt8(ascii: "\n"))
    batchLines += 1
    if batchLines >= Limits.batchLinesMax || batch.count >= Limits.batchBytesMax {
      pause(requests: &requests)
    }
  }

  package mutating func pause(requests: inout [UInt8]) {
    guard batchLines > 0 else { return }
    self.requests.append(.batch(lines: batchLines))
    requests.append(CheckManyRequest(count: batchLines).line + "\n")
    requests.append(contentsOf: batch)
    batch.removeAll(keepingCapacity: true)
    batchLines = 0
  }

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    switch expected {
    case .status:
      try takeStatus(line)
    case .coverage(let linesLeft):
      takeStatistic(line)
      proceed(linesLeft - 1 > 0 ? .coverage(linesLeft: linesLeft - 1) : .status)
    case .answers(let linesLeft):
      let answer = CheckAnswer(line)
      guard answer.verdict != .malformed else { throw Trouble(ReplyText.notUnderstood(line)) }
      switch answer.verdict {
      case .hit: tally.found += 1
      case .miss: tally.missed += 1
      case .refused, .malformed: tally.refused += 1
      }
      if writes(answer.verdict) { lines.write(answer, line: line, inputs: inputs, to: &output) }
      inputs.removeFirst()
      proceed(linesLeft - 1 > 0 ? .answers(linesLeft: linesLeft - 1) : .status)
    }
  }

  private mutating func takeStatistic(_ line: Span<UInt8>) {
    let columns = ReplyText.columns(line)
    guard columns.count == 2, let value = Decimal.parse(columns[1]) else { return }
    if columns[0] == StatsRequest.Line.datasets { datasets = value }
    if columns[0] == StatsRequest.Line.images { images = value }
    lines.setCoverage(datasets: datasets, images: images)
  }

  private mutating func takeStatus(_ line: Span<UInt8>) throws(Trouble) {
    let count = try ReplyText.count(line)
    switch requests.first {
    case .coverage: proceed(count > 0 ? .coverage(linesLeft: count) : .status)
    case .batch(let lines) where lines == count: proceed(.answers(linesLeft: count))
    default: throw Trouble(ReplyText.notUnderstood(line))
    }
  }

  private mutating func proceed(_ next: Expected) {
    expected = next
    if case .status = next { _ = requests.popFirst() }
  }
}
