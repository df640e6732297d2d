// A whole daemon that logs to a journal of the test's own: what it says has fields, and nothing of it is what anybody
// asked.

import Glibc
import Logging
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Server

@Suite("a daemon under systemd")
struct JournalTests {
  @Test("sends its log to the journal with fields, and never an identifier that was asked about")
  func journal() throws {
    let folder = try TemporaryFolder()
    let journal = try DatagramCatch("\(folder.path)/journal")
    var logger = Logger(label: "test") { _ in JournalLogHandler(program: "whichsetd", path: journal.path) }
    logger.logLevel = .trace
    let daemon = try RunningDaemon(in: folder, log: DaemonLog(logger), slowLogMilliseconds: 1)
    let client = try daemon.connect()
    let many = 50_000
    client.send("INGEST park source=s\nROWS 1 2 20\nflickr:1\nflickr:777\nCOMMIT blocks=1\n")
    // The system keeps few datagrams that were not taken.
    _ = journal.datagrams(until: "WHICHSET_ROWS=2\n")
    client.send("MCHECK \(many) COMPACT\n" + String(repeating: "https://zyx.example/zyx\n", count: many))
    _ = journal.datagrams(until: "WHICHSET_VERB=MCHECK\n")
    for verb in [
      "CHECK", "GET", "IDENTIFY", "ACCOUNT", "DATASET", "ABORT", "REMOVE", "ZYX", "LIST", "OVERLAP",
    ] {
      for text in ["zyx", "flickr:424242", "https://flic.kr/s/zyx", "nsid:zyx@N00"] {
        client.send("\(verb) \(text)\n")
      }
    }
    client.send("QUIT\n")
    #expect(client.rest().contains("\n"))
    #expect(daemon.stop())
    let said = journal.datagrams(until: "WHICHSET_EVENT=stopped\n")
    #expect(said.contains { $0.contains("MESSAGE_ID=\(DaemonEvent.started.identifier)\n") })
    #expect(said.contains { $0.contains("WHICHSET_DATASET=park\n") && $0.contains("WHICHSET_ROWS=2\n") })
    #expect(said.contains { $0.contains("WHICHSET_EVENT=slow\n") && $0.contains("WHICHSET_VERB=MCHECK\n") })
    #expect(said.contains { $0.contains("WHICHSET_EVENT=stopped\n") })
    for datagram in said {
      #expect(datagram.contains("SYSLOG_IDENTIFIER=whichsetd\n"))
      #expect(!datagram.lowercased().contains("zyx") && !datagram.contains("424242"), "\(datagram)")
    }
  }
}

/// A socket that keeps the datagrams that come. A thread takes them at once, since the system's queue is short.
private final class DatagramCatch: Sendable {
  let path: String
  private let socket: Descriptor
  private let kept = Mutex<[String]>([])

  init(_ path: String) throws {
    self.path = path
    socket = try UnixAddress.bound(at: path, .datagram)
    _ = try NamedThread("journal") { [self] in takeAll() }
  }

  /// Takes datagrams for as long as the tests run.
  private func takeAll() {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while case .bytes(let count) = socket.read(into: &bytes) {
      let text = String(decoding: bytes[..<count], as: UTF8.self)
      kept.withLock { $0.append(text) }
    }
  }

  /// All that came until one had that text in it, or for as long as a test may take.
  func datagrams(until text: String) -> [String] {
    for _ in 0..<60_000 {
      let all = kept.withLock { $0 }
      if all.contains(where: { $0.contains(text) }) { return all }
      usleep(5_000)
    }
    return kept.withLock { $0 }
  }
}
