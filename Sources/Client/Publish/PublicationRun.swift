// `whichset publish`: an export of everything, each key of each row taken as it comes, becomes a publication.

package import Console
package import DaemonClient
import Identifiers
import Platform
package import Publishing
import WireProtocol

package struct PublicationRun: Sendable {
  private let folder: String
  private let key: String

  /// - Parameters:
  ///   - folder: where the publication is, or will be.
  ///   - key: the file of the private key that signs it, or of the public key of an agent's.
  package init(folder: String, key: String) {
    self.folder = folder
    self.key = key
  }

  package func run(_ daemon: consuming DaemonLink) throws(Trouble) -> PublicationOutcome {
    // Better now than after all the work.
    guard try FileKind.at(key, followsLinks: true) != nil else {
      throw Trouble("cannot sign with \(key): there is no such file")
    }
    var writer = try PublicationWriter(folder: folder)
    let rules = try KeyExchange<KeyGathering>.requireRules(&daemon)
    var exchange = KeyExchange(KeyGathering(folder: folder))
    var output = LineOutput(.none)
    try daemon.run(&exchange, output: &output)
    let datasets = exchange.datasets
    return try writer.write(
      exchange.finish(), datasets: datasets, rules: rules, now: WallClock.seconds,
      name: { Namespace(rawValue: $0)?.name ?? "" },
      sign: { path throws(Trouble) in try Signature.sign(path, with: key) })
  }
}
