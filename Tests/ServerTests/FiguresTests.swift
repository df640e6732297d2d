// What the daemon counts: every request once, whatever way its bytes come, and nothing of what was asked.

import Identifiers
import Testing

@testable import Server
@testable import WireProtocol

@Suite("the daemon's figures")
struct FiguresTests {
  /// A daemon that has one dataset, of two photos.
  private static func daemon() throws -> BareDaemon {
    let daemon = try BareDaemon()
    let reply = daemon.connect().ask(
      "INGEST park source=s\nROWS 1 3 24\nflickr:1\nflickr:2\nwrong\nCOMMIT blocks=1\n")
    #expect(reply.contains("accepted=2 rejected=1"))
    return daemon
  }

  private static let questions =
    "CHECK flickr:1\nCHECK flickr:9\n@t CHECK nonsense\nCHECK flic.kr/s/aHsjB7zNkE\nMCHECK 3 COMPACT\nflickr:2\n"
    + "flickr:8\n\nMCHECK 1\nflickr:1\nGET flickr:1\nGET flickr:9\nGET nonsense\nIDENTIFY flickr:5\nPING\nNOSUCH\n"
    + "XREF\nITEMS 2 18\nflickr:1\nflickr:7\nTALLY\nACCOUNT nsid:1@N00\nDATASET a b\n"

  @Test("count each request, each identifier and each error once, however the bytes are cut")
  func counts() throws {
    for size in [1, 7, 100_000] {
      let daemon = try Self.daemon()
      let client = daemon.connect()
      let bytes = Array(Self.questions.utf8)
      for start in stride(from: 0, to: bytes.count, by: size) {
        client.send(bytes[start..<min(bytes.count, start + size)])
        client.settle()
      }
      let totals = daemon.figures.totals
      #expect(
        totals.lookups[.check] == ["hit": 1, "miss": 1, "invalid": 1, "unresolvable": 1, "unsearchable": 0])
      #expect(
        totals.lookups[CheckManyRequest.verb] == [
          "hit": 2, "miss": 1, "invalid": 1, "unresolvable": 0, "unsearchable": 0,
        ])
      #expect(
        totals.lookups[GetRequest.verb] == [
          "hit": 1, "miss": 1, "invalid": 1, "unresolvable": 0, "unsearchable": 0,
        ])
      let requests: [Verb: Int] = [
        .check: 4, CheckManyRequest.verb: 2, GetRequest.verb: 3, IdentifyRequest.verb: 1, PingRequest.verb: 1,
        CrossrefRequest.verb: 1, ItemsRequest.verb: 1, TallyRequest.verb: 1, AccountRequest.verb: 1,
        DatasetRequest.verb: 1, IngestRequest.verb: 1, RowsRequest.verb: 1, CommitRequest.verb: 1,
      ]
      for verb in Verb.allCases { #expect(totals.requests[verb] == requests[verb, default: 0], "\(verb)") }
      #expect(totals.crossrefRows == 2)
      // 4 + 4 + 3 lookups, an IDENTIFY, an ACCOUNT, 2 rows.
      #expect(daemon.figures.queryCount == 15)
      let errors: [ErrorCode: Int] = [.identifier: 3, .unresolvable: 1, .verb: 1, .syntax: 1]
      for code in ErrorCode.allCases { #expect(totals.errors[code] == errors[code, default: 0], "\(code)") }
      // Every request is timed once; of an MCHECK each identifier.
      for verb in Verb.allCases where verb != CheckManyRequest.verb {
        #expect(totals.durations[verb]?.count == requests[verb, default: 0], "\(verb), cut by \(size)")
      }
      #expect(totals.durations[CheckManyRequest.verb]?.count == 4)
    }
  }

  @Test("count a line that is too long as an error, and not as a CHECK")
  func tooLong() throws {
    let daemon = try BareDaemon()
    let long = String(repeating: "a", count: ProtocolLimits.lineBytesMax)
    _ = daemon.connect().ask("CHECK \(long)\nMCHECK 1\n\(long)a\nPING\n")
    let totals = daemon.figures.totals
    #expect(totals.errors[.line] == 2)
    #expect(totals.requests[.check] == 0)
    #expect(totals.lookups[CheckManyRequest.verb]?["invalid"] == 1)
  }

  @Test("count loads and rows")
  func loads() throws {
    let daemon = try Self.daemon()
    let client = daemon.connect()
    _ = client.ask("INGEST zoo source=s\nROWS 1 1 6\nwrong\nCOMMIT blocks=1\n")
    #expect(daemon.figures.work.totals.committed == 1)
    #expect(daemon.figures.work.totals.failed == 1)
    #expect(daemon.figures.work.totals.rowsAccepted == 2)
    #expect(daemon.figures.work.totals.rowsRejected == 2)
    // A client's mistake says nothing of the disk.
    #expect(daemon.figures.work.totals.writeFailure == nil)
  }

  @Test("remember a write that failed until one succeeds")
  func writes() {
    let work = WorkFigures()
    work.wrote(failure: .disk)
    #expect(work.totals.writeFailure == .disk)
    work.wrote(failure: .dataset)
    #expect(work.totals.writeFailure == .disk)
    work.wrote(failure: nil)
    #expect(work.totals.writeFailure == nil)
    work.wrote(failure: .busy)
    #expect(work.totals.writeFailure == nil)
  }

  @Test("put a duration into the bucket whose bound it does not exceed")
  func buckets() {
    #expect(DurationBounds.bucket(nanoseconds: 0) == 0)
    for bucket in 0..<DurationBounds.bounded {
      let bound = 1_000 << bucket
      #expect(DurationBounds.bucket(nanoseconds: bound) == bucket)
      #expect(DurationBounds.bucket(nanoseconds: bound + 1) == bucket + 1)
      #expect(DurationBounds.seconds(bucket) == Double(bound) / 1e9)
    }
    #expect(DurationBounds.bucket(nanoseconds: .max / 2) == DurationBounds.bounded)
    #expect(DurationBounds.count == DurationBounds.bounded + 1)
  }

  @Test("add reactors up")
  func reactors() throws {
    let daemon = try BareDaemon()
    for _ in 0..<3 {
      let reactor = daemon.figures.addReactor()
      var tally = ChunkTally()
      tally.checks = LookupTally(count: 5, misses: 2)
      reactor.add(tally, nanoseconds: 1_500)
    }
    #expect(
      daemon.figures.totals.lookups[.check] == [
        "hit": 9, "miss": 6, "invalid": 0, "unresolvable": 0, "unsearchable": 0,
      ])
    #expect(daemon.figures.totals.durations[.check]?.buckets[1] == 15)
    #expect(daemon.figures.totals.durations[.check]?.nanoseconds == 15 * 1_500)
  }
}
