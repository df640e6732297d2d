// Pairs of datasets that share images: sums over the sets of datasets. No key is read.

internal import DequeModule
internal import Identifiers
internal import Index
internal import WireProtocol

extension OverlapRequest: SteppedHandler {
  typealias Thread = QueryThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try Namespace(wanted: namespace) }

  func begin(on thread: QueryThread) throws -> OverlapAnswer {
    OverlapAnswer(in: thread.index.snapshot, space: try Namespace(wanted: namespace)?.rawValue)
  }
}

extension OverlapRequest: DistantHandler {
  /// Of a namespace without keys nothing was published.
  func reply(from distant: any DistantIndex) throws(ProtocolError) -> DistantReply {
    let request = OverlapRequest(namespace: try Namespace(wanted: namespace)?.name)
    return try distant.reply(to: request.line) ?? DistantReply(count: 0, lines: [])
  }
}

/// Makes the reply to `OVERLAP`: a set of a hundred datasets has five thousand pairs.
struct OverlapAnswer: SteppedAnswer {
  private let snapshot: Snapshot
  private var sets: Deque<(tokens: [DatasetToken], keys: Int)> = []
  private var shared: [Pair: Int] = [:]
  /// The dataset of the first set with which the next step goes on.
  private var first = 0

  private struct Pair: Hashable {
    let a: Int
    let b: Int
  }

  fileprivate init(in snapshot: Snapshot, space wanted: UInt8?) {
    self.snapshot = snapshot
    snapshot.forEachDatasetSet { space, tokens, keys in
      guard !space.namesAccounts, tokens.count > 1, wanted == nil || space.id == wanted else { return }
      sets.append((tokens, keys))
    }
  }

  mutating func step(on thread: QueryThread, _ turn: Turn) -> OverlapRequest.Reply? {
    while let (tokens, keys) = sets.first {
      while first < tokens.count {
        for second in (first + 1)..<max(first + 1, tokens.count)
        where tokens[first].isPrimary || tokens[second].isPrimary {
          shared[Pair(a: tokens[first].dataset, b: tokens[second].dataset), default: 0] += keys
        }
        first += 1
        if turn.isOver { return nil }
      }
      sets.removeFirst()
      first = 0
    }
    let pairs = shared.map { pair, keys in
      let slugs = [pair.a, pair.b].map { snapshot.datasets[$0]?.slug ?? "" }.sorted()
      return OverlapRequest.Pair(slugs[0], slugs[1], shared: keys)
    }
    return OverlapRequest.Reply(pairs.sorted { ($0.a, $0.b) < ($1.a, $1.b) })
  }
}

extension Namespace {
  /// The namespace that a request names; nil where it names none.
  init?(wanted name: String?) throws(ProtocolError) {
    guard let name else { return nil }
    guard let namespace = Namespace(name: name) else {
      let names = Namespace.allCases.map(\.name).joined(separator: " ")
      throw ProtocolError(.syntax, "no such namespace; there are \(names)")
    }
    self = namespace
  }
}
