// `whichset publish-cluster`: an export of everything becomes a generation in a cluster.

package import Cluster
package import Console
package import DaemonClient
import Identifiers
import Platform
import Publishing

package struct ClusterRun {
  private let link: ClusterLink

  package init(_ link: ClusterLink) { self.link = link }

  package func run(_ daemon: consuming DaemonLink) throws(Trouble) -> GenerationOutcome {
    let rules = try KeyExchange<SectionedKeys>.requireRules(&daemon)
    let gathering = GenerationGathering(folder: ProcessEnvironment.value("TMPDIR") ?? "/tmp")
    var exchange = KeyExchange(SectionedKeys(gathering: gathering))
    var output = LineOutput(.none)
    try daemon.run(&exchange, output: &output)
    return try GenerationWriter(link).write(
      gathering, rules: rules, now: WallClock.seconds, name: { Namespace(rawValue: $0)?.name ?? "" })
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
