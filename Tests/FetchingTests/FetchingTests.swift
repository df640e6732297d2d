// Files over HTTP are what the server has, in whole, or the reason is given; whatever a server does.

import Console
import Platform
import Publishing
import Testing

@testable import Fetching

@Suite("Files over HTTP")
struct FetchingTests {
  private static let quick: FetchLimits = {
    var limits = FetchLimits.standard
    limits.pauses = [.milliseconds(1), .milliseconds(1)]
    return limits
  }()

  private static func read(
    _ server: LoopbackServer, _ paths: [String], bytesMax: Int = 1_000, _ limits: FetchLimits = quick
  ) throws(Trouble) -> [[UInt8]?] {
    try PublishedSite(server.address, limits: limits).read(paths, bytesMax: bytesMax)
  }

  /// The reason for which a file is refused.
  private static func refusal(
    _ server: LoopbackServer, bytesMax: Int = 1_000, _ limits: FetchLimits = quick
  ) throws -> String {
    let error = #expect(throws: Trouble.self) { try read(server, ["file"], bytesMax: bytesMax, limits) }
    let text = try #require(error?.text)
    let start = "cannot read \(server.address)/file: "
    #expect(text.hasPrefix(start), "\(text)")
    return String(text.dropFirst(start.count))
  }

  @Test("come in the order in which they were asked for, several at once, over few connections")
  func order() throws {
    let server = try LoopbackServer { path, _ in
      var reply = path == "7" ? Reply.status(404) : .file(Array("<\(path)>".utf8))
      // On a busy machine each would else have been answered before the next comes. The first is always alone: libcurl waits
      // for it, in case its connection can take all others.
      reply.waitsForCompany = path == "50"
      return reply
    }
    let files = try Self.read(server, (0..<100).map { "\($0)" })
    for (number, file) in files.enumerated() {
      #expect(file == (number == 7 ? nil : Array("<\(number)>".utf8)))
    }
    #expect(server.paths.count == 100)
    #expect((2...FetchLimits.standard.connectionsMax).contains(server.connectionsMost))
  }

  @Test("have as many bytes as they may have, and not one more")
  func length() throws {
    let server = try LoopbackServer { _, _ in .file([UInt8](repeating: 7, count: 50_000)) }
    #expect(try Self.read(server, ["file"], bytesMax: 50_000)[0]?.count == 50_000)
    #expect(
      try Self.refusal(server, bytesMax: 49_999)
        == "it is longer than 48.8 KiB, so it is not the file that was published")
    // Nor without a word of the length.
    let endless = try LoopbackServer { _, _ in
      Reply(bytes: Array("HTTP/1.1 200 OK\r\n\r\n".utf8) + [UInt8](repeating: 7, count: 50_001), stalls: true)
    }
    #expect(try Self.refusal(endless, bytesMax: 50_000).hasPrefix("it is longer than"))
  }

  @Test("have so many bytes of headers, and not one more")
  func headers() throws {
    let bound = FetchLimits.standard.headerBytesMax
    let start = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nX: "
    let server = try LoopbackServer { path, _ in
      let pad = String(repeating: "x", count: bound - start.utf8.count - 4 + (path == "more" ? 1 : 0))
      return Reply(bytes: Array("\(start)\(pad)\r\n\r\nx".utf8))
    }
    #expect(try Self.read(server, ["file"]) == [Array("x".utf8)])
    let error = #expect(throws: Trouble.self) { try Self.read(server, ["more"]) }
    #expect(error?.text.contains("the server sends more than 64.0 KiB of headers") == true)
  }

  @Test("are looked for where the server says, so many times, and not once more")
  func redirects() throws {
    let server = try LoopbackServer { path, _ in
      switch path {
      case "file": .status(302, headers: "Location: /\(FetchLimits.standard.redirectsMax)\r\n")
      case "1": .file([1])
      case "loop": .status(301, headers: "Location: /loop\r\n")
      case "scheme": .status(301, headers: "Location: ftp://127.0.0.1/file\r\n")
      case "path": .status(301, headers: "Location: file:///etc/hostname\r\n")
      case "more": .status(302, headers: "Location: /file\r\n")
      default: .status(307, headers: "Location: /\(Int(path)! - 1)\r\n")
      }
    }
    #expect(try Self.read(server, ["file"]) == [[1]])
    for path in ["more", "loop"] {
      let error = #expect(throws: Trouble.self) { try Self.read(server, [path]) }
      #expect(error?.text.contains("redirected more than 3 times; check the URL") == true)
    }
    for path in ["scheme", "path"] {
      let error = #expect(throws: Trouble.self) { try Self.read(server, [path]) }
      #expect(
        error?.text.contains("redirected to an address of another kind") == true, "\(error?.text ?? "")")
    }
  }

  @Test(
    "that the server refuses are refused with the status; those that it does not have are missing",
    arguments: [
      (204, "the server answers with status 204; check the URL", 1),
      (400, "the server answers with status 400; check the URL", 1),
      (401, "the server refuses it with status 401; ask those who serve the publication", 1),
      (403, "the server refuses it with status 403; ask those who serve the publication", 1),
      (404, nil, 1), (410, nil, 1),
      (429, "the server answers with status 429; try again later", 3),
      (500, "the server answers with status 500; try again later", 3),
      (503, "the server answers with status 503; try again later", 3),
    ])
  func statuses(status: Int, text: String?, requests: Int) throws {
    let server = try LoopbackServer { _, _ in .status(status) }
    if let text {
      #expect(try Self.refusal(server) == text)
    } else {
      #expect(try Self.read(server, ["file"]) == [nil])
    }
    #expect(server.paths.count == requests)
  }

  @Test("are asked for again where the failure passes: a busy server, a connection that breaks")
  func passing() throws {
    let server = try LoopbackServer { path, before in
      switch (path, before) {
      case ("busy", 0), ("busy", 1): .status(503)
      case ("cut", 0), ("cut", 1):
        Reply(bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8))
      case ("silent", 0), ("silent", 1): Reply(bytes: [])
      default: .file(Array(path.utf8))
      }
    }
    #expect(
      try Self.read(server, ["a", "busy", "b", "cut", "silent"])
        == ["a", "busy", "b", "cut", "silent"].map { Array($0.utf8) })
    // What has come is not asked for again.
    #expect(server.paths.count == 3 * 3 + 2)
  }

  @Test("that are cut off each time are refused")
  func cutOff() throws {
    let server = try LoopbackServer { _, _ in
      Reply(bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8))
    }
    #expect(try Self.refusal(server).hasPrefix("it was cut off ("))
    let chunked = try LoopbackServer { _, _ in
      Reply(bytes: Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf".utf8))
    }
    #expect(try Self.refusal(chunked).hasPrefix("it was cut off ("))
  }

  @Test("of a server that stalls, or sends too slowly on the whole, are refused")
  func stalls() throws {
    let server = try LoopbackServer { _, _ in
      Reply(bytes: Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf".utf8), stalls: true)
    }
    var limits = Self.quick
    limits.stallSeconds = 5
    #expect(try Self.refusal(server, limits).hasPrefix("the server stalls ("))
    limits = Self.quick
    limits.wholeSeconds = 5
    #expect(try Self.refusal(server, limits).hasPrefix("the server stalls ("))
    #expect(server.paths.count == 2)
    #expect(FetchLimits.standard.wholeSeconds(bytesMax: 32 << 20) == 60 + 1_024)
  }

  @Test("end when one of them cannot be had")
  func ends() throws {
    let server = try LoopbackServer { path, _ in path == "0" ? .status(403) : Reply(bytes: [], stalls: true) }
    #expect(throws: Trouble.self) { try Self.read(server, (0..<100).map { "\($0)" }) }
    #expect(server.paths.count <= FetchLimits.standard.transfersMax)
  }

  @Test("of no server are refused, with a word on what to do")
  func noServer() throws {
    var limits = Self.quick
    limits.pauses = []
    let site = try PublishedSite("http://127.0.0.1:1", limits: limits)
    let error = #expect(throws: Trouble.self) { try site.read(["head"], bytesMax: 1) }
    #expect(error?.text.hasSuffix("; check the URL, or try again later") == true)
  }
}

@Suite("The address of a publication")
struct PublishedAddressTests {
  @Test(
    "has one form",
    arguments: [
      ("https://example.org", "https://example.org"), ("HTTPS://Example.ORG:443/", "https://example.org"),
      ("http://example.org:80/a//", "http://example.org/a"),
      ("http://example.org:8080/A/b", "http://example.org:8080/A/b"),
      ("http://[::1]:81/x", "http://[::1]:81/x"), ("http://example.org/a%20b", "http://example.org/a%20b"),
    ])
  func form(address: String, form: String) throws {
    #expect(PublishedAddress.isAddress(address))
    #expect(try PublishedAddress(address, Curl()).text == form)
  }

  @Test(
    "is not one with a user, a password, a query or a fragment, or of another scheme",
    arguments: [
      "ftp://example.org/x", "file:///srv/x", "https://a@example.org", "https://a:b@example.org/",
      "https://:b@example.org/", "https://example.org/?a", "https://example.org/#a", "https://",
      "https://example.org:99999/", "https://exa mple.org/",
    ])
  func refused(address: String) throws {
    #expect(PublishedAddress.isAddress(address))
    let error = #expect(throws: Trouble.self) { try PublishedAddress(address, Curl()) }
    // A password is shown nowhere.
    #expect(error?.text.contains(":b@") == false)
  }

  @Test("is not a path", arguments: ["/srv/x", "x", "./http://x", "://x", "a b://x", "http:/x", ""])
  func path(path: String) { #expect(!PublishedAddress.isAddress(path)) }
}
