// A connection whose replies come as lines. Requests wait in the queue of whoever makes them.

import CLinux
import Glibc
import WireProtocol

/// A connection and the replies that came over it.
package struct DaemonLink: ~Copyable {
  /// Replies that are not taken yet.
  package var replies = LineBuffer(lineBytesMax: Self.replyLineBytesMax)
  /// Whether the daemon has closed its side.
  package private(set) var hasEnded: Bool
  private var cannotSend = false
  private let path: String
  private let socket: Descriptor
  private var chunk = [UInt8](repeating: 0, count: 1 << 17)

  /// A reply's line is far shorter than this; the bound only keeps a wrong peer from filling memory.
  private static var replyLineBytesMax: Int { 2 << 20 }

  /// Connects to the daemon at `path`; with `patience`, waits no longer for a place in its queue.
  package init(path: String, patience: Duration? = nil) throws(Trouble) {
    self.path = path
    hasEnded = false
    socket = try DaemonSocket.connect(path, patience: patience)
  }

  /// A link to nothing, for commands that ask no daemon.
  package init() {
    path = ""
    socket = .none
    hasEnded = true
  }

  /// What to poll.
  package var raw: Int32 { socket.raw }

  /// Events to poll for, given the requests that wait.
  package func events(_ requests: ByteQueue) -> Int32 {
    requests.isEmpty || cannotSend ? POLLIN : POLLIN | POLLOUT
  }

  /// The trouble of a daemon that ended too early.
  package var lost: Trouble { DaemonSocket.lost(path) }

  /// The trouble of a daemon that does not answer.
  package func silent(for time: Duration) -> Trouble { DaemonSocket.silent(path, for: time) }

  /// Sends what the socket takes. A daemon that reads no more may still have said why: that is left to
  /// `receive`.
  package mutating func send(_ requests: inout ByteQueue) {
    while !requests.isEmpty, !cannotSend {
      switch socket.send(requests) {
      case .bytes(let count): requests.removeFirst(count)
      case .wouldBlock: return
      case .failed: cannotSend = true
      }
    }
  }

  /// Hands an open file over, beside an LF. Nothing may wait to be sent. The corresponding C function is `sendmsg`.
  package mutating func handOver(_ file: Int32) throws(Trouble) {
    var (byte, file) = (UInt8(ascii: "\n"), file)
    // The byte and the descriptor live through the call. A socket that has taken a short request has room for a byte.
    guard unsafe whichset_send_files(raw, &byte, &file, 1) == 1 else {
      throw Trouble("cannot hand the file over to the daemon at \(path)", code: errno)
    }
  }

  /// Reads once what has come.
  package mutating func receive() throws(Trouble) {
    switch socket.read(into: &chunk) {
    case .bytes(0): hasEnded = true
    case .bytes(let count): replies.append(chunk, count: count)
    case .wouldBlock: break
    case .failed(ECONNRESET): hasEnded = true
    case .failed(let code): throw Trouble("cannot read from the daemon at \(path)", code: code)
    }
  }

  /// Says that nothing more will be sent, and waits until the daemon has read all and closes its side too. The
  /// corresponding C function is `shutdown`.
  package mutating func finish(until deadline: ContinuousClock.Instant) {
    shutdown(raw, Int32(SHUT_WR))
    while !hasEnded, ContinuousClock.now < deadline {
      var entries = [Poll.entry(raw, POLLIN)]
      _ = Poll.wait(&entries, milliseconds: 1_000)
      // A connection that fails now has ended all the same.
      if Poll.isReadable(entries[0]), (try? receive()) == nil { return }
      while replies.next() != nil {}
    }
  }
}
