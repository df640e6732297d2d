// What a session answers to a client that speaks RESP. Requests are written as words; of the replies, line ends are
// written as spaces.

import TestSupport
import Testing
import WireProtocol

@testable import Server

/// A daemon with three datasets: `lakes` and `parks` share an image, `parks` alone has hashes, `bare` has nothing.
struct RESPClient {
  let daemon: BareDaemon
  let client: BareClient
  static let hash = "0123456789abcdef0123456789abcdef"
  static let otherHash = "0123456789abcdef0123456789abcdee"

  init(version: Int = 2, role: Role = .read, _ daemon: BareDaemon? = nil) throws {
    self.daemon = try daemon ?? Self.daemon()
    client = self.daemon.connect(role)
    if version == 3 { #expect(ask("HELLO 3").hasPrefix("%7 ")) }
  }

  static func daemon() throws -> BareDaemon {
    let daemon = try BareDaemon()
    load(
      ["flickr:99100000001", "flickr:99100000002", "https://example.org/a.jpg\tmd5=\(hash)"], into: "parks",
      daemon)
    load(["flickr:99100000002", "flickr:99100000003"], into: "lakes", daemon)
    #expect(daemon.connect().ask("DESCRIBE bare title=Nothing\n") == "OK\n")
    return daemon
  }

  static func load(_ rows: [String], into slug: String, _ daemon: BareDaemon) {
    let body = rows.map { $0 + "\n" }.joined()
    let reply = daemon.connect().ask(
      "INGEST \(slug) source=s\nROWS 1 \(rows.count) \(body.utf8.count)\n\(body)COMMIT blocks=1\n")
    #expect(reply.contains("\nOK rows=\(rows.count) "), "\(reply)")
  }

  static func bytes(_ words: String) -> String {
    RESPParserTests.command(words.split(separator: " ").map(String.init))
  }

  /// The replies to commands, each a text of words.
  func ask(_ commands: String...) -> String {
    Self.shown(client.ask(commands.map(Self.bytes).joined()))
  }

  static func shown(_ reply: String) -> String {
    String(reply.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: " ").dropLast())
  }
}

@Suite("a connection that speaks RESP")
struct RESPSessionTests {
  private static let hash = RESPClient.hash

  @Test("is one whose first byte is an asterisk, and no other")
  func firstByte() throws {
    let daemon = try RESPClient.daemon()
    let one = daemon.connect()
    one.send("*")
    one.send("1\r\n$4\r\nPING\r\n")
    #expect(one.text == "+PONG\r\n")
    let other = daemon.connect()
    #expect(other.ask("PING\n*1\n").hasPrefix("PONG\nERR "))
    #expect(daemon.connect().ask(" *1\n").hasPrefix("ERR "))
  }

  @Test("is told in which datasets an image is, by the commands of both versions")
  func lookups() throws {
    let daemon = try RESPClient.daemon()
    let (two, three) = (try RESPClient(daemon), try RESPClient(version: 3, daemon))
    let (both, one, none) = ("flickr:99100000002", "flickr:99100000001", "flickr:99100000009")
    let cases: [(command: String, two: String, three: String)] = [
      ("GET \(both)", "$11 lakes,parks", "$11 lakes,parks"),
      ("get https://live.staticflickr.com/1/99100000001_0123456789_b.jpg", "$5 parks", "$5 parks"),
      ("GET \(none)", "$-1", "_"),
      ("MGET \(both) \(none) \(one)", "*3 $11 lakes,parks $-1 $5 parks", "*3 $11 lakes,parks _ $5 parks"),
      ("EXISTS \(one)", ":1", ":1"), ("EXISTS \(none)", ":0", ":0"),
      ("EXISTS \(one) \(none) \(both) \(one)", ":3", ":3"),
      ("SMEMBERS \(both)", "*2 $5 lakes $5 parks", "~2 $5 lakes $5 parks"),
      ("SMEMBERS \(none)", "*0", "~0"),
      ("SISMEMBER parks \(one)", ":1", ":1"), ("SISMEMBER lakes \(one)", ":0", ":0"),
      ("SISMEMBER lakes \(none)", ":0", ":0"), ("SISMEMBER bare \(one)", ":0", ":0"),
      ("SMISMEMBER lakes \(one) \(both) \(none)", "*3 :0 :1 :0", "*3 :0 :1 :0"),
      ("SCARD parks", ":3", ":3"), ("SCARD bare", ":0", ":0"), ("SCARD \(both)", ":2", ":2"),
      ("SCARD \(none)", ":0", ":0"),
      ("TYPE parks", "+set", "+set"), ("TYPE \(one)", "+set", "+set"), ("TYPE \(none)", "+none", "+none"),
      ("SINTERCARD 1 parks", ":3", ":3"), ("SINTERCARD 2 parks lakes", ":1", ":1"),
      ("SINTERCARD 1 parks LIMIT 2", ":2", ":2"), ("sintercard 1 parks limit 0", ":3", ":3"),
      ("SINTERCARD 2 parks bare", ":0", ":0"), ("DBSIZE", ":5", ":5"),
      (
        "WHICHSET.CHECK \(both) \(none) nothing",
        "*3 $15 HIT lakes,parks $4 MISS $103 ERR IDENTIFIER CLIENT not a URL, a hash or namespace:value: "
          + "for a file name write file:<dataset>/<name>",
        ""
      ),
    ]
    for (command, old, new) in cases {
      #expect(two.ask(command) == old, "\(command)")
      #expect(three.ask(command) == (new.isEmpty ? old : new), "\(command)")
    }
  }

  @Test("gets an error for the whole command where one identifier has no answer, never 0 or nil")
  func unanswerable() throws {
    let client = try RESPClient()
    let sha = "sha256:" + String(repeating: "0", count: 64)
    let (good, bad, short) = ("flickr:99100000001", "99100000001", "https://flic.kr/s/aHsjB7zNkE")
    for (identifier, word) in [(bad, "-IDENTIFIER "), (short, "-UNRESOLVABLE "), (sha, "-UNSEARCHABLE ")] {
      for command in [
        "GET \(identifier)", "EXISTS \(identifier)", "EXISTS \(good) \(identifier) \(good)",
        "MGET \(identifier) \(good)", "MGET \(good) \(identifier)", "SMEMBERS \(identifier)",
        "SISMEMBER parks \(identifier)", "SMISMEMBER parks \(good) \(identifier)", "SCARD \(identifier)",
        "TYPE \(identifier)",
      ] {
        let reply = client.ask(command)
        #expect(reply.hasPrefix(word), "\(command): \(reply)")
        #expect(!reply.contains("  ") && !reply.contains(" :") && !reply.contains(" $"), "\(reply)")
      }
    }
    // Of a list without hashes it says nothing that one is not found.
    #expect(client.ask("SISMEMBER parks md5:\(RESPClient.otherHash)") == ":0")
    #expect(
      client.ask("SISMEMBER lakes md5:\(RESPClient.otherHash)").hasPrefix("-UNSEARCHABLE no list of lakes "))
    #expect(client.ask("SISMEMBER lakes md5:\(Self.hash)").hasPrefix("-UNSEARCHABLE no list of lakes "))
    #expect(client.ask("SISMEMBER parks md5:\(Self.hash)") == ":1")
    for command in [
      "SISMEMBER nowhere \(good)", "SMISMEMBER nowhere \(good)", "SCARD nowhere", "TYPE nowhere",
      "SINTERCARD 2 parks nowhere",
    ] {
      #expect(client.ask(command).hasPrefix("-DATASET no dataset "), "\(command)")
    }
  }

  @Test("finds datasets by their names, however many there are")
  func manyDatasets() throws {
    let client = try RESPClient()
    let slugs = (0..<100).map { "parks-\($0)" }
    for slug in slugs { #expect(client.daemon.connect().ask("DESCRIBE \(slug) title=x\n") == "OK\n") }
    #expect(client.ask("SINTERCARD 101 \(slugs.joined(separator: " ")) parks") == ":0")
    for slug in slugs { #expect(client.ask("SINTERCARD 1 \(slug)") == ":0") }
    #expect(client.ask("SINTERCARD 1 parks") == ":3")
    for unknown in ["parks-", "parks-100", "park", "A"] {
      #expect(client.ask("SINTERCARD 1 \(unknown)").hasPrefix("-DATASET no dataset named \(unknown)"))
    }
  }

  @Test("gets the replies of pipelined commands in their order, however many identifiers they have")
  func order() throws {
    let client = try RESPClient()
    var random = SeededGenerator(state: 7)
    var commands = ""
    var replies: [String] = []
    for _ in 0..<300 {
      let numbers = (0..<Int.random(in: 1...100, using: &random)).map { _ in
        Int.random(in: 1...4, using: &random)
      }
      let hasBad = Int.random(in: 0...9, using: &random) == 0
      let identifiers = numbers.map { "flickr:9910000000\($0)" } + (hasBad ? ["?"] : [])
      let isMany = Bool.random(using: &random)
      commands += RESPParserTests.command([isMany ? "MGET" : "EXISTS"] + identifiers)
      let slugs = ["", "parks", "lakes,parks", "lakes", ""]
      if hasBad {
        replies.append("-IDENTIFIER \(Self.plainWord)")
      } else if isMany {
        replies.append("*\(numbers.count)")
        replies += numbers.map { $0 == 4 ? "$-1" : "$\(slugs[$0].count) \(slugs[$0])" }
      } else {
        replies.append(":\(numbers.count { $0 != 4 })")
      }
    }
    client.client.send(commands)
    #expect(RESPClient.shown(client.client.text) == replies.joined(separator: " "))
  }

  private static let plainWord =
    "not a URL, a hash or namespace:value: for a file name write file:<dataset>/<name>"

  @Test("gets nothing before a command that a thread answers, and all in order after")
  func thread() throws {
    let client = try RESPClient()
    client.client.send(
      ["EXISTS flickr:99100000001", "SINTERCARD 1 parks", "PING", "SINTERCARD 1 nowhere", "PING"]
        .map(RESPClient.bytes).joined())
    #expect(client.client.text == ":1\r\n")
    #expect(client.client.isBlocked)
    client.client.settle()
    #expect(
      RESPClient.shown(client.client.text) == ":1 :3 +PONG -DATASET no dataset named nowhere +PONG")
  }

  @Test("cannot write, with any role, and is told so; other commands are unknown", arguments: Role.allCases)
  func writes(_ role: Role) throws {
    let client = try RESPClient(role: role)
    for command in [
      "SET a b", "del a", "SADD parks flickr:99100000009", "FLUSHALL", "EXPIRE a 1", "CONFIG SET a b",
    ] {
      #expect(client.ask(command).hasPrefix("-NOPERM "), "\(command)")
    }
    for command in ["INGEST parks", "EVAL x 0", "SUBSCRIBE a", "KEYS *", "FOO"] {
      #expect(client.ask(command) == "-ERR unknown command '\(command.split(separator: " ")[0])'")
    }
    #expect(client.ask("GET") == "-ERR wrong number of arguments for 'get' command")
    #expect(client.ask("DBSIZE 1") == "-ERR wrong number of arguments for 'dbsize' command")
    #expect(client.client.ask("*1\r\n$5\r\na\r\n+b\r\n") == "-ERR unknown command 'a  +b'\r\n")
    #expect(client.ask("DBSIZE") == ":5")
  }

  @Test("is closed after a protocol error, behind the replies that are due")
  func malformed() throws {
    let client = try RESPClient()
    client.client.send(RESPClient.bytes("EXISTS flickr:99100000001") + "PING\r\n" + RESPClient.bytes("PING"))
    #expect(client.client.text == ":1\r\n-ERR Protocol error: expected '*', got 'P'\r\n")
    #expect(client.client.isClosing)
    client.client.send(RESPClient.bytes("PING"))
    #expect(client.client.text == ":1\r\n-ERR Protocol error: expected '*', got 'P'\r\n")
  }

  @Test("is not answered for a command that its end cuts off")
  func halfClose() throws {
    let client = try RESPClient()
    client.client.send(RESPClient.bytes("PING") + "*2\r\n$3\r\nGET\r\n$18\r\nflickr:991")
    client.client.halfClose()
    #expect(client.client.text == "+PONG\r\n")
  }

  @Test("counts what it asks like CHECK")
  func figures() throws {
    let client = try RESPClient()
    _ = client.ask(
      "MGET flickr:99100000001 flickr:99100000009", "EXISTS ?", "SISMEMBER parks flickr:99100000001")
    _ = client.ask("GET https://flic.kr/s/aHsjB7zNkE", "GET sha1:\(String(repeating: "0", count: 40))")
    #expect(
      client.daemon.figures.totals.lookups[.check] == [
        "hit": 2, "miss": 1, "invalid": 1, "unresolvable": 1, "unsearchable": 1,
      ])
    #expect(client.daemon.figures.totals.errors[.identifier] == 1)
  }

  @Test("has to wait for its next turn after a turn's time")
  func turns() throws {
    let client = try RESPClient()
    client.daemon.context.turnNanoseconds = 0
    let long = "https://example.org/" + String(repeating: "a", count: 2_000)
    client.client.send(RESPClient.bytes("GET \(long)") + RESPClient.bytes("PING"))
    #expect(client.client.text == "$-1\r\n+PONG\r\n")
    let one = "flickr:99100000001"
    for (command, isLong) in [
      ("EXISTS \(one)", false), ("GET \(long)", true), ("FOO", true), ("GET", true), ("INFO", true),
      ("SISMEMBER nowhere \(one)", true), ("SISMEMBER parks \(one)", false),
    ] {
      _ = client.ask(command)
      let isTurnOver = client.daemon.context.isTurnOver
      #expect(isTurnOver == isLong, "\(command)")
    }
  }
}
