// The daemon as this program sees it: one connection, made when it is first needed and again when it is lost.

import DaemonClient
package import NIOCore
import WireProtocol

package actor Daemon {
  nonisolated let path: String
  private let group: any EventLoopGroup
  private let patience: Duration
  private var connecting: Task<DaemonConnection, any Error>?
  /// Counts connections: what was learnt on an earlier one may be of another index.
  private var generation = 0

  package init(path: String, group: any EventLoopGroup, patience: Duration) {
    self.path = path
    self.group = group
    self.patience = patience
  }

  /// Replies to requests that were sent together, and the connection that they came over.
  struct Answered: Sendable {
    let replies: [Reply]
    let generation: Int
  }

  /// Asks; once more if the connection ends meanwhile, as it does when the daemon restarts: all requests only ask.
  func ask(_ batch: RequestBatch) async throws(DaemonFailure) -> Answered {
    do throws(DaemonFailure) {
      return try await askOnce(batch)
    } catch {
      guard error.isLost else { throw error }
      return try await askOnce(batch)
    }
  }

  /// Asks one thing.
  func ask<Asked: Request>(_ request: Asked) async throws(DaemonFailure) -> Reply {
    var batch = RequestBatch()
    batch.add(request)
    return try await ask(batch).replies[0]
  }

  private func askOnce(_ batch: RequestBatch) async throws(DaemonFailure) -> Answered {
    let (connection, generation) = try await connected()
    return Answered(replies: try await connection.ask(batch), generation: generation)
  }

  private func connected() async throws(DaemonFailure) -> (DaemonConnection, Int) {
    if let connecting {
      let generation = generation
      if case .success(let connection) = await connecting.result, connection.isOpen {
        return (connection, generation)
      }
      if generation == self.generation { self.connecting = nil }
    }
    let task = connecting ?? connect()
    let generation = generation
    switch await task.result {
    case .success(let connection): return (connection, generation)
    case .failure(let error): throw error as? DaemonFailure ?? DaemonFailure(text: "the daemon is not there")
    }
  }

  private func connect() -> Task<DaemonConnection, any Error> {
    let (path, group, patience) = (path, group, patience)
    let task = Task { try await DaemonConnection(path: path, group: group, patience: patience) }
    generation += 1
    connecting = task
    return task
  }
}
