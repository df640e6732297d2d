// What a gateway's log says of its cluster: a newer generation, trouble, and its end; each once.

internal import WireProtocol

struct DistantNews {
  private var generation: String?
  private var trouble: String?

  mutating func tell(_ status: DistantStatus, _ log: DaemonLog) {
    if let generation = status.generation, generation != self.generation {
      log.answers(from: generation, datasets: status.datasets.count, publisher: status.publisher)
    }
    generation = status.generation ?? generation
    let silent = status.unreachable
    // The reasons of nodes change from one try to the next; which nodes they are does not.
    let now = status.trouble ?? (silent.isEmpty ? nil : silent.map(\.name).joined(separator: ","))
    defer { trouble = now }
    guard now != trouble else { return }
    if now != nil {
      let text = status.trouble ?? "out of reach: \(silent.compactMap(\.failure).joined(separator: ", "))"
      log.clusterTrouble(text, nodes: silent.map(\.name))
    } else {
      log.clusterRecovered()
    }
  }
}
