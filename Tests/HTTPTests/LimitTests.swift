// Every bound of the service, at the bound and one past it; deadlines; and what is said when no answer can be given.

import Foundation
import Platform
import TestSupport
import Testing

@testable import HTTPService

extension HTTPTests {
  @Suite("a bound of the service")
  struct LimitTests {
    private let daemon: TestDaemon

    init() async throws { daemon = try await TestDaemon() }

    @Test("holds for the target of a request")
    func target() async throws {
      let server = try await TestServer(daemon.socket)
      func target(_ count: Int) -> String { "/check?id=" + String(repeating: "a", count: count - 10) }
      let most = HTTPLimits().targetBytesMax
      #expect(try await server.get(target(most)).status == 200)
      #expect(try await server.get(target(most + 1)).status == 414)
      #expect(try await server.get(target(HTTPLimits.decodedHeadBytesMax + 1)).status == 431)
    }

    @Test("holds for the header fields of a request")
    func headers() async throws {
      let server = try await TestServer(daemon.socket)
      // "Host: test" is one of them, of 8 bytes.
      func fields(_ count: Int) -> [String] { (1..<count).map { "X-\($0): 1" } }
      let most = HTTPLimits()
      #expect(try await server.get("/datasets", fields(most.headerFieldsMax)).status == 200)
      #expect(try await server.get("/datasets", fields(most.headerFieldsMax + 1)).status == 431)
      func field(_ bytes: Int) -> [String] { ["X: " + String(repeating: "a", count: bytes - 9)] }
      #expect(try await server.get("/datasets", field(most.headerBytesMax)).status == 200)
      #expect(try await server.get("/datasets", field(most.headerBytesMax + 1)).status == 431)
      #expect(try await server.get("/datasets", field(HTTPLimits.decodedHeadBytesMax * 2)).status == 431)
    }

    @Test("holds for the number of connections, and one that ends makes room")
    func connections() async throws {
      let server = try await TestServer(daemon.socket) { $0.connectionsMax = 2 }
      let first = try WebConnection(server.path)
      try await first.send(WebConnection.request("GET", "/healthz"))
      #expect(try await first.answer().status == 200)
      do {
        let second = try WebConnection(server.path)
        try await second.send(WebConnection.request("GET", "/healthz"))
        #expect(try await second.answer().status == 200)
        let third = try await server.get("/healthz")
        #expect(third.status == 503 && third.headers["retry-after"] != nil)
      }
      #expect(
        try await holds { try await server.get("/healthz").status == 200 })
    }

    @Test("ends a connection on which nothing is asked, without a word")
    func idle() async throws {
      let server = try await TestServer(daemon.socket) { $0.idleTime = .milliseconds(200) }
      let fresh = try WebConnection(server.path)
      #expect(await fresh.isClosed())
      // A busy machine may not ask within the time.
      #expect(
        try await holds {
          let used = try WebConnection(server.path)
          try await used.send(WebConnection.request("GET", "/healthz"))
          return await used.rest().hasPrefix("HTTP/1.1 200 ")
        })
    }

    @Test("ends a request whose head does not come to its end")
    func slowHead() async throws {
      let server = try await TestServer(daemon.socket) { $0.headTime = .milliseconds(200) }
      let connection = try WebConnection(server.path)
      try await connection.send("GET /healthz HTTP/1.1\r\nHo")
      let answer = try await connection.answer()
      #expect(answer.status == 408 && answer.headers["content-type"] == "application/problem+json")
      #expect(await connection.isClosed())
    }

    @Test("ends a request whose body stands still, and one that takes too long as a whole")
    func slowBody() async throws {
      for change in [
        { (limits: inout HTTPLimits) in limits.stalledTime = .seconds(2) },
        { (limits: inout HTTPLimits) in limits.requestTime = .seconds(2) },
      ] {
        let server = try await TestServer(daemon.socket, change)
        let connection = try WebConnection(server.path)
        try await connection.send("POST /check HTTP/1.1\r\nHost: test\r\nContent-Length: 9\r\n\r\nflick")
        #expect(try await connection.answer().status == 408)
        let impatient = try await TestServer(daemon.socket) { limits in
          change(&limits)
          limits.heldBytesMax = 0
        }
        #expect(
          try await holds {
            let begun = try WebConnection(impatient.path)
            try await begun.send(
              "POST /check HTTP/1.1\r\nHost: test\r\nContent-Length: 99\r\n\r\nflickr:1\n")
            let answer = try await begun.answer()
            return answer.status == 200 && !answer.isWhole
          })
      }
    }
  }
}

extension HTTPTests {
  @Suite("without an answer, the service")
  struct ProblemTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test("says that the daemon is away, and answers when it is back")
    func away() async throws {
      let daemon = try await TestDaemon()
      let server = try await TestServer(daemon.socket)
      #expect(try await server.get("/healthz").status == 200)
      try await daemon.stop()
      for target in ["/check?id=flickr:1", "/datasets", "/dataset/alpha", "/metrics", "/healthz"] {
        let answer = try await server.get(target)
        #expect(answer.status == 503 && answer.headers["retry-after"] != nil, "\(target)")
      }
      #expect(try await server.ask("POST", "/check", body: "flickr:1").status == 503)
      let next = try Program.start(
        "whichsetd", ["--data", daemon.folder.path + "/data", "--socket", daemon.socket])
      defer { next.terminate() }
      let socket = daemon.socket
      try #require(await holds { (try? UnixAddress.connected(to: socket)) != nil })
      #expect(try await server.get("/check?id=flickr:99100000001").text.contains("alpha"))
    }

    @Test("says that the daemon is silent")
    func silent() async throws {
      let path = folder.path + "/s"
      let listener = try UnixAddress.listening(at: path)
      let server = try await TestServer(path) { $0.daemonTime = .milliseconds(200) }
      #expect(try await server.get("/healthz").status == 503)
      _ = listener
    }

    @Test("says why it refuses, and what would do")
    func refusals() async throws {
      let daemon = try await TestDaemon()
      let server = try await TestServer(daemon.socket)
      #expect(try await server.get("/nowhere").status == 404)
      #expect(try await server.get("/check?id=%zz").status == 400)
      #expect(try await server.get("/dataset/unknown").status == 404)
      #expect(try await server.get("/dataset/..%2Falpha").status == 404)
      #expect(try await server.get("/datasets", ["Accept: image/png"]).status == 406)
      #expect(try await server.get("/datasets", ["Accept: application/json;q=0"]).status == 406)
      let method = try await server.ask("DELETE", "/datasets")
      #expect(method.status == 405 && method.headers["allow"] == "GET, HEAD, OPTIONS")
      let connection = try WebConnection(server.path)
      try await connection.send("nonsense\r\n\r\n")
      #expect(try await connection.answer().status == 400)
      let hostless = try WebConnection(server.path)
      try await hostless.send("GET /healthz HTTP/1.1\r\n\r\n")
      #expect(try await hostless.answer().status == 400)
      #expect(try method.json()["status"] as? Int == 405)
    }

    @Test("never repeats what was asked in a refusal")
    func discreet() async throws {
      let daemon = try await TestDaemon()
      let server = try await TestServer(daemon.socket)
      for target in ["/secret", "/check?secret=1", "/dataset/secret"] {
        #expect(!(try await server.get(target).text.contains("secret")))
      }
    }
  }
}

extension HTTPTests {
  @Suite("an answer over HTTP")
  struct AnswerTests {
    private let daemon: TestDaemon
    private let server: TestServer

    init() async throws {
      daemon = try await TestDaemon()
      server = try await TestServer(daemon.socket)
    }

    @Test("has the daemon's metrics as they are")
    func metrics() async throws {
      let answer = try await server.get(
        "/metrics", ["Accept: application/openmetrics-text;version=1.0.0,*/*;q=0.1"])
      #expect(answer.headers["content-type"] == "application/openmetrics-text; version=1.0.0; charset=utf-8")
      #expect(answer.text.contains("whichset_datasets 2\n") && answer.text.hasSuffix("# EOF\n"))
    }

    @Test("has the datasets, and one of them with its lists")
    func datasets() async throws {
      let all = try await server.get("/datasets")
      #expect((try all.json()["datasets"] as? [[String: Any]])?.map { $0["images"] as? Int } == [3, 1])
      let tag = try #require(all.headers["etag"])
      #expect(try await server.get("/datasets", ["If-None-Match: \(tag)"]).status == 304)
      let one = try await server.get("/dataset/beta").json()
      #expect(one["keys.md5"] as? Int == 1)
      #expect((one["lists"] as? [[String: Any]])?.count == 1)
    }

    @Test("has its header fields without its body for HEAD")
    func head() async throws {
      for target in ["/datasets", "/check?id=flickr:1", "/healthz"] {
        let connection = try WebConnection(server.path)
        try await connection.send(WebConnection.request("HEAD", target))
        let head = try await connection.answer(isHead: true)
        try await connection.send(WebConnection.request("GET", target))
        let get = try await connection.answer()
        #expect(head.status == 200 && head.headers["content-length"] == "\(get.body.count)")
      }
    }

    @Test("tells a browser to take nothing from elsewhere and to keep nothing")
    func security() async throws {
      for target in ["/healthz", "/nowhere", "/datasets"] {
        let headers = try await server.get(target, ["Origin: https://elsewhere.example"]).headers
        #expect(headers["content-security-policy"]?.hasPrefix("default-src 'none'") == true)
        #expect(headers["x-content-type-options"] == "nosniff")
        #expect(headers["referrer-policy"] == "no-referrer")
        #expect(headers["access-control-allow-origin"] == nil)
      }
    }

    @Test("may be read by scripts of the one site that was named")
    func origin() async throws {
      let server = try await TestServer(daemon.socket, allowedOrigin: "https://friend.example")
      #expect(
        try await server.get("/healthz").headers["access-control-allow-origin"] == "https://friend.example")
      let preflight = try await server.ask("OPTIONS", "/check")
      #expect(preflight.status == 204 && preflight.headers["content-length"] == nil)
      #expect(preflight.headers["access-control-allow-methods"]?.contains("POST") == true)
    }

    @Test("has no chunks for a client of HTTP/1.0, and ends with the connection")
    func oldVersion() async throws {
      let server = try await TestServer(daemon.socket) { $0.heldBytesMax = 0 }
      let connection = try WebConnection(server.path)
      try await connection.send("POST /check HTTP/1.0\r\nContent-Length: 18\r\n\r\nflickr:99100000001")
      let answer = try await connection.answer()
      #expect(answer.status == 200 && answer.headers["transfer-encoding"] == nil)
      let rest = await connection.rest()
      #expect(rest.hasPrefix("flickr:99100000001\t") && rest.hasSuffix("changed=no\n"))
    }

    @Test("comes to a client that sends no more, and then the connection ends")
    func halfClosed() async throws {
      let connection = try WebConnection(server.path)
      try await connection.send(
        WebConnection.request("POST", "/check", body: "flickr:99100000001")
          + WebConnection.request("GET", "/check?id=flickr:99100000002"))
      connection.finish()
      for _ in 0..<2 { #expect(try await connection.answer().text.contains("alpha")) }
      #expect(await connection.isClosed())
      let cut = try WebConnection(server.path)
      try await cut.send("POST /check HTTP/1.1\r\nHost: test\r\nContent-Length: 99\r\n\r\nflickr:1")
      cut.finish()
      #expect(await cut.ends())
    }

    @Test("comes for each of several requests on a connection, in their order")
    func pipelining() async throws {
      let connection = try WebConnection(server.path)
      try await connection.send(
        (1...3).map { WebConnection.request("GET", "/check?id=flickr:9910000000\($0)") }.joined())
      for number in 1...3 {
        #expect(try await connection.answer().text.contains("flickr:9910000000\(number)"))
      }
    }

    @Test("that is in progress is finished when the program stops")
    func stops() async throws {
      let connection = try WebConnection(server.path)
      try await connection.send(
        WebConnection.request("POST", "/check", ["Expect: 100-continue", "Content-Length: 19"]))
      #expect(try await connection.answer().status == 100)
      async let stopped: Void = server.stop()
      try await Task.sleep(for: .milliseconds(50))
      try await connection.send("flickr:99100000001\n")
      let answer = try await connection.answer()
      #expect(answer.isWhole && answer.text.contains("alpha"))
      try await stopped
    }
  }
}
