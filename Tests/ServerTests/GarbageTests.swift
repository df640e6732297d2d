// Bytes that nobody would send on purpose. Whatever comes, a session answers in whole lines or not at all.

import TestSupport
import Testing
import WireProtocol

@testable import Server

@Suite("garbage")
struct GarbageTests {
  /// Pieces that lead a session into its corners when they are put together at random.
  private static let pieces = [
    "PING", "CHECK ", "MCHECK ", "GET ", "IDENTIFY ", "ROWS ", "INGEST ", "COMMIT ", "ABORT ", "LOADS",
    "HELP", "BACKUP", "RESTORE ", "VERIFY", "force=1", "confirm=",
    "DESCRIBE ", "DATASET ", "REMOVE ", "STATS", "OVERLAP", "DATASETS", "HELLO ", "QUIT", "@t ", "@", "\n",
    "\n",
    "\n", "\r\n", "\r", "\t", " ", "=", "\\", "\\x4", "\0", "!", "a", "parks", "parks.s", "source=s",
    "mode=append",
    "blocks=1", "title=x", "COMPACT", "0", "1", "2", "9", "3 ", "1 1 9\nflickr:1\n", "2 1 9\nflickr:2\n",
    "flickr:1", "flic.kr/s/a", "md5=", "listed=", "https://example.org/%zz/../a", "\u{FF}é",
  ]

  @Test("random requests never break a session", arguments: 1...12 as ClosedRange<UInt64>)
  func randomRequests(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let daemon = try BareDaemon()
    for _ in 0..<60 {
      let client = daemon.connect()
      var sent = ""
      for _ in 0..<Int.random(in: 1...120, using: &random) {
        sent += Self.pieces.randomElement(using: &random)!
      }
      let bytes = Array(sent.utf8)
      var start = 0
      while start < bytes.count {
        let end = min(bytes.count, start + Int.random(in: 1...40, using: &random))
        client.send(bytes[start..<end])
        if Bool.random(using: &random) { _ = client.finishJob() }
        start = end
      }
      try finish(client)
    }
  }

  @Test("random bytes never break a session", arguments: 1...8 as ClosedRange<UInt64>)
  func randomBytes(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let client = try BareDaemon().connect()
    for _ in 0..<200 {
      let bytes = (0..<Int.random(in: 0...3_000, using: &random)).map { _ in
        UInt8.random(in: 0...255, using: &random)
      }
      client.send(bytes)
      client.settle()
    }
    try finish(client)
  }

  @Test("a flipped byte in a good session never breaks it", arguments: 1...6 as ClosedRange<UInt64>)
  func flippedBytes(seed: UInt64) throws {
    var random = SeededGenerator(state: seed)
    let transcripts = Transcript.all.filter { $0.inputCount < 20_000 }
    for transcript in transcripts {
      let daemon = try BareDaemon()
      for section in transcript.sections where !section.input.isEmpty {
        var bytes = section.input
        for _ in 0..<Int.random(in: 1...3, using: &random) {
          bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        let client = daemon.connect()
        client.send(bytes)
        try finish(client)
      }
    }
  }

  /// Ends a session and looks at what it answered.
  private func finish(_ client: BareClient) throws {
    client.settle()
    client.halfClose()
    client.settle()
    #expect(client.isIdle)
    // An unfinished MCHECK leaves an unfinished reply, and a compact one an unfinished line.
    if case .identifiers = client.state {} else { #expect(client.received.last ?? 0x0A == 0x0A) }
    for whole in client.received.split(separator: 0x0A) {
      // In RESP every line ends with a CR.
      let line = client.speaksRESP ? whole.dropLast() : whole
      #expect(whole.count - line.count == 0 || whole.last == 0x0D)
      #expect(!line.contains(0x0D) && !line.contains(0), "\(String(decoding: line, as: UTF8.self))")
    }
    client.leave()
  }
}
