// What `/check` promises.

import ByteText
import Foundation
import Testing

@testable import HTTPService

extension HTTPTests {
  @Suite("a check over HTTP")
  struct CheckTests {
    private let daemon: TestDaemon
    private let server: TestServer

    init() async throws {
      daemon = try await TestDaemon()
      server = try await TestServer(daemon.socket)
    }

    @Test("says for each identifier whether it was found, missed, or could not be searched")
    func outcomes() async throws {
      let sha256 = String(repeating: "ab", count: 32)
      let answer = try await server.get(
        "/check?id=flickr:99100000001&id=flickr:99100000009&id=nonsense&id=sha256:\(sha256)"
          + "&id=https%3A%2F%2Fexample.org%2Fa%2F99100000003.jpg&id=https://flic.kr/s/aBc123")
      #expect(answer.status == 200)
      let answers = try answer.answers()
      #expect(answers.map { $0["found"] as? Bool } == [true, false, nil, nil, true, nil])
      #expect(
        answers.map { $0["error"] as? String } == [nil, nil, "invalid", "unsearchable", nil, "unresolvable"])
      #expect(answers[0]["datasets"] as? [String] == ["alpha"])
      #expect(answer.headers["cache-control"] == "no-store")
    }

    @Test("says what it covers, also of the index after a load")
    func coverage() async throws {
      func coverage() async throws -> [String: Any] {
        try #require(
          try await server.get("/check?id=flickr:99100000009").json()["coverage"] as? [String: Any])
      }
      let before = try await coverage()
      #expect(before["datasets"] as? [String] == ["alpha", "beta"])
      #expect(before["images"] as? Int == 4)
      try await daemon.load("gamma", "flickr:99100000009\n")
      let after = try await coverage()
      #expect(after["datasets"] as? [String] == ["alpha", "beta", "gamma"])
      #expect(after["index"] as? String != before["index"] as? String)
    }

    @Test("is not given again while its answer is the same, and is after an erasure")
    func conditional() async throws {
      let target = "/check?id=flickr:99100000002"
      let tag = try #require(try await server.get(target).headers["etag"])
      let same = try await server.get(target, ["If-None-Match: \"other\", \(tag)"])
      #expect(same.status == 304 && same.body.isEmpty)
      try await daemon.run(["erase", "flickr:99100000002", "--yes"])
      let other = try await server.get(target, ["If-None-Match: \(tag)"])
      #expect(other.status == 200)
      #expect(try other.answers().first?["found"] as? Bool == false)
    }

    @Test("answers as many identifiers as a GET may have, and refuses one more")
    func idBound() async throws {
      func target(_ count: Int) -> String {
        "/check?" + [String](repeating: "id=flickr:1", count: count).joined(separator: "&")
      }
      let most = HTTPLimits().idsMax
      #expect(try await server.get(target(most)).answers().count == most)
      #expect(try await server.get(target(most + 1)).status == 413)
      #expect(try await server.get("/check").status == 400)
      #expect(try await server.get("/check?id=a&other=b").status == 400)
    }

    @Test(
      "answers a body in the form that is accepted, its own where that is left open",
      arguments: [
        ("text/plain", "", "text/tab-separated-values; charset=utf-8"),
        ("application/json", "", "application/json"),
        ("text/plain", "application/x-ndjson", "application/x-ndjson"),
        ("application/json; charset=utf-8", "text/*", "text/tab-separated-values; charset=utf-8"),
        ("text/plain", "application/json;q=0.5, text/tab-separated-values;q=0.4", "application/json"),
      ])
    func forms(_ type: String, _ accept: String, _ expected: String) async throws {
      let body =
        type == "text/plain"
        ? "flickr:99100000001\r\n\n nonsense\n" : "[ \"flickr:99100000001\",\"nonsense\"]"
      let answer = try await server.ask(
        "POST", "/check", ["Content-Type: \(type)"] + (accept.isEmpty ? [] : ["Accept: \(accept)"]),
        body: body)
      #expect(answer.status == 200 && answer.isWhole)
      #expect(answer.headers["content-type"] == expected)
      switch expected {
      case "application/json":
        #expect(try answer.answers().map { $0["found"] as? Bool } == [true, nil])
        #expect((try answer.json()["coverage"] as? [String: Any])?["changed"] as? Bool == false)
      default:
        let lines = answer.text.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0].contains("alpha") && lines[1].contains("invalid") && lines[2].contains("b"))
      }
    }

    @Test("takes a body of any length, with its answers in its order")
    func longBody() async throws {
      let count = 200_000
      let connection = try WebConnection(server.path)
      try await connection.send(
        "POST /check HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\nContent-Type: text/plain\r\n\r\n"
      )
      let ids = (0..<count).map { "flickr:\(99_100_000_000 + $0)\n" }
      for start in stride(from: 0, to: count, by: 10_000) {
        let piece = ids[start..<start + 10_000].joined()
        try await connection.send(String(piece.utf8.count, radix: 16) + "\r\n" + piece + "\r\n")
      }
      try await connection.send("0\r\n\r\n")
      let answer = try await connection.answer()
      let lines = answer.text.split(separator: "\n")
      #expect(answer.isWhole && lines.count == count + 1)
      #expect(lines[1] == "flickr:99100000001\tflickr:99100000001\talpha")
      #expect(lines[count - 1].hasPrefix("flickr:99100199999\t"))
    }

    @Test("holds answers back up to a bound, for clients that only write first")
    func heldBound() async throws {
      let body = "flickr:99100000001\nflickr:99100000002\n"
      let answer = try await server.ask("POST", "/check", body: body)
      #expect(answer.headers["content-length"] == "\(answer.body.count)")
      let lines = answer.text.split(separator: "\n").dropLast().reduce(0) { $0 + $1.utf8.count + 1 }
      for (most, isHeld) in [(lines, true), (lines - 1, false)] {
        let server = try await TestServer(daemon.socket) { $0.heldBytesMax = most }
        let answer = try await server.ask("POST", "/check", body: body)
        #expect((answer.headers["transfer-encoding"] == nil) == isHeld)
        #expect(answer.isWhole && answer.text.hasSuffix("changed=no\n"))
      }
    }

    @Test("answers an empty body with nothing but what it covers")
    func emptyBody() async throws {
      let text = try await server.ask("POST", "/check", body: "")
      #expect(text.status == 200 && text.text.hasPrefix("# index="))
      let array = try await server.ask("POST", "/check", ["Content-Type: application/json"], body: "[]")
      #expect(try array.answers().isEmpty)
    }

    @Test("refuses a body that is no array of strings, and cuts an answer off that has begun")
    func malformedBody() async throws {
      for body in ["{}", "", "[1]", "[\"a\"", "[\"a\",]", "[\"a\\x\"]"] {
        let answer = try await server.ask("POST", "/check", ["Content-Type: application/json"], body: body)
        #expect(answer.status == 400, "\(body)")
      }
      let impatient = try await TestServer(daemon.socket) { $0.heldBytesMax = 0 }
      let cut = try await impatient.ask("POST", "/check", ["Content-Type: application/json"], body: "[\"a\"")
      #expect(cut.status == 200 && !cut.isWhole)
      let other = try await server.ask("POST", "/check", ["Content-Type: image/png"], body: "x")
      #expect(other.status == 415)
      #expect(other.headers["content-type"] == "application/problem+json")
    }

    @Test("answers a line at the bound, and one that is longer as invalid")
    func lineBound() async throws {
      let most = HTTPLimits.identifierBytesMax
      let url = "https://example.org/" + String(repeating: "a", count: most - 20)
      let answer = try await server.ask("POST", "/check", body: "\(url)\n\(url)a\nflickr:99100000001\n")
      let lines = answer.text.split(separator: "\n").map { $0.split(separator: "\t") }
      try #require(lines.count == 4)
      #expect(lines[0][0].utf8.count == most)
      #expect(lines[1][1] == "!invalid")
      #expect(lines[2][1] == "flickr:99100000001")
    }

    @Test("asks for a body only where it is going to be read")
    func continues() async throws {
      let connection = try WebConnection(server.path)
      try await connection.send(
        WebConnection.request("POST", "/check", ["Expect: 100-continue", "Content-Length: 18"]))
      #expect(try await connection.answer().status == 100)
      try await connection.send("flickr:99100000001")
      #expect(try await connection.answer().text.contains("alpha"))
      let refused = try WebConnection(server.path)
      try await refused.send(
        WebConnection.request("POST", "/datasets", ["Expect: 100-continue", "Content-Length: 18"]))
      #expect(try await refused.answer().status == 405)
    }
  }
}

extension HTTPTests {
  @Suite("strings of a JSON array")
  struct JSONStringsTests {
    private func strings(_ text: String, split: Int) throws -> [String] {
      var reader = JSONStrings(bytesMax: 8)
      var strings: [String] = []
      for part in [Array(text.utf8.prefix(split)), Array(text.utf8.dropFirst(split))] {
        try reader.take(part.span) { strings.append(String(decoding: $0.copied, as: UTF8.self)) }
      }
      return reader.isOver ? strings : []
    }

    @Test("are the same however the bytes are split")
    func splits() throws {
      let text = #" [ "a\n\"\\\/" , "é\u00e9", "\ud83d\ude00", "\ud83dx", "12345678", "123456789abc" ] "#
      let expected = ["a\n\"\\/", "éé", "\u{1F600}", "\u{FFFD}x", "12345678", "123456789"]
      for split in 0...text.utf8.count { #expect(try strings(text, split: split) == expected) }
    }

    @Test(
      "are refused where there is anything else",
      arguments: ["[\"a\" \"b\"]", "[,]", "[\"\u{1}\"]", "[\"\\u00g0\"]", "[]]", "null", "[[]]", "[true]"])
    func refused(_ text: String) {
      #expect(throws: JSONStrings.Malformed.self) { try strings(text, split: 0) }
    }
  }
}
