// `whichset account`: the images of accounts by dataset. One `ACCOUNT` an input, several under way; where a list of them
// is to be counted as a whole, a cross-reference is open meanwhile, and `TALLY` follows the last.

import ByteText
package import Console
package import DaemonClient
import WireProtocol

/// The exchange of `account`.
package struct AccountExchange: LineExchange, ~Copyable {
  /// Inputs that wait for their answer.
  package static let underWayMax = 64

  private let show: Presentation
  private let isSummary: Bool
  private let listsImages: Bool
  private let countsTogether: Bool
  private var isOpening = false
  private var isTallying = false
  private var inputs = InputQueue()
  private var scanner = StreamScanner()
  private var answer = AccountAnswer()
  private var tallyLines: [[String]] = []
  /// What came of the lines so far.
  package private(set) var tally = Tally()
  /// The counts of all accounts together.
  package private(set) var counts: CrossrefCounts?

  /// - Parameters:
  ///   - listsImages: whether each image is written too.
  ///   - countsTogether: whether the accounts are a list, which is counted as a whole as well.
  ///   - isSummary: whether only these counts are written.
  package init(_ show: Presentation, listsImages: Bool, countsTogether: Bool, isSummary: Bool) {
    self.show = show
    self.listsImages = listsImages
    self.countsTogether = countsTogether
    self.isSummary = isSummary
  }

  package var wantsInput: Bool { inputs.count < Self.underWayMax }
  package var awaitsReplies: Bool { isOpening || isTallying || inputs.count > 0 }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {
    guard countsTogether else { return }
    requests.append(CrossrefRequest().line + "\n")
    isOpening = true
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    var columns = ColumnScanner()
    let first = columns.next(in: line) ?? 0..<line.count
    let name = line.extracting(first)
    inputs.append(name)
    requests.append("\(AccountRequest.name) ")
    // A name alone, as people write it.
    if Self.isAlias(name) { requests.append("flickr-user:") }
    RequestIdentifier.append(name, to: &requests)
    if listsImages { requests.append("\t\(AccountRequest.imagesField)=1") }
    while countsTogether, let column = columns.next(in: line) {
      let field = line.extracting(column)
      guard RowLabel.isLabel(field) else { continue }
      requests.append(UInt8(ascii: "\t"))
      requests.append(field)
      break
    }
    requests.append(UInt8(ascii: "\n"))
  }

  /// Whether an input can only be an alias: it is no NSID, no `namespace:value` and no URL.
  private static func isAlias(_ name: Span<UInt8>) -> Bool {
    !name.isEmpty
      && name.indices.allSatisfy {
        name[$0] != UInt8(ascii: "@") && name[$0] != UInt8(ascii: ":") && name[$0] != UInt8(ascii: "/")
      }
  }

  package mutating func finish(requests: inout [UInt8]) {
    guard countsTogether, !isTallying, counts == nil else { return }
    requests.append(TallyRequest().line + "\n")
    isTallying = true
  }

  package mutating func end(output: inout [UInt8]) {
    guard let counts else { return }
    if show.format == .text, !isSummary { output.append("\n") }
    let accounts = [
      ("accounts", tally.total), ("found", tally.found), ("missed", tally.missed), ("refused", tally.refused),
    ].map { Arguments.Field(name: $0.0, value: String($0.1)) }
    show.append(counts.shown(accounts: accounts), to: &output)
  }

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    if isOpening {
      _ = try ReplyText.status(line)
      isOpening = false
    } else if inputs.count > 0 {
      try receiveAccount(line, &output)
    } else {
      switch try scanner.take(line) {
      case .part: break
      case .line: tallyLines.append(ReplyText.columns(line))
      case .end(let fields):
        counts = CrossrefCounts(lines: tallyLines, totals: fields)
        guard counts != nil else { throw Trouble(ReplyText.notUnderstood(line)) }
        isTallying = false
      }
    }
  }

  private mutating func receiveAccount(_ line: Span<UInt8>, _ output: inout [UInt8]) throws(Trouble) {
    if !scanner.isInPart, let refusal = AccountRefusal(line) {
      answer.refusal = (refusal.refusal, refusal.text)
      tally.refused += 1
      finishAccount(&output)
      return
    }
    switch try scanner.take(line) {
    case .part: break
    case .line: try takeLine(line, &output)
    case .end(let fields):
      guard let end = AccountRequest.End(fields) else { throw Trouble(ReplyText.notUnderstood(line)) }
      (answer.images, answer.memberships) = (end.images, end.memberships)
      if answer.images > 0 || !answer.datasets.isEmpty { tally.found += 1 } else { tally.missed += 1 }
      finishAccount(&output)
    }
  }

  private mutating func takeLine(_ line: Span<UInt8>, _ output: inout [UInt8]) throws(Trouble) {
    let columns = ReplyText.columns(line)
    switch (columns.first.flatMap(AccountRequest.Line.init(rawValue:)), columns.count) {
    case (.name, 2...): answer.names.append(columns[1])
    case (.image, 3...):
      let input = inputs.first.copied
      show.append(AccountAnswer.image(columns[1], datasets: columns[2], input: input), to: &output)
    case (.dataset, 3...):
      guard let images = Decimal.parse(columns[2]) else { throw Trouble(ReplyText.notUnderstood(line)) }
      answer.datasets.append((columns[1], images))
    // A later daemon may say more.
    default: break
    }
  }

  private mutating func finishAccount(_ output: inout [UInt8]) {
    if !isSummary { show.append(answer.shown(input: inputs.first.copied), to: &output) }
    inputs.removeFirst()
    answer = AccountAnswer()
    scanner = StreamScanner()
  }
}

/// An error that concerns one account alone.
private struct AccountRefusal {
  let refusal: Refusal
  let text: String

  /// Takes a status line; nil where it is no such error.
  init?(_ line: Span<UInt8>) {
    guard case .error(let code, _, let text)? = ReplyStatus(ReplyText.string(line)) else { return nil }
    self.text = text
    switch code {
    case .identifier, .line, .syntax: refusal = .invalid
    case .unresolvable: refusal = .unresolvable
    case .unsearchable: refusal = .unsearchable
    default: return nil
    }
  }
}

/// The label of a row in wire form.
enum RowLabel {
  private static let name = Array("\(AccountRequest.labelField)=".utf8)

  /// Whether a column is the field of a label.
  static func isLabel(_ column: Span<UInt8>) -> Bool {
    column.count >= name.count && name.indices.allSatisfy { column[$0] == name[$0] }
  }

  /// The label of such a column, escaped as it is.
  @_lifetime(copy column)
  static func text(of column: Span<UInt8>) -> Span<UInt8> { column.extracting(name.count..<column.count) }
}
