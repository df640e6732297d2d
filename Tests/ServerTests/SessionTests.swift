// What a session promises beyond the transcripts: the order of replies while jobs are under way, how much is
// under way at most, and that a slow reader holds up nobody but itself.

import Testing
import WireProtocol

@testable import Server

@Suite("a session")
struct SessionTests {
  @Test("has a handler for every verb but CHECK, which lookups answer")
  func handlers() {
    for verb in Verb.allCases {
      #expect((Handlers.all[Int(verb.number)] == nil) == (verb == .check), "\(verb)")
    }
  }

  @Test("keeps replies in order while jobs are under way")
  func order() throws {
    let client = try BareDaemon().connect()
    client.send("@1 PING\n@2 GET flickr:1\n@3 PING\n@4 OVERLAP\n@5 CHECK flickr:1\n@6 NOSUCH\n")
    #expect(client.text == "@1 PONG\n")
    #expect(client.jobCount == 1)
    #expect(client.finishJob())
    #expect(client.text == "@1 PONG\n@2 MISS\n@3 PONG\n")
    #expect(client.finishJob())
    #expect(client.text == "@1 PONG\n@2 MISS\n@3 PONG\n@4 OK 0\n@5 MISS\n@6 ERR VERB CLIENT \(Self.noVerb)\n")
    #expect(!client.finishJob())
  }

  private static let noVerb = "no such verb; HELP lists them"

  @Test("lets as many blocks be under way as the bound allows, and no more")
  func rowsUnderWay() throws {
    let client = try BareDaemon().connect()
    _ = client.ask("INGEST parks source=s\n")
    let count = ProtocolLimits.rowsUnderWayMax
    for block in 1...(count + 3) { client.send("ROWS \(block) 1 9\nflickr:1\n") }
    #expect(client.jobCount == count)
    #expect(client.isBlocked)
    #expect(client.unconsumedCount > 0)
    #expect(client.finishJob())
    // One has ended, so one more is taken.
    #expect(client.jobCount == count)
    client.settle()
    #expect(client.unconsumedCount == 0)
    let blocks = client.text.split(separator: "\n").dropFirst()
    #expect(blocks.map(String.init) == (1...(count + 3)).map { "OK 0 block=\($0) durable=0" })
  }

  @Test("lets nothing but blocks pass blocks that are under way")
  func rowsFirst() throws {
    let client = try BareDaemon().connect()
    _ = client.ask("INGEST parks source=s\n")
    for request in ["PING", "CHECK flickr:1", "MCHECK 0", "NOSUCH", String(repeating: "a", count: 20_000)] {
      let before = client.received.count
      client.send("ROWS 0 1 9\nflickr:1\n")
      client.send("\(request)\n")
      #expect(client.received.count == before, "\(request.prefix(20))")
      #expect(client.isBlocked)
      client.settle()
      #expect(client.text.dropFirst(before).hasPrefix("ERR BLOCK"), "\(request.prefix(20))")
      #expect(!client.isBlocked)
    }
  }

  @Test("takes figures of lists up to their bound, and none whose sums might overflow")
  func listFigures() throws {
    let client = try BareDaemon().connect()
    _ = client.ask("INGEST parks source=s\nROWS 1 1 9\nflickr:1\n")
    let bound = ProtocolLimits.listFigureMax
    for past in [bound + 1, .max] {
      #expect(client.ask("COMMIT blocks=1 lists=1\nname=a\trows=\(past)\n").hasPrefix("ERR SYNTAX CLIENT "))
    }
    let lists = "name=a\trows=\(bound)\trejected=\(bound)\n"
    let count = ProtocolLimits.listsMax
    let reply = client.ask(
      "COMMIT blocks=1 lists=\(count)\n\(String(repeating: lists, count: count))")
    #expect(reply.hasPrefix("OK "), "\(reply)")
    #expect(client.ask("DATASETS\n") == "OK 1\nparks\t1\t0\t\(bound * count)\t\(bound * count)\n")
  }

  @Test("answers a refused block behind the blocks before it")
  func refusedBlock() throws {
    let client = try BareDaemon().connect()
    _ = client.ask("INGEST parks source=s\n")
    let before = client.received.count
    client.send("@a ROWS 1 1 9\nflickr:1\n@b ROWS 2 65537 1\n\n@c ROWS 2 1 9\nflickr:2\n@d ROWS x\n@e PING\n")
    #expect(client.received.count == before)
    client.settle()
    let tags = client.text.dropFirst(before).split(separator: "\n").map { $0.prefix(6) }
    #expect(tags == ["@a OK ", "@b ERR", "@c OK ", "@d ERR"])
    #expect(client.isClosing)
  }

  @Test("stops consuming while its reader is behind, and goes on after")
  func slowReader() throws {
    let daemon = try BareDaemon()
    let bound = 1 << 20
    daemon.context.outputPendingBytesMax = bound
    let client = daemon.connect()
    client.isReading = false
    let requests = bound / 5 * 3
    client.send(String(repeating: "PING\n", count: requests))
    #expect(client.output.count >= bound)
    #expect(client.output.count < bound + 1_000)
    let left = client.unconsumedCount
    #expect(left > 0)
    client.send("PING\n")
    #expect(client.unconsumedCount == left + 5)
    client.isReading = true
    client.send("")
    #expect(client.unconsumedCount == 0)
    #expect(client.received == Array(String(repeating: "PONG\n", count: requests + 1).utf8))
  }

  @Test("stops within a long MCHECK as well")
  func slowReaderOfMany() throws {
    let daemon = try BareDaemon()
    let bound = 1 << 20
    daemon.context.outputPendingBytesMax = bound
    let client = daemon.connect()
    client.isReading = false
    let count = bound / 5 * 2
    client.send("MCHECK \(count)\n" + String(repeating: "flickr:1\n", count: count))
    #expect(client.output.count < bound + 1_000)
    #expect(client.unconsumedCount > 0)
    client.isReading = true
    client.send("PING\n")
    #expect(client.received.count { $0 == 0x0A } == count + 2)
    #expect(client.text.hasSuffix("MISS\nPONG\n"))
  }

  @Test("keeps no bytes of a line that is too long")
  func endlessLine() throws {
    let client = try BareDaemon().connect()
    let chunk = [UInt8](repeating: 0x61, count: 50_000)
    for _ in 0..<100 {
      client.send(chunk)
      #expect(client.unconsumedCount <= ProtocolLimits.lineBytesMax + 1)
    }
    client.send("\nPING\n")
    #expect(client.text == "ERR LINE CLIENT the line is longer than 16384 bytes; it was discarded\nPONG\n")
  }

  @Test("keeps no bytes of a body that is refused")
  func endlessBody() throws {
    let client = try BareDaemon().connect()
    let chunk = [UInt8](repeating: 0x61, count: 50_000)
    client.send("ROWS 1 1 5000000\n")
    for _ in 0..<100 {
      client.send(chunk)
      #expect(client.unconsumedCount == 0)
      if case .blocks(let blocks) = client.state { #expect(blocks.body?.bytes.isEmpty == true) }
    }
    client.send("PING\n")
    #expect(client.text.hasPrefix("ERR LIMIT"))
    #expect(client.text.hasSuffix("\nPONG\n"))
  }

  @Test("leaves its load staged when its client goes, and lets it go on elsewhere")
  func abandoned() throws {
    let daemon = try BareDaemon()
    let first = daemon.connect()
    _ = first.ask("INGEST parks source=s\n")
    first.send("ROWS 1 1 9\nflickr:1\nROWS 2 1 9\nflickr:2\n")
    first.leave()
    let second = daemon.connect()
    #expect(
      second.ask("INGEST parks source=s\n") == "OK load=parks.s block=2 rows=2 accepted=2 rejected=0\n")
  }

  @Test("leaves nothing staged when its client goes while its load is committed")
  func abandonedCommit() throws {
    let daemon = try BareDaemon()
    let first = daemon.connect()
    _ = first.ask("INGEST parks source=s\nROWS 1 1 9\nflickr:1\n")
    first.send("COMMIT blocks=1\n")
    // The commit ends, but nobody is there any more to be told.
    first.runJobsUnheard()
    first.leave()
    let second = daemon.connect()
    #expect(second.ask("LOADS\nCHECK flickr:1\n") == "OK 0\nHIT parks\n")
    #expect(second.ask("INGEST parks source=t mode=append\nABORT\n").hasSuffix("OK\n"))
  }

  @Test("names the first field that is given twice")
  func describeTwice() throws {
    let client = try BareDaemon().connect()
    for _ in 0..<20 {
      #expect(
        client.ask("DESCRIBE parks url=a kinds=1 images=1 images=2 kinds=2\n")
          == "ERR SYNTAX CLIENT field given twice: kinds\n")
    }
  }
}
