// The daemon over its socket: clients that are slow, many, rude or gone.

import Foundation
import Glibc
import Platform
import Testing
import WireProtocol

@testable import Server

@Suite("the daemon", .serialized)
struct DaemonTests {
  @Test("answers a client that sends one byte at a time")
  func oneByteAtATime() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    for byte in Array("@1 PING\r\nCHECK flickr:1\n\nGET flickr:1\nMCHECK 2 COMPACT\nx\nflickr:2\nQUIT".utf8) {
      client.send([byte])
      usleep(200)
    }
    client.halfClose()
    #expect(client.rest() == "@1 PONG\nMISS\nMISS\nOK 1\n!-\nOK\n")
    #expect(daemon.stop())
  }

  @Test("answers what was sent before a half-close, then closes")
  func halfClose() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    let count = 100_000
    client.send("GET flickr:1\nOVERLAP\n")
    let requests = Array(String(repeating: "PING\n", count: count).utf8)
    var sent = 0
    // Both directions at once, as the replies do not fit into the socket.
    while sent < requests.count {
      sent += client.send(Array(requests[sent..<min(requests.count, sent + 60_000)]))
      client.receive { $0.count >= sent - 120_000 }
    }
    client.send("@last CHECK flickr:1")
    client.halfClose()
    #expect(
      client.rest() == "MISS\nOK 0\n" + String(repeating: "PONG\n", count: count) + "@last MISS\n")
    #expect(client.isEnded)
    #expect(daemon.stop())
  }

  @Test("takes half a million lookups from a client that reads none of their replies before it has sent all")
  func sendsBeforeItReads() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    let count = 500_000
    let requests = Array(String(repeating: "CHECK flickr:99100000001\n", count: count).utf8)
    #expect(client.send(requests) == requests.count)
    client.halfClose()
    #expect(client.rest() == String(repeating: "MISS\n", count: count))
    #expect(daemon.stop())
  }

  @Test("takes no more from a client that never reads, and answers the others")
  func neverReads() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    let requests = Array(String(repeating: "HELP\n", count: 200_000).utf8)
    var taken = 0
    while taken < 32_000_000 {
      let count = client.send(requests, patience: 300)
      taken += count
      if count < requests.count { break }
    }
    let other = try daemon.connect()
    other.send("PING\n")
    #expect(other.lines(1) == "PONG\n")
    // What its replies' bound, a read and the socket hold; a request is far smaller than its reply.
    #expect(taken < 2_000_000)
    client.hangUp()
    #expect(daemon.stop())
  }

  @Test("goes on with a slow reader where it stopped")
  func slowReader() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    client.send("HELP\n")
    client.receive { $0.count { $0 == 0x0A } >= Verb.allCases.count + 1 }
    let reply = client.received
    let count = 3_000
    client.send(String(repeating: "HELP\n", count: count))
    usleep(300_000)
    client.halfClose()
    #expect(client.rest().utf8.count == reply.count * (count + 1))
    #expect(daemon.stop())
  }

  @Test("serves among a thousand idle connections")
  func idleConnections() throws {
    let daemon = try RunningDaemon(threads: 2)
    var idle: [SocketClient] = []
    for _ in 0..<1_000 { idle.append(try daemon.connect()) }
    let client = try daemon.connect()
    client.send("CHECK flickr:1\nSTATS\n")
    client.receive { String(decoding: $0, as: UTF8.self).contains("loads.staged") }
    let text = String(decoding: client.received, as: UTF8.self)
    #expect(text.hasPrefix("MISS\nOK "))
    #expect(text.contains("\nconnections\t1001\n"))
    for client in [idle[0], idle[500], idle[999]] {
      client.send("PING\n")
      #expect(client.lines(1) == "PONG\n")
    }
    idle.removeAll()
    #expect(waitForConnections(1, client))
    #expect(daemon.stop())
  }

  @Test("answers a line of many megabytes once")
  func endlessLine() throws {
    let daemon = try RunningDaemon()
    let client = try daemon.connect()
    // A gigabyte where there is time for it.
    let megabytes = ProcessInfo.processInfo.environment["WHICHSET_LONG_TESTS"] == nil ? 64 : 1_024
    let chunk = [UInt8](repeating: 0x61, count: 1 << 20)
    for _ in 0..<megabytes { #expect(client.send(chunk) == chunk.count) }
    client.send("\nPING\n")
    #expect(
      client.lines(2) == "ERR LINE CLIENT the line is longer than 16384 bytes; it was discarded\nPONG\n")
    #expect(daemon.stop())
  }

  @Test("finishes what a client asked that went away meanwhile")
  func goneDuringJob() throws {
    let daemon = try RunningDaemon()
    let body = (1...20_000).map { "flickr:\($0)\n" }.joined()
    for round in 1...10 {
      let client = try daemon.connect()
      client.send("INGEST parks source=s\nROWS 1 20000 \(body.utf8.count)\n")
      client.send(body)
      if round.isMultiple(of: 2) { client.send("ABORT\nINGEST parks source=t\nGET flickr:1\n") }
      if round.isMultiple(of: 3) { usleep(20_000) }
      client.hangUp()
    }
    let client = try daemon.connect()
    client.send("PING\n")
    #expect(client.lines(1) == "PONG\n")
    #expect(waitForConnections(1, client))
    // The load is nobody's any more: whatever of it is durable, it can be gone on with.
    var reply = ""
    for _ in 0..<30_000 {
      let next = try daemon.connect()
      next.send("INGEST parks source=s\nABORT\n")
      reply = next.lines(2)
      if reply.hasPrefix("OK load=parks.s block=") { break }
      usleep(10_000)
    }
    #expect(reply.hasPrefix("OK load=parks.s block="))
    #expect(reply.hasSuffix("\nOK\n"))
    #expect(daemon.stop())
  }

  @Test("refuses one connection too many, and takes it when there is room again")
  func connectionLimit() throws {
    let daemon = try RunningDaemon(connectionsMax: 2)
    let first = try daemon.connect()
    first.send("PING\n")
    #expect(first.lines(1) == "PONG\n")
    // The connection that waited for the daemon's start may not be counted out yet.
    #expect(waitForConnections(1, first))
    let second = try daemon.connect()
    second.send("PING\n")
    #expect(second.lines(1) == "PONG\n")
    let third = try daemon.connect()
    let refusal = third.rest()
    #expect(refusal.hasPrefix("ERR CONNECTIONS RETRY "))
    #expect(refusal.hasSuffix("\n"))
    #expect(third.isEnded)
    second.hangUp()
    #expect(waitForConnections(1, first))
    let fourth = try daemon.connect()
    fourth.send("PING\n")
    #expect(fourth.lines(1) == "PONG\n")
    #expect(daemon.stop())
  }

  @Test("gives all replies before it stops, and ends idle connections")
  func stop() throws {
    let daemon = try RunningDaemon(threads: 2)
    let idle = try daemon.connect()
    idle.send("PING\n")
    #expect(idle.lines(1) == "PONG\n")
    let busy = try daemon.connect()
    let body = (1...40_000).map { "flickr:\($0)\n" }.joined()
    busy.send("INGEST parks source=s\nROWS 1 40000 \(body.utf8.count)\n\(body)")
    #expect(busy.lines(1).hasPrefix("OK load="))
    // The block is under way by now or will be in a moment; what is behind it has come as well.
    busy.send("GET flickr:1\n@last PING\n")
    usleep(100_000)
    daemon.signalStop()
    let replies = busy.rest().split(separator: "\n").map(String.init)
    #expect(replies.dropFirst() == ["OK 0 block=1 durable=0", "MISS", "@last PONG"])
    #expect(idle.rest() == "PONG\n")
    #expect(daemon.waitUntilEnded())
    #expect(throws: SystemFailure.self) { try daemon.connect() }
    #expect(!FileManager.default.fileExists(atPath: daemon.socketPath))
    // The load that was open is staged, to the last block.
    let next = try RunningDaemon(in: daemon.folder)
    let client = try next.connect()
    client.send("INGEST parks source=s\nCOMMIT blocks=1\nCHECK flickr:40000\n")
    #expect(
      client.lines(3) == """
        OK load=parks.s block=1 rows=40000 accepted=40000 rejected=0
        OK rows=40000 accepted=40000 rejected=0 images=40000 memberships=40000
        HIT parks

        """)
    #expect(next.stop())
  }

  @Test("stops although a client never reads")
  func stopDespiteNobodyReading() throws {
    let daemon = try RunningDaemon(stopSeconds: 1)
    let client = try daemon.connect()
    client.send(String(repeating: "HELP\n", count: 10_000), patience: 300)
    #expect(daemon.stop())
    #expect(!client.isEnded)
    client.hangUp()
  }

  /// Asks until the daemon has so many connections; returns whether it came to that.
  private func waitForConnections(_ count: Int, _ client: SocketClient) -> Bool {
    for _ in 0..<60_000 {
      let before = client.received.count
      client.send("STATS\n")
      client.receive { String(decoding: $0[before...], as: UTF8.self).contains("loads.staged\t") }
      if String(decoding: client.received[before...], as: UTF8.self).contains("\nconnections\t\(count)\n") {
        return true
      }
      usleep(5_000)
    }
    return false
  }
}
