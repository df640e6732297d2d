// Lines of the protocol as somebody types them, and the replies as they come. The connection stays open from one line
// to the next, so that a load or a cross-reference can be tried by hand.

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
  private var link: DaemonLink
  private var requests = ByteQueue()

  /// Connects to the daemon at `path`.
  package init(path: String) throws(Trouble) { link = try DaemonLink(path: path) }

  /// Refuses what would wait for ever: a blank line, and a verb with a body or a file behind it.
  package static func check(_ line: String) throws(Trouble) {
    guard line.contains(where: { !$0.isWhitespace }) else {
      throw Trouble("give a request, such as: raw CHECK flickr:1. HELP lists them: raw HELP")
    }
    guard let request = try? RequestLine.parse(line.utf8.span) else { return }
    // Without lists, nothing follows a COMMIT.
    let isWhole =
      !request.verb.hasBody
      || request.verb == CommitRequest.verb && !line.contains("\(CommitRequest.listsField)=")
    if !isWhole {
      throw Trouble(
        "\(request.verb.name) has a body, which cannot be typed here; see whichset-protocol(7)")
    }
    // The confirmation of a backup is all in its line.
    let isConfirmation = line.split(separator: " ").contains {
      $0.hasPrefix("\(BackupRequest.confirmField)=")
    }
    if request.verb.follows == .file, !isConfirmation {
      throw Trouble(
        "\(request.verb.name) hands a file over, which cannot be typed here; "
          + "use the command: \(request.verb.name.lowercased()) FILE")
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
    _ line: String, isInterrupted: () -> Bool, take: (Span<UInt8>) throws(Trouble) -> Void
  ) throws(Trouble) -> (status: Int32, isOpen: Bool) {
    try Self.check(line)
    requests.storage.append(line + "\n")
    var progress = ReplyProgress()
    while true {
      var entries = [Poll.entry(link.raw, link.events(requests))]
      _ = Poll.wait(&entries, milliseconds: -1)
      if isInterrupted() { return (ExitStatus.trouble, false) }
      if Poll.isWritable(entries[0]) { link.send(&requests) }
      guard Poll.isReadable(entries[0]) else { continue }
      try link.receive()
      while let range = link.replies.next() {
        try take(link.replies.line(range))
        if progress.take(link.replies.line(range)) {
          let isLast = (try? RequestLine.parse(line.utf8.span))?.verb == QuitRequest.verb
          return (progress.exitStatus, !link.hasEnded && !isLast)
        }
      }
      if link.hasEnded { throw link.lost }
    }
  }
}
