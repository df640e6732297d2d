// The client's side of a status line.

import Testing

@testable import WireProtocol

@Suite("a status line")
struct ReplyStatusTests {
  @Test(
    "is read",
    arguments: [
      ("HIT parks", .hit(slugs: ["parks"])), ("HIT ants,bees,zoo", .hit(slugs: ["ants", "bees", "zoo"])),
      ("@t HIT parks", .hit(slugs: ["parks"])), ("MISS", .miss), ("@t MISS", .miss), ("PONG", .pong),
      ("OK", .ok(text: "")), ("OK flickr:53000000001", .ok(text: "flickr:53000000001")),
      ("OK load=parks.s block=0", .ok(text: "load=parks.s block=0")), ("OK 0", .lines(count: 0, fields: [])),
      ("OK 12", .lines(count: 12, fields: [])),
      (
        "OK 10000 truncated=1",
        .lines(count: 10_000, fields: [Arguments.Field(name: "truncated", value: "1")])
      ),
      (
        "@t OK 0 block=1 durable=0",
        .lines(
          count: 0,
          fields: [Arguments.Field(name: "block", value: "1"), Arguments.Field(name: "durable", value: "0")])
      ),
      ("OK 12x", .ok(text: "12x")),
      ("ERR VERB CLIENT no such verb", .error(code: .verb, fault: .client, text: "no such verb")),
      ("@t ERR BUSY RETRY later", .error(code: .busy, fault: .retry, text: "later")),
      ("ERR LATER RETRY unknown code", .error(code: nil, fault: .retry, text: "unknown code")),
      ("ERR FULL SERVER", .error(code: .full, fault: .server, text: "")),
    ] as [(String, ReplyStatus)])
  func valid(line: String, status: ReplyStatus) { #expect(ReplyStatus(line) == status) }

  @Test(
    "that is none is refused",
    arguments: [
      "", " ", "@t", "@t ", "hit parks", "MISSED", "ERR", "ERR VERB", "ERR VERB NOBODY text", "PING", "OKAY",
      "OK 1 name=\\q", "\tOK",
    ])
  func invalid(line: String) { #expect(ReplyStatus(line) == nil) }

  @Test("of every error is read as it was written", arguments: ErrorCode.allCases)
  func errors(code: ErrorCode) {
    let error = ProtocolError(code, "what is wrong, and what to do")
    #expect(ReplyStatus(error.line) == .error(code: code, fault: code.fault, text: error.text))
    #expect(ReplyStatus("@t \(error.line)") == .error(code: code, fault: code.fault, text: error.text))
    #expect(code.rawValue.utf8.allSatisfy { (0x41...0x5A).contains($0) })
  }
}
