// A generation in a cluster as a gateway's index: a daemon on any machine answers from the newest one. Readers and the
// watcher have connections of their own; what they share is the generation, and which parts of the cluster are out of
// reach. A key of such a part is refused at once until the watcher sees the part again, so that one dead node does not
// make everybody wait.

package import Cluster
import Console
import Identifiers
import Publishing
package import Server
import Synchronization
package import WireProtocol

package final class ClusterGateway: DistantIndex {
  private let nodes: [NodeAddress]
  private let credentials: ClusterCredentials?
  private let shared = Mutex(Shared())

  /// A generation and what it knows of its datasets.
  final class View: DistantState {
    let open: OpenGeneration
    let facts: GenerationFacts
    let statistics: [(name: String, value: String)]
    /// Namespaces of which it has no key, where that makes a miss none.
    let unsearchable: Set<Namespace>

    fileprivate init(_ link: ClusterLink) throws(Trouble) {
      open = try OpenGeneration(link)
      guard open.manifest.rules == ruleVersion else {
        throw Trouble(
          "the cluster's keys were made by version \(open.manifest.rules) of the rules, and this program has version "
            + "\(ruleVersion): an image could be missed; update one of them and publish again")
      }
      facts = try open.facts(link)
      let open = open
      unsearchable = Set(Namespace.allCases.filter { $0.isOptional && open.hasNone(of: $0.name) })
      let lines = facts.replies[StatsRequest().line]?.lines ?? []
      statistics = lines.split(separator: UInt8(ascii: "\n")).compactMap { line in
        let columns = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
        guard columns.count == 2 else { return nil }
        return (String(decoding: columns[0], as: UTF8.self), String(decoding: columns[1], as: UTF8.self))
      }
    }
  }

  private struct Shared {
    var view: View?
    /// Tags of buckets that could not be read, and why.
    var silent: Set<Int> = []
    var silence = ""
    /// Why there is no view, or perhaps a newer one.
    var trouble: String? = "the cluster was not reached yet"
    var nodes: [(name: String, failure: String?)] = []
  }

  /// - Parameter nodes: some of the cluster's.
  package init(_ nodes: [NodeAddress], credentials: ClusterCredentials?) {
    self.nodes = nodes
    self.credentials = credentials
  }

  package func makeReader() -> any DistantReader { GatewayReader(self) }
  package func makeWatcher() -> any DistantWatcher { GatewayWatcher(self) }

  package func state() throws(ProtocolError) -> any DistantState {
    guard let view else { throw nothing }
    return view
  }

  package func digest(of text: Span<UInt8>) -> (high: UInt64, low: UInt64) {
    var digester = Digester()
    let digest = digester.key(text)
    return (digest.high, digest.low)
  }

  package var status: DistantStatus {
    shared.withLock { shared in
      var status = DistantStatus()
      (status.nodes, status.trouble) = (shared.nodes, shared.trouble)
      guard let view = shared.view else { return status }
      status.generation = view.open.name
      status.publishedAt = view.open.head.published
      status.publisher = view.facts.publisher
      status.datasets = view.open.manifest.datasets
      status.statistics = view.statistics
      return status
    }
  }

  package func reply(to request: String) throws(ProtocolError) -> DistantReply? {
    guard let view else { throw nothing }
    return view.facts.replies[request].map { DistantReply(count: $0.count, lines: $0.lines) }
  }

  // MARK: - For readers and the watcher

  /// - Parameter link: one that is there already.
  func connect(_ link: ClusterLink?) throws(Trouble) -> ClusterLink {
    if let link { return link }
    return try ClusterLink(nodes, credentials: credentials, patience: ClusterLimits.gatewayPatience)
  }

  var view: View? { shared.withLock { $0.view } }

  /// The error of every lookup while there is no view.
  var nothing: ProtocolError {
    let trouble = shared.withLock { $0.trouble } ?? "the cluster was not reached yet"
    return ProtocolError(.cluster, "\(trouble): neither found nor not found; try again")
  }

  /// Opens the generation that the head names, unless it is the one of `view` or another thread has opened a newer one.
  func renew(_ old: View?, _ link: ClusterLink) throws(Trouble) -> View? {
    if let view, view !== old { return view }
    guard let head = try OpenGeneration.head(link) else {
      throw Trouble(
        "nothing was published to the cluster at \(link.name), or its head was lost; publish again")
    }
    guard head != old?.open.head else { return old }
    if let old, head.published < old.open.head.published {
      throw Trouble(
        "the cluster's head names a generation that was published before the one that is answered from; a node has lost "
          + "the newer head, so publish again")
    }
    let new = try View(link)
    return shared.withLock { shared in
      // Another thread may have been quicker.
      guard shared.view === old else { return shared.view }
      shared.view = new
      return new
    }
  }

  var silent: (tags: Set<Int>, reason: String) { shared.withLock { ($0.silent, $0.silence) } }

  func note(silent tags: Set<Int>, _ reason: String) {
    shared.withLock { shared in
      shared.silent.formUnion(tags)
      shared.silence = reason
    }
  }

  func note(reachable tags: Set<Int>) { shared.withLock { $0.silent.subtract(tags) } }

  func note(trouble: String?, nodes: [(name: String, failure: String?)]) {
    shared.withLock { ($0.trouble, $0.nodes) = (trouble, nodes) }
  }
}
