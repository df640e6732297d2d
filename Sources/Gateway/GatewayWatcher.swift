// Looks every second for a newer generation, for parts of the cluster that are in reach again, and for nodes that are not.

import Cluster
import Console
import Server

final class GatewayWatcher: DistantWatcher {
  private let gateway: ClusterGateway
  private var link: ClusterLink?

  init(_ gateway: ClusterGateway) { self.gateway = gateway }

  func look() {
    do throws(Trouble) {
      let link = try gateway.connect(self.link)
      self.link = link
      // First what tells lookups that they need not be refused any more.
      if let view = gateway.view, !gateway.silent.tags.isEmpty {
        gateway.note(reachable: view.open.reachable(gateway.silent.tags, link))
      }
      var trouble: String?
      do throws(Trouble) { _ = try gateway.renew(gateway.view, link) } catch { trouble = error.text }
      let states = try link.states().map { (name: $0.node.description, failure: $0.failure) }
      gateway.note(trouble: trouble, nodes: states.sorted { $0.name < $1.name })
    } catch {
      gateway.note(trouble: error.text, nodes: gateway.status.nodes)
    }
  }
}
