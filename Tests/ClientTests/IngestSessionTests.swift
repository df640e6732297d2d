// The state machine of a load: what is sent after which reply, and what survives a lost connection.

@testable import Client
import Console
import DaemonClient
import Testing
import WireProtocol

@Suite struct IngestSessionTests {
  private let request = LoadRequest(
    slug: "strangers", mode: .create, source: "abc", name: "a list.csv", format: "plain", byteCount: 10)

  private func block(_ number: Int, rows: Int = 2) -> ListBlock {
    ListBlock(
      number: number, bytes: Array(repeating: UInt8(ascii: "x"), count: rows * 3), file: "list",
      lines: (0..<rows).map { UInt64(number * 100 + $0) })
  }

  private func reply(_ text: String) throws -> Reply {
    var assembler = ReplyAssembler()
    var reply: Reply?
    for line in text.split(separator: "\n") { reply = try assembler.take(String(line).utf8.span) }
    return try #require(reply)
  }

  private func opened(block: Int = 0, rows: Int = 0) throws -> Reply {
    try reply("OK load=strangers.abc block=\(block) rows=\(rows) accepted=\(rows) rejected=0")
  }

  private let committed = "OK rows=4 accepted=3 rejected=1 images=2 memberships=3"

  @Test("a load goes INGEST, ROWS, COMMIT, and ends with its figures")
  func wholeLoad() throws {
    var session = IngestSession(request, sha256: nil)
    #expect(
      session.connected()
        == "INGEST strangers mode=create source=abc name=a\\slist.csv format=plain bytes=10")
    #expect(!session.wantsBlock)
    #expect(try session.take(opened()) == [.opened(load: "strangers.abc", block: 0, rows: 0)])
    #expect(session.sending(block(1)) == "ROWS 1 2 6")
    #expect(session.sending(block(2)) == "ROWS 2 2 6")
    session.listEnded(blocks: 2, sha256: "f00d")
    #expect(!session.wantsBlock)
    #expect(try session.commit() == nil)
    _ = try session.take(reply("OK 0 block=1 durable=0"))
    #expect(try session.commit() == nil)
    _ = try session.take(reply("OK 0 block=2 durable=0"))
    #expect(try session.commit() == "COMMIT blocks=2 sha256=f00d")
    #expect(try session.commit() == nil)
    let outcome = try #require(LoadOutcome(reply(committed), isUnchanged: false))
    #expect(try session.take(reply(committed)) == [.finished(outcome)])
    #expect(outcome.rejected == 1 && outcome.imagesNew == 2 && outcome.membershipsNew == 3)
  }

  /// A session whose one block of `rows` rows has been answered with `rejected` of them rejected.
  private func answered(rows: Int, rejected: Int, limit: RejectLimit) throws -> IngestSession {
    var session = IngestSession(request, sha256: nil, limit: limit)
    _ = session.connected()
    _ = try session.take(opened())
    _ = session.sending(block(1, rows: rows))
    session.listEnded(blocks: 1, sha256: nil)
    let lines = (0..<rejected).map { "\($0 + 1)\tcolumns\tx" }
    _ = try session.take(reply((["OK \(rejected) block=1 durable=0"] + lines).joined(separator: "\n")))
    return session
  }

  @Test(
    "a load with too many rejected rows is given up and dropped, at its first such block or before its COMMIT"
  )
  func rejectLimit() throws {
    let few = try #require(RejectLimit(argument: "3"))
    var fine = try answered(rows: 10, rejected: 3, limit: few)
    #expect(try fine.commit() == "COMMIT blocks=1")
    let share = try #require(RejectLimit(argument: "20%"))
    var short = try answered(rows: 10, rejected: 3, limit: share)
    for stop in [
      #expect(throws: IngestStop.self) { try answered(rows: 10, rejected: 4, limit: few) },
      #expect(throws: IngestStop.self) { try answered(rows: 1_000, rejected: 201, limit: share) },
      #expect(throws: IngestStop.self) { try short.commit() },
      #expect(throws: IngestStop.self) { try answered(rows: 1_000, rejected: 501, limit: .usual) },
    ] {
      guard case .end(let trouble, dropsLoad: true) = stop else {
        Issue.record("goes on")
        continue
      }
      #expect(trouble.text.contains("nothing is loaded"))
    }
    #expect(short.abandonedRejects().count == 3)
    var usual = try answered(rows: 10, rejected: 9, limit: .usual)
    #expect(try usual.commit() != nil)
  }

  @Test("rows that an earlier run had rejected count for the limit when the load goes on")
  func rejectLimitResumed() throws {
    var session = IngestSession(request, sha256: nil, limit: try #require(RejectLimit(argument: "5")))
    _ = session.connected()
    _ = try session.take(reply("OK load=strangers.abc block=1 rows=100 accepted=95 rejected=5"))
    _ = session.sending(block(2))
    #expect(throws: IngestStop.self) { try session.take(reply("OK 1 block=2 durable=1\n1\tcolumns\tx")) }
  }

  @Test("no more than the protocol's number of blocks are under way")
  func window() throws {
    var session = IngestSession(request, sha256: nil)
    _ = session.connected()
    _ = try session.take(opened())
    while session.wantsBlock { _ = session.sending(block(session.nextBlock)) }
    #expect(session.nextBlock == ProtocolLimits.rowsUnderWayMax + 1)
    _ = try session.take(reply("OK 0 block=1 durable=0"))
    #expect(session.wantsBlock)
  }

  @Test("a load that is staged in part goes on behind its durable blocks")
  func resumes() throws {
    var session = IngestSession(request, sha256: nil)
    _ = session.connected()
    _ = try session.take(opened(block: 5, rows: 500))
    #expect(session.nextBlock == 6)
    session.listEnded(blocks: 5, sha256: nil)
    #expect(try session.commit() == "COMMIT blocks=5")
  }

  @Test("rejects come out once their block is durable, and only once where a block is sent twice")
  func rejects() throws {
    var session = IngestSession(request, sha256: nil)
    _ = session.connected()
    _ = try session.take(opened())
    for number in 1...3 { _ = session.sending(block(number)) }
    #expect(
      try session.take(reply("OK 1 block=1 durable=0\n2\tidentifier\tno good")) == [.durable(block: 0)])
    let first = RejectedRow(file: "list", line: 101, code: "identifier", text: "no good")
    #expect(
      try session.take(reply("OK 1 block=2 durable=1\n1\tfield\tbad\\tname"))
        == [.durable(block: 1), .rejected([first])])
    session.disconnected()
    #expect(session.connected().hasPrefix("INGEST strangers"))
    #expect(
      try session.take(opened(block: 1, rows: 2)) == [.opened(load: "strangers.abc", block: 1, rows: 2)])
    #expect(session.nextBlock == 2)
    for number in 2...3 { _ = session.sending(block(number)) }
    _ = try session.take(reply("OK 1 block=2 durable=1\n1\tfield\tbad\\tname"))
    _ = try session.take(reply("OK 0 block=3 durable=1"))
    session.listEnded(blocks: 3, sha256: nil)
    _ = try session.commit()
    let second = RejectedRow(file: "list", line: 200, code: "field", text: "bad\tname")
    let outcome = try #require(LoadOutcome(reply(committed), isUnchanged: false))
    #expect(try session.take(reply(committed)) == [.rejected([second]), .finished(outcome)])
  }

  @Test("a list that is known already is unchanged")
  func unchanged() throws {
    var session = IngestSession(request, sha256: "f00d")
    #expect(session.connected().hasSuffix(" sha256=f00d"))
    let known = "OK unchanged=1 rows=4 accepted=3 rejected=1 images=2 memberships=3"
    let outcome = try #require(LoadOutcome(reply(known), isUnchanged: true))
    #expect(try session.take(reply(known)) == [.finished(outcome)])
  }

  @Test("unchanged after a COMMIT whose reply was lost means loaded")
  func lostCommit() throws {
    var session = IngestSession(request, sha256: nil)
    _ = session.connected()
    _ = try session.take(opened())
    _ = session.sending(block(1))
    session.listEnded(blocks: 1, sha256: "f00d")
    _ = try session.take(reply("OK 0 block=1 durable=1"))
    _ = try session.commit()
    session.disconnected()
    #expect(session.connected().hasSuffix(" sha256=f00d"))
    let known = "OK unchanged=1 rows=4 accepted=3 rejected=1 images=2 memberships=3"
    let outcome = try #require(LoadOutcome(reply(known), isUnchanged: false))
    #expect(try session.take(reply(known)) == [.finished(outcome)])
  }

  @Test("a refusal says what can be done: try again, choose a mode, or drop what is staged")
  func refusals() throws {
    func stop(_ text: String, open: Bool) throws -> IngestStop? {
      var session = IngestSession(request, sha256: nil)
      _ = session.connected()
      if open {
        _ = try session.take(opened())
        _ = session.sending(block(1))
      }
      do {
        _ = try session.take(reply(text))
        return nil
      } catch let stop as IngestStop { return stop }
    }
    #expect(try stop("ERR BUSY RETRY in use", open: false) == .again(reason: "in use"))
    #expect(try stop("ERR DISK RETRY no room", open: true) == .again(reason: "no room"))
    guard case .end(let exists, false) = try stop("ERR EXISTS CLIENT has one", open: false) else {
      Issue.record("EXISTS ends a load that is not open")
      return
    }
    #expect(exists.text.contains("--append") && exists.text.contains("--replace"))
    guard case .end(_, true) = try stop("ERR BODY CLIENT short", open: true) else {
      Issue.record("a client's fault drops the load")
      return
    }
    guard case .end(_, false) = try stop("ERR FULL SERVER full", open: true) else {
      Issue.record("a server's fault leaves the load staged")
      return
    }
    guard case .end = try stop("OK 0 block=7 durable=0", open: true) else {
      Issue.record("an answer to another block is not understood")
      return
    }
  }

  @Test("more staged blocks than the list has are another list's")
  func foreignLoad() throws {
    var session = IngestSession(request, sha256: nil)
    _ = session.connected()
    _ = try session.take(opened(block: 9, rows: 900))
    session.listEnded(blocks: 3, sha256: nil)
    #expect(throws: IngestStop.self) { try session.commit() }
  }
}
