// What `whichset bench` asks: identifiers, and what the daemon answers to each before the clock starts.

internal import ByteText
package import Console
package import DaemonClient
internal import LoadGenerator
internal import WireProtocol

/// Asks each identifier once, and keeps it with its answer.
package struct BenchQuestions: LineExchange, ~Copyable {
  /// How many are asked; what the input has beyond is not read.
  package static let countMax = 1_000_000
  private static let underWayMax = 10_000

  private var questions: [[UInt8]] = []
  private var answers: [[UInt8]] = []
  package private(set) var tally = Tally()

  package init() {}

  package var wantsInput: Bool { !hasEnough && questions.count - answers.count < Self.underWayMax }

  package var hasEnough: Bool { questions.count == Self.countMax }

  package var awaitsReplies: Bool { answers.count < questions.count }

  package mutating func accept(_ line: Span<UInt8>, requests: inout [UInt8], output: inout [UInt8]) {
    var question = Array("CHECK ".utf8)
    RequestIdentifier.append(line, to: &question)
    question.append(UInt8(ascii: "\n"))
    requests += question
    questions.append(question)
  }

  package mutating func receive(_ line: Span<UInt8>, output: inout [UInt8]) throws(Trouble) {
    switch CheckAnswer(line).verdict {
    case .hit: tally.found += 1
    case .miss: tally.missed += 1
    case .refused: tally.refused += 1
    case .malformed: throw Trouble(ReplyText.notUnderstood(line))
    }
    answers.append(line.copied + [UInt8(ascii: "\n")])
  }

  /// The questions in random order, again and again until there are enough, in batches.
  func pool(depth: Int, count: Int) -> RequestPool {
    var pool = RequestPool(depth: depth)
    var order = Array(questions.indices)
    var place = order.count
    for _ in 0..<max(1, (count + depth - 1) / depth) {
      pool.addBatch { requests, replies in
        for _ in 0..<depth {
          if place == order.count {
            order.shuffle()
            place = 0
          }
          requests += questions[order[place]]
          replies += answers[order[place]]
          place += 1
        }
      }
    }
    return pool
  }
}

/// Images that the index has: a random choice among its first ones, whose order is that of a mixed key.
package struct BenchSample: Exchange {
  /// Images that are looked at, so that a large index does not take long.
  package static let imagesMax = 4_000_000

  private let count: Int
  private var request: String?
  private var scanner = StreamScanner()
  private var seen = 0
  package private(set) var identifiers: [String] = []
  package private(set) var isOver = false

  /// - Parameter count: how many are chosen; fewer where the index has fewer.
  package init(_ count: Int) {
    self.count = count
    request = ListRequest().line
  }

  package mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if let line = request.take() { requests.add(line) }
  }

  package mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    switch try scanner.take(line) {
    case .part: break
    case .end: isOver = true
    case .line:
      seen += 1
      // Each line takes the place of an earlier one with the chance that makes all equally likely.
      let place = identifiers.count < count ? identifiers.count : Int.random(in: 0..<seen)
      if place < count {
        let identifier = ReplyText.columns(line)[0]
        if place == identifiers.count {
          identifiers.append(identifier)
        } else {
          identifiers[place] = identifier
        }
      }
      isOver = seen == Self.imagesMax
    }
  }
}
