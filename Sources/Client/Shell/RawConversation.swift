// Lines of the protocol as somebody types them, and the replies as they come. The connection stays open from one line
// to the next, so that a load or a cross-reference can be tried by hand.

package import Console
import DaemonClient
import Glibc
package import WireProtocol

/// Whether a whole reply has been seen. Pure.
package struct ReplyProgress: Sendable {
  private var left = 0
  private var isStreamed = false

  /// What the reply amounts to, as `ExitStatus` has it.
  package private(set) var exitStatus = ExitStatus.found

  /// Before a reply.
  package init() {}

  /// Takes a line without its LF; returns whether the reply is whole.
  package mutating func take(_ line: Span<UInt8>) -> Bool {
    if left > 0 {
      left -= 1
    } else {
      isStreamed = false
      switch ReplyStatus(ReplyText.string(line)) {
      case .lines(let count, _): left = count
      case .part(let count, _):
        left = count
        isStreamed = true
      case .miss: exitStatus = ExitStatus.nothingFound
      case .error, nil: exitStatus = ExitStatus.trouble
      case .hit, .pong, .ok, .end: break
      }
    }
    return left == 0 && !isStreamed
  }
}

/// A connection for typed requests.
package struct RawConversation: ~Copyable {
  private var daemon: DaemonLink

  /// Connects to the daemon at `path`.
  package init(path: String) throws(Trouble) { daemon = try DaemonLink(path: path) }

  /// Refuses what would wait for ever: a blank line, and a verb with a body or a file behind it.
  package static func check(_ line: String) throws(Trouble) {
    guard line.contains(where: { !$0.isWhitespace }) else {
      throw Trouble("give a request, such as: raw CHECK flickr:1. HELP lists them: raw HELP")
    }
    guard let request = try? RequestLine.parse(line.utf8.span) else { return }
    // Without lists, nothing follows a COMMIT.
    let isWhole = !request.verb.hasBody || request.verb == .commit && !line.contains("lists=")
    if !isWhole {
      throw Trouble(
        "\(request.verb.rawValue) has a body, which cannot be typed here; see whichset-protocol(7)")
    }
    // The confirmation of a backup is all in its line.
    let isConfirmation = line.split(separator: " ").contains { $0.hasPrefix("confirm=") }
    if request.verb == .restore || request.verb == .backup && !isConfirmation {
      throw Trouble(
        "\(request.verb.rawValue) hands a file over, which cannot be typed here; "
          + "use the command: \(request.verb.rawValue.lowercased()) FILE")
    }
  }

  /// The role that a request needs; that of a question for what is no request.
  package static func role(of line: String) -> Role {
    (try? RequestLine.parse(line.utf8.span))?.verb.role ?? .read
  }

  /// Sends a request and gives each line of its reply to `take`, until it is whole.
  ///
  /// - Parameter isInterrupted: is asked after each wait; where it says yes, the connection is of no more use.
  /// - Returns: the exit status, and whether more can be asked on this connection.
  package mutating func ask(
    _ line: String, isInterrupted: @escaping () -> Bool,
    take: @escaping (Span<UInt8>) throws(Trouble) -> Void
  ) throws(Trouble) -> (status: Int32, isOpen: Bool) {
    try Self.check(line)
    var question = RawQuestion(line, isInterrupted: isInterrupted, take: take)
    var nowhere = LineOutput(Descriptor.none)
    try daemon.run(&question, output: &nowhere)
    if question.wasInterrupted { return (ExitStatus.trouble, false) }
    let isLast = (try? RequestLine.parse(line.utf8.span))?.verb == .quit
    return (question.progress.exitStatus, !daemon.hasEnded && !isLast)
  }
}

private struct RawQuestion: Exchange {
  private var request: String?
  private let isInterrupted: () -> Bool
  private let take: (Span<UInt8>) throws(Trouble) -> Void
  private(set) var progress = ReplyProgress()
  private(set) var wasInterrupted = false
  private(set) var isOver = false

  init(
    _ request: String, isInterrupted: @escaping () -> Bool,
    take: @escaping (Span<UInt8>) throws(Trouble) -> Void
  ) {
    self.request = request
    self.isInterrupted = isInterrupted
    self.take = take
  }

  mutating func prepare(_ requests: inout Requests, _ output: inout ByteQueue) {
    if let request = request.take() { requests.add(request) }
    wasInterrupted = isInterrupted()
    isOver = isOver || wasInterrupted
  }

  mutating func receive(
    _ line: Span<UInt8>, _ requests: inout Requests, _ output: inout ByteQueue
  ) throws(Trouble) {
    try take(line)
    isOver = progress.take(line)
  }
}
