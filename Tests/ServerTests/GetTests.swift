// Long replies of `GET`: at the bound, and one past it.

import Foundation
import Testing
import WireProtocol

@testable import Server

@Suite("a long reply of GET")
struct GetTests {
  /// Loads `rows` into a dataset.
  private func load(_ rows: [String], into daemon: BareDaemon) -> String {
    let client = daemon.connect()
    var reply = client.ask("INGEST parks source=s\n")
    var block = 0
    for start in stride(from: 0, to: rows.count, by: 8_000) {
      block += 1
      let part = rows[start..<min(rows.count, start + 8_000)]
      let body = part.map { "\($0)\n" }.joined()
      reply += client.ask("ROWS \(block) \(part.count) \(body.utf8.count)\n\(body)")
    }
    return reply + client.ask("COMMIT blocks=\(block)\n")
  }

  @Test(
    "has at most so many forms of one key",
    arguments: [ProtocolLimits.getLinesMax, ProtocolLimits.getLinesMax + 1])
  func forms(count: Int) throws {
    let daemon = try BareDaemon()
    let reply = load((1...count).map { "flickr:7\tlisted=row \($0)" }, into: daemon)
    #expect(reply.hasSuffix("OK rows=\(count) accepted=\(count) rejected=0 images=1 memberships=1\n"))
    expectBound(daemon.connect().ask("GET flickr:7\n"), count)
  }

  /// The bound takes a minute of an unoptimised build, since the listing of each photo is looked for by itself.
  private static let photoCounts =
    ProcessInfo.processInfo.environment["WHICHSET_LONG_TESTS"] == nil
    ? [500] : [ProtocolLimits.getLinesMax, ProtocolLimits.getLinesMax + 1]

  @Test("has at most so many photos of one account", arguments: photoCounts)
  func photos(count: Int) throws {
    let daemon = try BareDaemon()
    let reply = load((1...count).map { "flickr:\($0)\tnsid=10000001@N02" }, into: daemon)
    #expect(
      reply.hasSuffix("OK rows=\(count) accepted=\(count) rejected=0 images=\(count) memberships=\(count)\n"))
    expectBound(daemon.connect().ask("GET nsid:10000001@N02\n"), count)
  }

  private func expectBound(_ reply: String, _ count: Int) {
    let lines = reply.split(separator: "\n")
    let bound = ProtocolLimits.getLinesMax
    #expect(lines.first == (count > bound ? "OK \(bound) truncated=1" : "OK \(count)"))
    #expect(lines.count == min(count, bound) + 1)
    #expect(Set(lines).count == lines.count)
    #expect(lines.dropFirst().allSatisfy { $0.hasPrefix("parks\tflickr:") })
  }
}
