// What is asked of the daemon for the care of its index: backups, verifications, compactions, restorations. Files are handed
// over as descriptors; looking into them is left to the commands.

import Glibc
import WireProtocol

/// One request of care, with its streamed reply.
package struct CareRequest {
  private let socket: String
  private let console: IngestConsole

  /// Requests to the daemon at `socket`; how far it is goes to `console`.
  package init(socket: String, console: IngestConsole) {
    self.socket = socket
    self.console = console
  }

  /// Has a copy of the index written to an open file.
  ///
  /// - Returns: its bytes, and the name by which it is confirmed.
  package func backUp(to file: Int32) throws(Trouble) -> (byteCount: Int, name: String) {
    let end = try run(RequestText.line(.backup), file: file).end
    return (number("bytes", in: end), end["backup"] ?? "")
  }

  /// Tells the daemon that its last backup is good.
  package func confirm(_ name: String) throws(Trouble) {
    var conversation = try Conversation(path: socket)
    _ = try conversation.demand(
      RequestText.line(.backup, fields: [Arguments.Field(name: "confirm", value: name)]))
  }

  /// Has the index checked.
  package func verify() throws(Trouble) -> VerificationReport {
    let (lines, end) = try run(RequestText.line(.verify), file: nil)
    return VerificationReport(
      of: "the index of the daemon at \(socket)", damages: lines.map { ReplyText.columns($0.span) },
      counts: VerificationReport.names.map { ($0, number($0, in: end)) })
  }

  /// Has the index compacted, and waits for the daemon to come back.
  package func compact() throws(Trouble) -> (before: Int, after: Int) {
    let end = try run(RequestText.line(.compact), file: nil).end
    try waitForRestart()
    return (number("before", in: end), number("after", in: end))
  }

  /// Has a backup in an open file put in the index's place, and waits for the daemon to come back.
  ///
  /// - Returns: how many staged loads were dropped.
  package func restore(from file: Int32, force: Bool) throws(Trouble) -> Int {
    let fields = force ? [Arguments.Field(name: "force", value: "1")] : []
    let end = try run(RequestText.line(.restore, fields: fields), file: file).end
    try waitForRestart()
    return number("loads.dropped", in: end)
  }

  private func number(_ name: String, in fields: [String: String]) -> Int {
    fields[name].flatMap { Decimal.parse($0) } ?? 0
  }

  private func run(_ line: String, file: Int32?) throws(Trouble) -> (lines: [[UInt8]], end: [String: String])
  {
    var request = try StreamedRequest(line, file: file, path: socket, output: LineOutput(Descriptor.none))
    var lines: [[UInt8]] = []
    defer { console.clear() }
    let end = try request.run(
      progress: { console.draw(share: $0) },
      line: { line, _ in
        var bytes: [UInt8] = []
        bytes.append(line)
        lines.append(bytes)
      })
    return (lines, end)
  }

  /// How long a daemon may take to open its index again.
  private static let restartPatience = Duration.seconds(300)

  private func waitForRestart() throws(Trouble) {
    var retry = Retry(patience: Self.restartPatience)
    while true {
      do throws(Trouble) {
        // The daemon that has not ended yet closes connections unheard.
        var conversation = try Conversation(path: socket)
        if try conversation.ask(RequestText.line(.ping)).status == .pong { return }
      } catch {
        guard retry.next() != nil else {
          throw Trouble(
            "it is done, but the daemon at \(socket) has not come back within \(Figures.patience(Self.restartPatience)). Its log says why"
          )
        }
        Poll.sleep(.milliseconds(100))
      }
    }
  }
}
