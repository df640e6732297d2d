// `whichset get`: what each dataset lists for an input. One `GET` an input, several under way.

import ByteText
package import Console
import DaemonClient
package import WireProtocol

/// What the daemon answered to one `GET`.
package enum GetAnswer: Equatable, Sendable {
  /// The lines of the reply; `isTruncated` where there are more.
  case listings([Listing], isTruncated: Bool)
  /// No dataset lists it.
  case miss
  /// Not looked up, and what the daemon said.
  case refused(Refusal, text: String)
}

/// One row of a dataset's list.
package struct Listing: Equatable, Sendable {
  package let dataset: String
  /// The row's primary key.
  package let key: String
  /// The form as the list has it.
  package let listed: String
  /// Further keys of the row: names of namespaces and values.
  package let fields: [Arguments.Field]

  /// Takes a line of the reply apart; nil where it has too few columns.
  package init?(_ line: Span<UInt8>) {
    let columns = ReplyText.columns(line)
    guard columns.count >= 3 else { return nil }
    dataset = columns[0]
    key = columns[1]
    listed = columns[2]
    fields = columns.dropFirst(3).compactMap { column in
      guard let equals = column.firstIndex(of: "=") else { return nil }
      return Arguments.Field(
        name: String(column[..<equals]), value: String(column[column.index(after: equals)...]))
    }
  }
}

/// Puts the lines of a reply to `GET` together. Pure.
package struct GetReader: Sendable {
  private var linesLeft = 0
  private var isTruncated = false
  private var listings: [Listing] = []
  private var room = ReplyRoom()

  package init() {}

  /// Takes a line without its LF; returns the answer when the line completes it.
  package mutating func take(_ line: Span<UInt8>) throws(Trouble) -> GetAnswer? {
    guard linesLeft == 0 else {
      try room.take(line)
      guard let listing = Listing(line) else { throw Trouble(ReplyText.notUnderstood(line)) }
      listings.append(listing)
      linesLeft -= 1
      guard linesLeft == 0 else { return nil }
      defer { listings.removeAll(keepingCapacity: true) }
      return .listings(listings, isTruncated: isTruncated)
    }
    switch ReplyStatus(ReplyText.string(line)) {
    case .lines(0, _), .miss: return .miss
    case .lines(let count, let fields):
      linesLeft = count
      room = ReplyRoom()
      isTruncated = fields.contains { $0.name == GetRequest.Reply.truncated && $0.value == "1" }
      return nil
    case .error(let code, let fault, let text):
      switch code {
      case .identifier, .line, .syntax: return .refused(.invalid, text: text)
      case .unresolvable: return .refused(.unresolvable, text: text)
      case .unsearchable: return .refused(.unsearchable, text: text)
      default:
        guard fault == .server else {
          throw Trouble(ReplyText.refusal(code: code, fault: fault, text: text))
        }
        return .refused(.failed, text: text)
      }
    default: throw Trouble(ReplyText.notUnderstood(line))
    }
  }
}

/// The exchange of `get`.
package struct GetExchange: LineExchange, ~Copyable {
  /// Inputs that wait for their answer.
  package static let underWayMax = 64

  private let show: Presentation
  private var keys = KeyReader()
  private var inputs = InputQueue()
  private var reader = GetReader()
  /// What came of the lines so far.
  package private(set) var tally = Tally()

  package init(_ show: Presentation) { self.show = show }

  package var wantsInput: Bool { inputs.count < Self.underWayMax }
  package var awaitsReplies: Bool { inputs.count > 0 }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) {
    show.begin(["input", "dataset", "key", "listed", "fields"], to: &output)
  }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    inputs.append(line)
    requests.append("\(GetRequest.name) ")
    RequestIdentifier.append(line, to: &requests)
    requests.append(UInt8(ascii: "\n"))
  }

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    if let answer = try reader.take(line) { self.answer(answer, &output) }
  }

  private mutating func answer(_ answer: GetAnswer, _ output: inout [UInt8]) {
    switch answer {
    case .listings: tally.found += 1
    case .miss: tally.missed += 1
    case .refused: tally.refused += 1
    }
    let input = inputs.first.copied
    var key: [UInt8] = []
    let failure = keys.append(keyOf: input.span, to: &key)
    show.append(
      answer.shown(input: input, key: failure == nil ? key : nil, reason: failure?.reason), to: &output)
    inputs.removeFirst()
  }
}
