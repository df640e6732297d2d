// `whichset check --explain` and `--letter`: for each input the datasets that it is in and the rows that list it. A `CHECK`
// and a `GET` an input, several under way; what becomes of the answers is a writer's business.

package import Console
import DaemonClient
import WireProtocol

/// What an index has of one input.
package struct Match: Equatable, Sendable {
  /// The input, as it was given.
  package let input: String
  /// Its key by the client's own reading; nil where it has none.
  package let key: String?
  package let outcome: Outcome

  package enum Outcome: Equatable, Sendable {
    /// In these datasets; `isTruncated` where more rows list it than came.
    case found([Finding], isTruncated: Bool)
    case missed
    /// Not looked up, and why.
    case refused(Refusal, reason: String)
  }

  /// A dataset that an input is in.
  package struct Finding: Equatable, Sendable {
    package let slug: String
    /// The rows that list it.
    package let listings: [Listing]
  }

  /// The datasets that it is in, with the rows that list it.
  package var findings: [Finding] {
    if case .found(let findings, _) = outcome { findings } else { [] }
  }

  /// Whether there are more rows than came.
  package var isTruncated: Bool {
    if case .found(_, let isTruncated) = outcome { isTruncated } else { false }
  }

  /// What stands before the colon of the key: by which kind of identifier it was looked for.
  package var namespace: String? { key.map { String($0.prefix { $0 != ":" }) } }
}

package protocol MatchWriter: ~Copyable {
  /// Before the first match.
  mutating func begin(_ output: inout [UInt8])
  /// Takes a match; they come in the order of the inputs.
  mutating func write(_ match: Match, to output: inout [UInt8])
  /// After the last one.
  mutating func end(_ output: inout [UInt8])
}

package struct MatchExchange<Writer: MatchWriter & ~Copyable>: LineExchange, ~Copyable {
  private var inputs = InputQueue()
  private var keys = KeyReader()
  private var reader = GetReader()
  private var verdict: Verdict?
  package private(set) var writer: Writer
  /// What came of the lines so far.
  package private(set) var tally = Tally()

  private enum Verdict {
    case hit([String])
    case miss
    case refused(Refusal, String)
  }

  /// An exchange whose matches go to `writer`.
  package init(_ writer: consuming Writer) { self.writer = writer }

  package var wantsInput: Bool { inputs.count < GetExchange.underWayMax }
  package var awaitsReplies: Bool { inputs.count > 0 }

  package mutating func begin(requests: inout [UInt8], output: inout [UInt8]) { writer.begin(&output) }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    inputs.append(line)
    for name in [CheckRequest.name, GetRequest.name] {
      requests.append("\(name) ")
      RequestIdentifier.append(line, to: &requests)
      requests.append(UInt8(ascii: "\n"))
    }
  }

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    guard let verdict else {
      self.verdict = try Self.verdict(line)
      return
    }
    guard let answer = try reader.take(line) else { return }
    self.verdict = nil
    let match = Self.match(inputs, &keys, verdict, answer)
    inputs.removeFirst()
    switch match.outcome {
    case .found: tally.found += 1
    case .missed: tally.missed += 1
    case .refused: tally.refused += 1
    }
    writer.write(match, to: &output)
  }

  package mutating func end(output: inout [UInt8]) { writer.end(&output) }

  private static func match(
    _ inputs: InputQueue, _ keys: inout KeyReader, _ verdict: Verdict, _ answer: GetAnswer
  ) -> Match {
    let input = inputs.first
    var key: [UInt8] = []
    let failure = keys.append(keyOf: input, to: &key)
    return Match(
      input: ReplyText.string(input), key: failure == nil ? String(decoding: key, as: UTF8.self) : nil,
      outcome: outcome(verdict, answer, ownReason: failure?.reason))
  }

  private static func verdict(_ line: Span<UInt8>) throws(Trouble) -> Verdict {
    let answer = CheckAnswer(line)
    let detail = ReplyText.string(line.extracting(answer.detail))
    switch answer.verdict {
    case .hit: return .hit(detail.split(separator: ",").map(String.init))
    case .miss: return .miss
    case .refused(let refusal): return .refused(refusal, detail)
    case .malformed: throw Trouble(ReplyText.notUnderstood(line))
    }
  }

  /// What both replies say. The datasets are those of `CHECK`, which knows them all; `GET` may have been cut.
  private static func outcome(_ verdict: Verdict, _ answer: GetAnswer, ownReason: String?) -> Match.Outcome {
    switch verdict {
    case .miss: return .missed
    case .refused(let refusal, let text): return .refused(refusal, reason: ownReason ?? text)
    case .hit(let slugs):
      guard case .listings(let listings, let isTruncated) = answer else {
        return .found(slugs.map { Match.Finding(slug: $0, listings: []) }, isTruncated: true)
      }
      let bySlug = Dictionary(grouping: listings, by: \.dataset)
      return .found(
        slugs.map { Match.Finding(slug: $0, listings: bySlug[$0] ?? []) }, isTruncated: isTruncated)
    }
  }
}
