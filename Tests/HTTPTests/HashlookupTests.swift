// Lookups of hashes, in the form of CIRCL's hashlookup.

import Foundation
import NIOHTTP1
import TestSupport
import Testing

@testable import HTTPService

extension HTTPTests {
  @Suite("a lookup of a hash")
  struct HashlookupTests {
    private let daemon: TestDaemon
    private let server: TestServer

    init() async throws {
      daemon = try await TestDaemon()
      server = try await TestServer(daemon.socket)
    }

    @Test("finds what is listed, in digits of any case")
    func found() async throws {
      for hash in [TestDaemon.md5, TestDaemon.md5.uppercased()] {
        let answer = try await server.get("/lookup/md5/\(hash)")
        #expect(answer.status == 200)
        #expect(try answer.json()["MD5"] as? String == TestDaemon.md5.uppercased())
        #expect(try answer.json()["datasets"] as? [String] == ["beta"])
      }
      #expect(try await server.get("/lookup/sha1/\(TestDaemon.sha1)").status == 200)
    }

    @Test("tells the unknown from what cannot be searched and from what is no hash")
    func notFound() async throws {
      let unknown = try await server.get("/lookup/md5/\(String(repeating: "f", count: 32))")
      #expect(unknown.status == 404)
      #expect(try unknown.json()["message"] as? String == "Non existing MD5")
      #expect(try unknown.json()["coverage"] != nil)
      let unsearchable = try await server.get("/lookup/sha256/\(String(repeating: "f", count: 64))")
      #expect(unsearchable.status == 422)
      #expect(try unsearchable.json()["error"] as? String == "unsearchable")
      for digits in [31, 33] {
        #expect(try await server.get("/lookup/md5/\(String(repeating: "f", count: digits))").status == 400)
      }
      #expect(try await server.get("/lookup/md5/\(String(repeating: "g", count: 32))").status == 400)
      #expect(try await server.get("/lookup/crc32/00000000").status == 404)
    }

    @Test("of many hashes leaves out the unknown, and refuses all where one cannot be looked up")
    func bulk() async throws {
      func ask(_ hashes: [String], kind: String = "md5") async throws -> Answer {
        let list = hashes.map { "\"\($0)\"" }.joined(separator: ", ")
        return try await server.ask(
          "POST", "/bulk/\(kind)", ["Content-Type: application/json"], body: "{ \"hashes\" : [\(list)] }")
      }
      let unknown = String(repeating: "f", count: 32)
      let answer = try await ask([unknown, TestDaemon.md5])
      #expect(answer.status == 200 && answer.headers["whichset-index"] != nil)
      let found = try #require(try JSONSerialization.jsonObject(with: Data(answer.body)) as? [[String: Any]])
      #expect(found.map { $0["source"] as? String } == ["beta"])
      #expect(try await ask([]).text == "[]\n")
      #expect(try await ask([unknown, "x"]).status == 400)
      #expect(try await ask([String(repeating: "f", count: 64)], kind: "sha256").status == 422)
      #expect(try await server.ask("POST", "/bulk/md5", body: "{}").status == 415)
      for body in ["{}", "[]", "{\"hashes\":[1]}", "{\"hashes\":[]} x", "{\"other\":[]}", "{\"hashes\":[]"] {
        let answer = try await server.ask("POST", "/bulk/md5", ["Content-Type: application/json"], body: body)
        #expect(answer.status == 400, "\(body)")
      }
    }

    @Test("of many hashes takes as many, and as long a body, as its bounds say")
    func bounds() async throws {
      let server = try await TestServer(daemon.socket) {
        $0.bulkHashesMax = 3
        $0.wholeBodyBytesMax = 200
      }
      func ask(_ count: Int, padding: Int = 0) async throws -> Int {
        let list = [String](repeating: "\"\(TestDaemon.md5)\"", count: count).joined(separator: ",")
        var body = "{\"hashes\":[\(list)]}"
        body += String(repeating: " ", count: max(0, padding - body.utf8.count))
        return try await server.ask("POST", "/bulk/md5", ["Content-Type: application/json"], body: body)
          .status
      }
      #expect(try await ask(3) == 200)
      #expect(try await ask(4) == 413)
      #expect(try await ask(1, padding: 200) == 200)
      #expect(try await ask(1, padding: 201) == 413)
    }

    @Test("is described, with how many hashes there are, and in a document of the interface")
    func description() async throws {
      #expect(try await server.get("/info").json()["stat:MD5"] as? Int == 1)
      let document = try await server.get("/openapi.json")
      #expect(document.headers["content-type"] == "application/openapi+json")
      let paths = try #require(try document.json()["paths"] as? [String: [String: Any]])
      for (path, operations) in paths {
        let segments = path.split(separator: "/").map { $0.hasPrefix("{") ? "x" : String($0) }
        let route = try #require(Route(segments), "\(path)")
        let methods = route.methods.filter { $0 != .HEAD && $0 != .OPTIONS }.map { $0.rawValue.lowercased() }
        #expect(Set(operations.keys) == Set(methods))
      }
    }
  }
}
