// `whichset publish-cluster`: an export of everything becomes a generation in a cluster, with what the daemon says of its
// datasets.

package import Cluster
package import Console
package import DaemonClient
import Identifiers
import Platform
import Publishing
import WireProtocol

package struct ClusterRun {
  private let link: ClusterLink

  package init(_ link: ClusterLink) { self.link = link }

  package func run(_ daemon: consuming DaemonLink) throws(Trouble) -> GenerationOutcome {
    let rules = try KeyExchange<SectionedKeys>.requireRules(&daemon)
    let facts = try Self.facts(&daemon)
    let gathering = GenerationGathering(folder: ProcessEnvironment.value("TMPDIR") ?? "/tmp")
    var exchange = KeyExchange(SectionedKeys(gathering: gathering))
    var output = LineOutput(.none)
    try daemon.run(&exchange, output: &output)
    // Each reply shows one state of the index, so all show the same one if nothing has changed.
    guard try Self.facts(&daemon) == facts else {
      throw Trouble("the index has changed while it was read; run the command again")
    }
    return try GenerationWriter(link).write(
      gathering, facts: facts, rules: rules, now: WallClock.seconds,
      name: { Namespace(rawValue: $0)?.name ?? "" })
  }

  /// Asks for all that a gateway answers without keys.
  private static func facts(_ daemon: inout DaemonLink) throws(Trouble) -> GenerationFacts {
    var facts = GenerationFacts(publisher: HostName.own)
    let statistics = try daemon.reply(to: StatsRequest()).accepted()
    let counts = zip(statistics.lines, statistics.records).filter { _, columns in
      columns.first.map { StatsRequest.describesIndex($0) } ?? false
    }
    facts.add(StatsRequest().line, counts.map(\.0))
    let datasets = try daemon.reply(to: DatasetsRequest()).accepted()
    facts.add(DatasetsRequest().line, datasets.lines)
    for slug in datasets.records.compactMap(\.first) {
      let request = DatasetRequest(slug)
      facts.add(request.line, try daemon.reply(to: request).accepted().lines)
    }
    let named = Namespace.allCases.map(\.name).filter { name in
      counts.contains { $0.1.first == StatsRequest.Line.keys + name }
    }
    for namespace in [nil] + named.map(Optional.some) {
      let request = OverlapRequest(namespace: namespace)
      facts.add(request.line, try daemon.reply(to: request).accepted().lines)
    }
    return facts
  }
}

private struct SectionedKeys: KeySink {
  static var digestsIntegers: Bool { false }
  let gathering: GenerationGathering

  func begin(dataset slug: String) throws(Trouble) { try gathering.begin(dataset: slug) }

  func add(_ key: RowKey, isPrimary: Bool) throws(Trouble) {
    let namespace = key.namespace.rawValue
    if let integer = key.integer {
      try gathering.add(integer, namespace: namespace, isPrimary: isPrimary)
    } else {
      try gathering.add(key.digest, namespace: namespace, isPrimary: isPrimary)
    }
  }
}
