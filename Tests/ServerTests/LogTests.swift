// The log: numbers that stay, lines and datagrams of the right form, and a slow log that does not flood.

import Foundation
import Glibc
import Logging
import Platform
import Synchronization
import Testing
import WireProtocol

@testable import Server

/// Keeps messages.
final class KeptLog: Sendable {
  private let messages = Mutex<[(text: String, fields: [(String, String)])]>([])

  var texts: [String] { messages.withLock { $0.map(\.text) } }
  var fields: [[String: String]] {
    messages.withLock { $0.map { Dictionary($0.fields, uniquingKeysWith: { first, _ in first }) } }
  }

  /// A log that is kept here.
  var log: DaemonLog {
    var logger = Logger(label: "test", factory: { _ in Handler(kept: self) })
    logger.logLevel = .trace
    return DaemonLog(logger)
  }

  private struct Handler: LogHandler {
    let kept: KeptLog
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      kept.messages.withLock {
        $0.append((event.message.description, LogFields.all(metadata, event.metadata)))
      }
    }
  }
}

@Suite("the log")
struct LogTests {
  @Test("names events by numbers of 128 bits, each its own, which MONITORING.md lists")
  func events() throws {
    let text = try String(
      contentsOf: Transcript.folder.deletingLastPathComponent().appending(path: "MONITORING.md"),
      encoding: .utf8)
    var documented: [String: String] = [:]
    for match in text.matches(of: /\n\| `([a-z-]+)` \| [a-z]+ \| ([0-9a-f]{32}) \|/) {
      documented[String(match.1)] = String(match.2)
    }
    #expect(Set(DaemonEvent.allCases.map(\.identifier)).count == DaemonEvent.allCases.count)
    #expect(documented.count == DaemonEvent.allCases.count)
    for event in DaemonEvent.allCases { #expect(documented[event.rawValue] == event.identifier, "\(event)") }
  }

  @Test("is one line a message, with the event first and values quoted where they need it")
  func lines() {
    let moment = timespec(tv_sec: 1_700_000_000, tv_nsec: 7_654_321)
    func line(_ fields: [(String, String)], _ text: String = "hello") -> String {
      String(
        decoding: LogText(isColoured: false).line(.info, text, fields, at: moment), as: UTF8.self)
    }
    #expect(line([]) == "2023-11-14T22:13:20.007Z info    hello\n")
    let grave = LogText(isColoured: false).line(.critical, "hello", [], at: moment)
    #expect(String(decoding: grave, as: UTF8.self).hasSuffix("Z critical hello\n"))
    #expect(line([("a", "1"), ("b", "x y"), ("c", "")]).hasSuffix("hello a=1 b=\"x y\" c=\"\"\n"))
    #expect(line([("a", "x\n\"y\"")], "two\nlines").hasSuffix("two\\nlines a=\"x\\n'y'\"\n"))
    let fields = LogFields.all(["z": "1"], ["a": "2", "event": "slow"])
    #expect(fields.map(\.0) == ["event", "a", "z"])
    let coloured = LogText(isColoured: true)
    #expect(coloured.line(.error, "x", [], at: moment).contains(0x1B))
    #expect(!coloured.line(.info, "x", [], at: moment).contains(0x1B))
  }

  @Test(
    "is a datagram of the journal's protocol, with lengths where a value has line ends, and of bounded size")
  func datagrams() {
    func datagram(_ fields: [(String, String)]) -> [UInt8] {
      JournalEntry.datagram(.warning, "text", fields, program: "whichsetd")
    }
    #expect(
      String(decoding: datagram([("event", "slow"), ("waited-ms", "7")]), as: UTF8.self)
        == "MESSAGE=text\nPRIORITY=4\nSYSLOG_IDENTIFIER=whichsetd\n"
        + "MESSAGE_ID=\(DaemonEvent.slow.identifier)\nWHICHSET_EVENT=slow\nWHICHSET_WAITED_MS=7\n")
    #expect(
      datagram([("a", "x\ny")]).suffix(23) == Array("WHICHSET_A\n".utf8) + [3, 0, 0, 0, 0, 0, 0, 0]
        + Array("x\ny\n".utf8))
    let long = String(repeating: "x", count: JournalEntry.valueBytesMax)
    #expect(datagram([("a", long + "yz")]) == datagram([("a", long)]))
    #expect(datagram((0..<100).map { ("a\($0)", long) }).count <= JournalEntry.bytesMax)
    #expect(JournalEntry.fieldName(String(repeating: "a", count: 100)).utf8.count <= 64)
  }

  @Test("goes to the journal only where standard error is the stream that JOURNAL_STREAM names")
  func stream() throws {
    let own = try FileStatus(of: STDERR_FILENO).identity
    #expect(JournalLogHandler.isStandardError(of: "\(own.device):\(own.inode)"))
    for other in [nil, "", "1", "\(own.device):\(own.inode + 1)", "x:y", "1:2:3"] {
      #expect(!JournalLogHandler.isStandardError(of: other))
    }
  }

  @Test("tells of so many slow requests at a time, then how many it did not tell of")
  func slow() {
    let kept = KeptLog()
    let slow = SlowLog(kept.log, milliseconds: 5)
    #expect(slow.nanoseconds == 5_000_000)
    let request = SlowRequest(verb: "CHECK", identifiers: 3, bytes: 40, microseconds: 9_000)
    for _ in 0..<(SlowLog.messagesMax + 7) { slow.note(request, now: 1_000) }
    #expect(kept.texts.count == SlowLog.messagesMax)
    slow.note(request, now: 1_000 + SlowLog.windowNanoseconds - 1)
    #expect(kept.texts.count == SlowLog.messagesMax)
    slow.note(request, now: 1_000 + SlowLog.windowNanoseconds)
    #expect(kept.fields.last?["suppressed"] == "8")
    slow.note(request, now: 1_001 + SlowLog.windowNanoseconds)
    #expect(kept.fields.last?["suppressed"] == nil)
    #expect(kept.fields.last?["verb"] == "CHECK" && kept.fields.last?["identifiers"] == "3")
    #expect(slow.count == SlowLog.messagesMax + 10)
    slow.set(milliseconds: 0)
    #expect(slow.nanoseconds == .max)
  }

  @Test("tells nothing of an unknown error but its type")
  func unexpected() {
    struct Strange: Error, CustomStringConvertible { let description = "flickr:424242" }
    let kept = KeptLog()
    #expect(ProtocolError(Strange(), during: "querying", kept.log).code == .internal)
    #expect(kept.texts == ["querying failed: Strange"])
  }
}
