// What is asked of the daemon for the care of its index: backups, verifications, compactions, restorations, keys by newer
// rules. Files are handed over as descriptors; looking into them is left to the commands.

import ByteText
package import Console
package import DaemonClient
import Platform
package import WireProtocol

package struct Care {
  private let socket: String
  private let console: ProgressConsole

  /// - Parameter console: tells how far the daemon is.
  package init(socket: String, console: ProgressConsole) {
    self.socket = socket
    self.console = console
  }

  /// Has a copy written to an empty file.
  ///
  /// - Returns: how many bytes it has, and the name by which it is confirmed.
  package func backUp(to file: Int32) throws(Trouble) -> (byteCount: Int, name: String) {
    let end = try run(BackupRequest(), file: file).end
    return (end.byteCount, end.backup)
  }

  /// Says that a backup is good and where it belongs.
  package func confirm(_ name: String) throws(Trouble) {
    var daemon = try DaemonLink(path: socket)
    _ = try daemon.reply(to: BackupRequest(confirming: name)).accepted()
  }

  package func verify() throws(Trouble) -> VerificationReport {
    let (lines, counts) = try run(VerifyRequest())
    return VerificationReport(
      of: "the index of the daemon at \(socket)", damages: lines.map { ReplyText.columns($0.span) },
      counts: counts)
  }

  /// Has the index rewritten, and waits for the daemon that restarts on it.
  package func compact() throws(Trouble) -> (before: Int, after: Int) {
    let end = try run(CompactRequest()).end
    try waitForRestart()
    return (end.before, end.after)
  }

  /// Drops staged loads that nobody has open.
  ///
  /// - Returns: the names of those that are open.
  package func dropIdleLoads() throws(Trouble) -> [String] {
    var daemon = try DaemonLink(path: socket)
    var open: [String] = []
    for load in try daemon.ask(LoadsRequest()).records {
      if load.state == Self.idle {
        _ = try daemon.ask(AbortRequest(load.load))
      } else {
        open.append(load.load)
      }
    }
    return open
  }

  /// The state of a staged load that nobody has open.
  private static let idle = "idle"

  /// Has the index replaced by a backup, and waits for the daemon that restarts on it.
  ///
  /// - Returns: how many staged loads had to be dropped.
  package func restore(from file: Int32, force: Bool) throws(Trouble) -> Int {
    let end = try run(RestoreRequest(force: force), file: file).end
    try waitForRestart()
    return end.loadsDropped
  }

  /// Has what is suppressed written to an empty file, for another index.
  ///
  /// - Parameter recipient: the key of that index.
  package func exportSuppressions(to file: Int32, for recipient: String) throws(Trouble)
    -> SuppressionsRequest.End
  {
    try run(SuppressionsRequest(for: recipient), file: file).end
  }

  /// Has the index suppress what another one exported for it.
  package func importSuppressions(from file: Int32, isRehearsal: Bool) throws(Trouble) -> SuppressRequest.End
  {
    try run(SuppressRequest(isRehearsal: isRehearsal), file: file).end
  }

  /// Has keys made by the present rules.
  ///
  /// - Parameter slug: the dataset; nil for all that have keys by older rules.
  package func reindex(_ slug: String?) throws(Trouble) -> [ReindexRequest.Dataset] {
    try run(ReindexRequest(slug)).lines.compactMap { .init(columns: ReplyText.columns($0.span)) }
  }

  /// The digests of what the index holds, which takes as long as reading all of it: of all, then of each dataset.
  package func digests() throws(Trouble) -> [NamedValues.Pair] {
    let (lines, end) = try run(DigestRequest())
    let datasets = lines.compactMap { DigestRequest.Dataset(columns: ReplyText.columns($0.span)) }
    return [("digest", end.digest)] + datasets.map { ("digest.\($0.slug)", $0.digest) }
  }

  private func run<Asked: Request, End: FieldRecord>(
    _ request: Asked, file: Int32? = nil
  ) throws(Trouble) -> (lines: [[UInt8]], end: End) where Asked.Reply == StreamedReply<End> {
    var daemon = try DaemonLink(path: socket)
    var lines: [[UInt8]] = []
    defer { console.clear() }
    let end = try daemon.stream(
      request, file: file, progress: { [console] in console.draw(share: $0) },
      line: { line, _ in lines.append(line.copied) })
    return (lines, end)
  }

  private static let restartPatience = Duration.seconds(300)

  private func waitForRestart() throws(Trouble) {
    var retry = Retry(patience: Self.restartPatience)
    while true {
      do throws(Trouble) {
        // The daemon that has not ended yet closes connections unheard.
        var daemon = try DaemonLink(path: socket)
        if try daemon.reply(to: PingRequest()).status == .pong { return }
      } catch {
        guard retry.next() != nil else {
          throw Trouble(
            "it is done, but the daemon at \(socket) has not come back within \(Figures.patience(Self.restartPatience)). Its log says why"
          )
        }
        MonotonicClock.sleep(.milliseconds(100))
      }
    }
  }
}
