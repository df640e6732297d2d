// Long replies of `GET`: at the bound, and one past it.

import Foundation
import Index
import Testing
import WireProtocol

@testable import Server

@Suite("a long reply of GET")
struct GetTests {
  /// Loads `rows` into a dataset.
  private func load(_ rows: [String], into daemon: BareDaemon, rowsEach: Int = 8_000) -> String {
    let client = daemon.connect()
    var reply = client.ask("INGEST parks source=s\n")
    var block = 0
    for start in stride(from: 0, to: rows.count, by: rowsEach) {
      block += 1
      let part = rows[start..<min(rows.count, start + rowsEach)]
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

  @Test("has at most so many bytes", arguments: [0, 1])
  func bytes(beyond: Int) throws {
    let daemon = try BareDaemon()
    // Lines of 4,096 bytes, `parks\tflickr:7\t` and the LF included.
    let count = ProtocolLimits.getBytesMax / 4_096
    let forms = (1...count).map { "\($0) " + String(repeating: "x", count: 4_080 - "\($0) ".count) }
    let rows = forms.map { "flickr:7\tlisted=\($0)" + ($0 == forms.last && beyond > 0 ? "x" : "") }
    #expect(load(rows, into: daemon, rowsEach: 250).contains("OK rows=\(count) accepted=\(count) "))
    let reply = daemon.connect().ask("GET flickr:7\n")
    let status = beyond == 0 ? "OK \(count)\n" : "OK \(count - 1) truncated=1\n"
    #expect(reply.hasPrefix(status))
    #expect(reply.utf8.count - status.utf8.count <= ProtocolLimits.getBytesMax)
    #expect(reply.split(separator: "\n").count == (beyond == 0 ? count : count - 1) + 1)
  }

  @Test("has all lines of an account whose photos have many rows each, those of other accounts left out")
  func rowsOfPhotos() throws {
    let daemon = try BareDaemon()
    let rows = (0..<2_000).map {
      "flickr:\($0 % 4 + 1)\tnsid=1000000\($0 / 4 % 2)@N02\tlisted=\(String(repeating: "x", count: 200)) \($0)"
    }
    #expect(load(rows, into: daemon, rowsEach: 2_000).contains("accepted=2000 "))
    let lines = daemon.connect().ask("GET nsid:10000001@N02\n").split(separator: "\n")
    #expect(lines.first == "OK 1000")
    #expect(Set(lines).count == 1_001)
    #expect(lines.dropFirst().allSatisfy { $0.hasSuffix("\tnsid=10000001@N02") })
  }

  @Test("is made in steps of one part of the listings of one key each, where a turn is no longer")
  func steps() throws {
    let daemon = try BareDaemon()
    // Of each of the photos there is more than a part of rows.
    let text = String(repeating: "x", count: 1_000)
    let rows = (0..<600).map { "flickr:\($0 % 2 + 1)\tnsid=10000001@N02\tlisted=\(text) \($0)" }
    #expect(load(rows, into: daemon, rowsEach: 600).contains("accepted=600 "))
    let request = try GetRequest(parsing: Array("nsid:10000001@N02".utf8).span)
    var answer = try request.begin(on: daemon.queries)
    var steps = 1
    var reply = try answer.step(on: daemon.queries, Turn(nanoseconds: 0))
    while reply == nil {
      steps += 1
      reply = try answer.step(on: daemon.queries, Turn(nanoseconds: 0))
    }
    #expect(reply?.listings.count == 600)
    let parts = rows.reduce(0) { $0 + $1.utf8.count } / IndexLimits.test.listingPartBytes
    #expect(steps > parts && parts > 3)
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
