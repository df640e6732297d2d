// What an `MCHECK` sees does not depend on how its bytes arrive: up to a bound, one snapshot.

import Glibc
import Index
import Platform
import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("an MCHECK")
struct OneSnapshotTests {
  /// Sixteen bytes a line.
  private static func line(_ number: Int) -> String { "flickr:\(10_000_000 + number)\n" }
  private static let lineBytes = 16
  private static let linesInBound = ProtocolLimits.checkManySnapshotBytes / lineBytes

  /// An index without, then with, all identifiers of `lines`.
  private static func change(_ daemon: BareDaemon, lines: Int) {
    let loader = daemon.connect()
    let body = (0..<lines).map(line).joined()
    let name = "parks\(daemon.index.snapshot.datasets.count)"
    let reply = loader.ask(
      "INGEST \(name) source=s\nROWS 1 \(lines) \(body.utf8.count)\n\(body)COMMIT blocks=1\n")
    #expect(reply.contains("\nOK rows=\(lines) "), "\(reply)")
  }

  @Test(
    "of as many bytes as the bound allows sees one snapshot however it is split",
    arguments: 1...8 as ClosedRange<UInt64>)
  func atTheBound(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let daemon = try BareDaemon()
    let client = daemon.connect()
    let count = Self.linesInBound
    let isCompact = seed.isMultiple(of: 2)
    let request = Array(
      ("MCHECK \(count)\(isCompact ? " COMPACT" : "")\n" + (0..<count).map(Self.line).joined()).utf8)
    // The first piece has an identifier, or is without one and the snapshot is that of the second.
    let header = request.count - ProtocolLimits.checkManySnapshotBytes
    var cuts = (0..<20).map { _ in Int.random(in: header...request.count, using: &random) }
    cuts += [header + Self.lineBytes + 3, request.count - 1, request.count]
    var start = 0
    for (index, cut) in cuts.sorted().enumerated() {
      client.send(request[start..<cut])
      start = cut
      // Some hits would come of it in every later piece.
      if index == 3 { Self.change(daemon, lines: count) }
    }
    let misses =
      isCompact ? String(repeating: "-", count: count) + "\n" : String(repeating: "MISS\n", count: count)
    #expect(client.text == "OK \(isCompact ? 1 : count)\n\(misses)")
  }

  @Test("of one line more may see a later snapshot in that line, and in none before it")
  func pastTheBound() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    let count = Self.linesInBound + 1
    client.send("MCHECK \(count)\n\(Self.line(0))")
    Self.change(daemon, lines: count)
    for number in 1..<count { client.send(Self.line(number)) }
    #expect(client.text == "OK \(count)\n" + String(repeating: "MISS\n", count: count - 1) + "HIT parks0\n")
    #expect(daemon.index.snapshotsAlive == 1)
  }

  @Test("leaves its snapshot to no request behind it, which may have been sent because of a change")
  func behind() throws {
    let daemon = try BareDaemon()
    let client = daemon.connect()
    client.send("MCHECK 2\n\(Self.line(0))")
    Self.change(daemon, lines: 2)
    client.send("\(Self.line(1))CHECK \(Self.line(1))MCHECK 1\n\(Self.line(0))")
    #expect(client.text == "OK 2\nMISS\nMISS\nHIT parks0\nOK 1\nHIT parks0\n")
    #expect(daemon.index.snapshotsAlive == 1)
  }

  @Test("whose end does not come keeps an old snapshot for so long, and no longer")
  func stalled() throws {
    let pair = try ConnectionPair(.read)
    let connection = pair.connection
    let daemon = try BareDaemon()
    let began = MonotonicClock.nanoseconds
    func isTooLong(_ seconds: Int, from start: Int = MonotonicClock.nanoseconds) -> Bool {
      connection.holdsSnapshotTooLong(
        at: start + seconds * 1_000_000_000, newest: daemon.index.snapshot.version)
    }
    func take(_ text: String) {
      var rest = Array(text.utf8)[...]
      // On a busy machine a turn can be over behind any line.
      while !rest.isEmpty {
        rest = rest.dropFirst(connection.session.consume(rest.span, isAtEnd: false, &daemon.context))
      }
    }
    take("MCHECK 2\n\(Self.line(0))")
    #expect(connection.holdsSnapshot)
    // The newest snapshot is kept by the index as well.
    #expect(!isTooLong(ProtocolLimits.stalledSecondsMax * 2))
    Self.change(daemon, lines: 2)
    #expect(!isTooLong(ProtocolLimits.stalledSecondsMax - 1, from: began))
    #expect(isTooLong(ProtocolLimits.stalledSecondsMax + 1))
    take(Self.line(1))
    #expect(!connection.holdsSnapshot)
    #expect(!isTooLong(ProtocolLimits.stalledSecondsMax + 1))
  }
}
