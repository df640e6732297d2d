// Pairs of datasets that share images: sums over the sets of datasets. No key is read.

internal import Identifiers
internal import Index
internal import WireProtocol

extension OverlapRequest: ThreadHandler {
  typealias Thread = QueryThread

  func admit(_ held: Holdings) throws(ProtocolError) { _ = try Namespace(wanted: namespace) }

  func answer(on thread: QueryThread, _ held: inout Holdings) throws -> Reply {
    let wanted = try Namespace(wanted: namespace)
    let snapshot = thread.index.snapshot
    var shared: [[Int]: Int] = [:]
    snapshot.forEachDatasetSet { space, tokens, keys in
      guard !space.namesAccounts, tokens.count > 1, wanted == nil || space.id == wanted?.rawValue else {
        return
      }
      for first in tokens.indices {
        for second in tokens.indices
        where second > first && (tokens[first].isPrimary || tokens[second].isPrimary) {
          shared[[tokens[first].dataset, tokens[second].dataset], default: 0] += keys
        }
      }
    }
    let pairs = shared.map { pair, keys in
      let slugs = pair.map { snapshot.datasets[$0]?.slug ?? "" }.sorted()
      return Pair(slugs[0], slugs[1], shared: keys)
    }
    return Reply(pairs.sorted { ($0.a, $0.b) < ($1.a, $1.b) })
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
