// Streamed replies as the client sees them.

import Console
import DaemonClient
import Testing
import WireProtocol

@Suite("a streamed reply")
struct StreamedReplyTests {
  private static func events(_ lines: [String]) throws(Trouble) -> [StreamEvent] {
    var scanner = StreamScanner()
    var events: [StreamEvent] = []
    for line in lines {
      let bytes = Array(line.utf8)
      events.append(try scanner.take(bytes.span))
    }
    return events
  }

  @Test("has lines that may look like anything")
  func looks() throws {
    let events = try Self.events([
      "MORE 3", "END 3", "ERR DISK RETRY x", "MORE 9", "MORE 0 done=1", "END 3 rows=3",
    ])
    #expect(
      events == [
        .part([]), .line, .line, .line, .part([Arguments.Field(name: "done", value: "1")]),
        .end([Arguments.Field(name: "rows", value: "3")]),
      ])
  }

  @Test(
    "that is refused, fails in the middle, or has another count than it says, is trouble",
    arguments: [
      ["ERR DATASET CLIENT no such"], ["MORE 1", "a", "ERR CORRUPT SERVER x"], ["MORE 1", "a", "END 2"],
      ["OK"],
      ["MORE 1", "a", "b"], ["END x"],
    ])
  func trouble(lines: [String]) {
    #expect(throws: Trouble.self) { try Self.events(lines) }
  }
}
