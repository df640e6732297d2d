// Looks keys up in the newest generation. A bucket that is missing may be one of a generation that was just replaced; then
// all keys of the batch are looked up in the new one.

import Cluster
import Console
import Identifiers
import Publishing
import Server
import WireProtocol

final class GatewayReader: DistantReader {
  private let gateway: ClusterGateway
  /// Nil until it is needed, and after it has failed.
  private var link: ClusterLink?
  private var digester = Digester()

  init(_ gateway: ClusterGateway) { self.gateway = gateway }

  private static let triesMax = 5

  func answers(to keys: [DistantKey], in state: (any DistantState)?) -> [DistantAnswer] {
    // A state is one that the gateway gave; another one's would mean another index.
    let pinned = state.map { $0 as! ClusterGateway.View }
    guard var view = pinned ?? gateway.view else { return Self.failed(keys.count, gateway.nothing) }
    let wanted = keys.map { key -> ClusterKey in
      switch key {
      case .integer(let namespace, let value): .integer(namespace: namespace.rawValue, value)
      case .text(_, let text): .text(digester.key(text.span))
      case .digest(_, let high, let low): .text(KeyDigest(high: high, low: low))
      }
    }
    let link: ClusterLink
    do throws(Trouble) { link = try gateway.connect(self.link) } catch {
      return Self.failed(keys.count, Self.unreached(error.text))
    }
    self.link = link
    for _ in 0..<Self.triesMax {
      let silent = gateway.silent
      let lookup = view.open.look(up: wanted, link, skipping: silent.tags)
      if let trouble = lookup.trouble { gateway.note(silent: lookup.unreachedTags, trouble.text) }
      guard lookup.loss != nil else { return answers(keys, lookup, view, silent.reason) }
      if pinned != nil {
        return Self.failed(
          keys.count,
          Self.unreached("the generation was replaced while it was read, or a node has lost a part of it"))
      }
      // What cannot be renewed now is lost, or out of reach: no miss either way.
      guard let newer = try? gateway.renew(view, link), newer !== view else {
        return answers(keys, lookup, view, silent.reason)
      }
      view = newer
    }
    return Self.failed(
      keys.count, Self.unreached("the generation was replaced again and again while it was read"))
  }

  private func answers(
    _ keys: [DistantKey], _ lookup: OpenGeneration.Lookup, _ view: ClusterGateway.View, _ silence: String
  ) -> [DistantAnswer] {
    let unreached = Self.unreached(lookup.trouble?.text ?? silence)
    return zip(keys, lookup.answers).map { key, answer in
      switch answer {
      case .found(let slugs): .hit(slugs)
      case .missed: view.unsearchable.contains(key.namespace) ? .unsearchable : .miss
      case .lost(let text):
        .failed(
          ProtocolError(
            .cluster,
            "\(text): neither found nor not found; a node has lost it, so publish again from \(view.facts.publisher)"
          ))
      case .unreached: .failed(unreached)
      }
    }
  }

  private static func unreached(_ reason: String) -> ProtocolError {
    ProtocolError(.cluster, "\(reason): neither found nor not found; try again")
  }

  private static func failed(_ count: Int, _ error: ProtocolError) -> [DistantAnswer] {
    [DistantAnswer](repeating: .failed(error), count: count)
  }
}
