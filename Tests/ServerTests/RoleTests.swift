// A connection keeps the role of the socket that it entered, and what a refused request brings along does no harm.

import Testing
import WireProtocol

@testable import Server

@Suite("a connection's role")
struct RoleTests {
  /// A request of each verb that a lesser role is refused, and what follows its line.
  private static let refused: [(Role, String)] = [
    (.read, "INGEST strangers source=s\n"), (.read, "DESCRIBE strangers title=x\n"), (.read, "ABORT\n"),
    (.read, "ROWS 1 1 9\nflickr:1\n"), (.read, "COMMIT blocks=1 lists=2\nname=a\nREMOVE parks\n"),
    (.read, "REMOVE parks\n"), (.read, "REINDEX\n"), (.read, "RELOAD\n"), (.load, "REMOVE parks\n"),
    (.load, "RELOAD\n"), (.load, "REINDEX parks\n"),
    (.read, "BACKUP\n"), (.load, "BACKUP confirm=x\n"), (.read, "VERIFY\n"), (.load, "VERIFY\n"),
    (.read, "ERASE 1\nflickr:1\n"), (.load, "ERASE 2 account=1\nflickr:1\nREMOVE parks\n"),
    (.read, "SUPPRESSED flickr:1\n"), (.load, "SUPPRESSED\n"),
    (.read, "UNSUPPRESS identifier=flickr:1 reason=x\n"), (.read, "SUPPRESS\n"),
    (.load, "SUPPRESS rehearse=1\n"), (.read, "SUPPRESSIONS\n"), (.load, "SUPPRESSIONS for=x\n"),
    (.load, "UNSUPPRESS\n"), (.read, "RECEIPTS\n"), (.load, "RECEIPTS number=1\n"), (.read, "COMPACT\n"),
    (.load, "COMPACT\n"), (.read, "RESTORE force=1\n"),
    (.load, "RESTORE\n"),
  ]

  @Test("keeps replies and requests in step after a refusal, however the bytes are cut", arguments: refused)
  func inStep(role: Role, request: String) throws {
    let daemon = try BareDaemon()
    _ = daemon.connect().ask("INGEST parks source=s\nROWS 1 1 9\nflickr:1\nCOMMIT blocks=1\n")
    let bytes = Array("@a \(request)@b PING\n".utf8)
    for cut in 0...bytes.count {
      let client = daemon.connect(role)
      client.send(bytes[..<cut])
      client.send(bytes[cut...])
      client.settle()
      let lines = client.text.split(separator: "\n")
      #expect(lines.count == 2, "\(client.text)")
      #expect(lines.first?.hasPrefix("@a ERR FORBIDDEN CLIENT ") == true, "\(client.text)")
      #expect(lines.last == "@b PONG", "\(client.text)")
      #expect(client.jobCount == 0)
      client.leave()
    }
    #expect(daemon.connect(.read).ask("CHECK flickr:1\n") == "HIT parks\n")
  }

  @Test("has a case here for every verb that a lesser role is refused")
  func allVerbs() {
    for role in Role.allCases {
      for verb in Verb.allCases where verb.role > role {
        // A role is refused whatever a greater one is.
        #expect(
          Self.refused.contains { $0.0 >= role && $0.1.hasPrefix(verb.name) }, "\(verb) \(role)")
      }
    }
  }

  @Test("keeps nothing of a body that is refused, and skips one of any length")
  func longBody() throws {
    let client = try BareDaemon().connect(.read)
    let chunk = [UInt8](repeating: 0x61, count: 50_000)
    client.send("ROWS 1 1 5000000\n")
    for _ in 0..<100 {
      client.send(chunk)
      #expect(client.unconsumedCount == 0)
      if case .blocks(let blocks) = client.state { #expect(blocks.body?.bytes.isEmpty == true) }
    }
    client.send("PING\n")
    #expect(client.text.hasPrefix("ERR FORBIDDEN"))
    #expect(client.text.hasSuffix("\nPONG\n"))
  }

  @Test("is told by HELP, with the role of each verb")
  func help() throws {
    for role in Role.allCases {
      let lines = try BareDaemon().connect(role).ask("HELP\n").split(separator: "\n")
      #expect(lines[0] == "OK \(Verb.allCases.count) role=\(role.rawValue)")
      for (line, verb) in zip(lines.dropFirst(), Verb.allCases) {
        #expect(line.hasSuffix(" [\(verb.role.rawValue)]"), "\(line)")
      }
    }
  }

  @Test("of a change that is asked for is logged, with what came of it and no identifier")
  func changes() throws {
    let peer = Peer(user: 1_000, process: 42, role: .load)
    let done = Outcome(RemoveRequest.Reply(images: 1, memberships: 1))
    let refused = Outcome.failed(ProtocolError(.dataset, "no dataset named x"))
    func logged(_ request: some WorkHandler, _ outcome: Outcome) -> String? {
      request.change(Holdings())?.text(outcome).what
    }
    let removal = RemoveRequest("parks")
    #expect(removal.change(Holdings())?.text(done).outcome == "done")
    #expect(removal.change(Holdings())?.text(refused).outcome == "refused, DATASET")
    #expect(logged(removal, done) == "removal of parks")
    let values = ["title", "note"].map { Arguments.Field(name: $0, value: "secret") }
    #expect(logged(DescribeRequest("parks", values), done) == "description of parks (note, title)")
    #expect(logged(AbortRequest("parks.s"), done) == "abort of load parks.s")
    #expect(logged(ReindexRequest(nil), done) == "reindexing of all that older rules made")
    #expect(logged(GetRequest(), done) == nil)
    // What stands where a name should may be anything.
    #expect(logged(removal, refused) == "removal")
    #expect(peer.description == "user 1000, process 42 (load)")
    #expect(
      Peer(user: Peer.nobody, process: 0, role: .admin).description
        == "a user that is not visible here (admin)")
  }
}
