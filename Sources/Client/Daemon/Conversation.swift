// Asking the daemon one thing and waiting for its reply: all that most commands need.

import Glibc
package import WireProtocol

/// A connection on which one request is under way at a time.
package struct Conversation: ~Copyable {
  private var link: DaemonLink
  private var requests = ByteQueue()
  private var assembler = ReplyAssembler()
  private let patience: Duration?

  /// How long commands wait whose answer is at hand: a daemon that takes longer is stuck.
  package static var usualPatience: Duration { .seconds(10) }

  /// Connects to the daemon at `path`. With `patience`, neither that nor a reply is waited for any longer.
  package init(path: String, patience: Duration? = nil) throws(Trouble) {
    link = try DaemonLink(path: path, patience: patience)
    self.patience = patience
  }

  /// Sends a request, which must hold no LF, and waits for its reply, whatever it is.
  package mutating func ask(_ request: String) throws(Trouble) -> Reply {
    requests.storage.append(request + "\n")
    let deadline = patience.map { ContinuousClock.now + $0 }
    while true {
      var entries = [Poll.entry(link.raw, link.events(requests))]
      let left = deadline.map { max(.zero, $0 - .now) }
      _ = Poll.wait(
        &entries, milliseconds: left.map { Int32(clamping: Int($0 / .milliseconds(1)) + 1) } ?? -1)
      if let deadline, let patience, .now > deadline, entries[0].revents == 0 {
        throw link.silent(for: patience)
      }
      if Poll.isWritable(entries[0]) { link.send(&requests) }
      guard Poll.isReadable(entries[0]) else { continue }
      try link.receive()
      if let reply = try assembler.take(from: &link.replies) { return reply }
      if link.hasEnded { throw link.lost }
    }
  }

  /// Asks, and throws what the daemon says if it refuses.
  package mutating func demand(_ request: String) throws(Trouble) -> Reply {
    try ask(request).accepted()
  }
}

/// Request lines of the cold verbs.
package enum RequestText {
  /// `VERB words name=value ...`, all escaped.
  package static func line(_ verb: Verb, _ words: [String] = [], fields: [Arguments.Field] = []) -> String {
    var bytes = Array(verb.rawValue.utf8)
    for word in words {
      bytes.append(UInt8(ascii: " "))
      Escapes.append(word, to: &bytes)
    }
    for field in fields {
      bytes.append(UInt8(ascii: " "))
      Escapes.append(field.name, to: &bytes)
      bytes.append(UInt8(ascii: "="))
      Escapes.append(field.value, to: &bytes)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
