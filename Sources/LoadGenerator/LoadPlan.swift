// How a server is to be loaded.

package struct LoadPlan: Sendable {
  package let socketPath: String
  package let connectionCount: Int
  package var requestsMax = Int.max
  package var secondsMax = 2.0
  /// For so long requests are sent and checked, but not measured.
  package var warmUpSeconds = 0.2
  /// The server, if its processor time is to be measured.
  package var serverProcess: Int32?
  /// Batches that are due in a second; without it, each connection sends again as soon as it is answered.
  package var rate: Double?

  package init(socketPath: String, connectionCount: Int) {
    self.socketPath = socketPath
    self.connectionCount = connectionCount
  }
}
