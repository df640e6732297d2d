// Which lists a dataset has already: whether to hash a list before it is sent, which may spare the load.

import ByteText
package import Console
package import DaemonClient
import Platform
package import Identifiers
import WireProtocol

/// The lists that a dataset has already.
package struct ListedDigests: Equatable, Sendable {
  private let hasLists: Bool
  private let sizes: [Int]
  /// The keys that the dataset has, by namespace.
  package let keys: [Namespace: Int]

  /// Asks the daemon. A missing dataset has none.
  ///
  /// - Parameter patience: how long a daemon that was there and went away is waited for.
  package init(slug: String, path: String, patience: Duration) throws(Trouble) {
    let reply = try Self.ask(slug, path: path, patience: patience)
    if case .error(.dataset?, _, _) = reply.status {
      try self.init(NamedValues(Reply(status: .miss)))
    } else {
      try self.init(NamedValues(try DatasetRequest.Reply.read(try reply.accepted())))
    }
  }

  private static func ask(_ slug: String, path: String, patience: Duration) throws(Trouble) -> Reply {
    var retry = Retry(patience: patience)
    var hasConnected = false
    while true {
      do throws(Trouble) {
        var daemon = try DaemonLink(path: path)
        hasConnected = true
        return try daemon.reply(to: DatasetRequest(slug))
      } catch {
        // A daemon that was never there is not waited for.
        guard hasConnected, let pause = retry.next() else { throw error }
        MonotonicClock.sleep(pause)
      }
    }
  }

  /// Takes the reply to `DATASET`.
  package init(_ report: NamedValues) throws(Trouble) {
    keys = try IndexedDataset.keys(of: report)
    let lists = report.pairs.filter { $0.name.hasPrefix(DatasetRequest.Reply.list) }
    hasLists = !lists.isEmpty
    sizes = lists.filter { $0.name.hasSuffix(".bytes") }.compactMap { Decimal.parse($0.value) }
  }

  /// Whether the files' digest is worth having before their rows are sent: where it may turn out that there is
  /// nothing to do. Several files have no other moment, since no reader sees all of them.
  package func callForDigest(of files: ListFiles, mode: LoadMode) -> Bool {
    if files.files.count > 1 { return true }
    guard hasLists, mode != .replace else { return false }
    if mode == .create { return true }
    return files.byteCount.map { sizes.contains($0) } ?? false
  }
}
