// The commands of RESP about the connection and the daemon, as clients send them before their first question; and
// transactions.

import Index
import Testing
import WireProtocol

@testable import Server

@Suite("RESP's commands about the connection")
struct RESPConnectionTests {
  private static func hello(_ version: Int, _ id: Int) -> String {
    (version == 3 ? "%7" : "*14")
      + " $6 server $8 whichset $7 version $5 7.0.0 $5 proto :\(version) $2 id :\(id) $4 mode $10 standalone"
      + " $4 role $6 master $7 modules *0"
  }

  @Test("greet with seven fields, in the version that is asked for")
  func hello() throws {
    let client = try RESPClient()
    #expect(client.ask("PING") == "+PONG")
    let id = try #require(Int(client.ask("CLIENT ID").dropFirst()))
    #expect(client.ask("HELLO") == Self.hello(2, id))
    #expect(client.ask("HELLO 3") == Self.hello(3, id))
    #expect(client.ask("HELLO") == Self.hello(3, id))
    #expect(client.ask("hello 2 setname joe") == Self.hello(2, id))
    #expect(client.ask("CLIENT GETNAME") == "$3 joe")
    for refused in ["HELLO 4", "HELLO 1"] {
      #expect(client.ask(refused) == "-NOPROTO unsupported protocol version")
    }
    #expect(client.ask("HELLO x") == "-ERR Protocol version is not an integer or out of range")
    #expect(client.ask("HELLO 3 SETNAME") == "-ERR Syntax error in HELLO option 'SETNAME'")
    for command in ["HELLO 3 AUTH default x SETNAME jane", "AUTH x", "AUTH default x"] {
      #expect(client.ask(command).hasPrefix("-ERR AUTH called without any password configured"), "\(command)")
    }
    // What was refused has changed nothing.
    #expect(client.ask("GET flickr:99100000009") == "$-1")
    #expect(client.ask("CLIENT GETNAME") == "$3 joe")
    #expect(client.ask("RESET") == "+RESET")
    #expect(client.ask("CLIENT GETNAME") == "$-1")
  }

  @Test("answer what clients say of themselves")
  func clients() throws {
    let client = try RESPClient()
    for command in [
      "CLIENT SETINFO LIB-NAME redis-py", "client setinfo lib-ver 9.9", "CLIENT SETNAME joe",
      "CLIENT NO-EVICT ON",
      "CLIENT NO-TOUCH off", "CLIENT REPLY ON", "SELECT 0",
    ] {
      #expect(client.ask(command) == "+OK", "\(command)")
    }
    let info = client.ask("CLIENT INFO")
    for part in [" name=joe ", " lib-name=redis-py ", " lib-ver=9.9", " resp=2 "] {
      #expect(info.contains(part), "\(info)")
    }
    #expect(try RESPClient(version: 3).ask("CLIENT INFO").contains(" txt:id="))
    for command in [
      "CLIENT MAINT_NOTIFICATIONS ON", "CLIENT KILL x", "CLIENT SETINFO LIB-FOO x", "CLIENT ID 1",
      "CLIENT REPLY OFF", "CLIENT NO-EVICT x", "SELECT 1", "SELECT x", "COMMAND FOO", "CONFIG FOO x",
    ] {
      #expect(client.ask(command).hasPrefix("-ERR "), "\(command)")
    }
    #expect(client.ask("PING hello") == "$5 hello")
    #expect(client.ask("ECHO hello") == "$5 hello")
    #expect(client.ask("QUIT", "PING") == "+OK")
    #expect(client.client.isClosing)
  }

  @Test("take names as long as the bound allows, and no longer")
  func names() throws {
    let client = try RESPClient()
    let longest = String(repeating: "a", count: RESPLimits.nameBytesMax)
    for command in ["CLIENT SETNAME", "CLIENT SETINFO LIB-NAME", "HELLO 2 SETNAME"] {
      #expect(!client.ask("\(command) \(longest)").hasPrefix("-"))
      #expect(client.ask("\(command) \(longest)b").hasPrefix("-ERR Client names cannot "))
      #expect(client.ask("\(command) é").hasPrefix("-ERR Client names cannot "))
    }
  }

  @Test("describe the daemon as a Redis that is no cluster and has loaded")
  func info() throws {
    let client = try RESPClient()
    let whole = client.ask("INFO")
    for line in [
      "# Server ", "redis_version:7.0.0 ", "whichset_version:test ", "loading:0 ", "role:master ",
      "cluster_enabled:0 ", "db0:keys=5,expires=0,avg_ttl=0 ",
    ] {
      #expect(whole.contains(line), "\(line)")
    }
    #expect(client.ask("INFO all") == whole)
    #expect(client.ask("INFO Keyspace") == "$44 # Keyspace db0:keys=5,expires=0,avg_ttl=0 ")
    #expect(client.ask("INFO nothing") == "$0 ")
    #expect(client.ask("CONFIG GET save") == "*2 $4 save $0 ")
    #expect(client.ask("CONFIG GET append*", "CONFIG GET nothing") == "*2 $10 appendonly $2 no *0")
    #expect(try RESPClient(version: 3).ask("CONFIG GET append*") == "%1 $10 appendonly $2 no")
  }

  @Test("list every command with its arguments and its keys")
  func commands() throws {
    let client = try RESPClient()
    let count = RESPCommand.allCases.count
    #expect(client.ask("COMMAND COUNT") == ":\(count)")
    #expect(client.ask("COMMAND").hasPrefix("*\(count) *10 $3 get "))
    #expect(
      client.ask("COMMAND INFO mget foo")
        == "*2 *10 $4 mget :-2 *1 +readonly :1 :-1 :1 *0 *0 *0 *0 *-1")
    #expect(
      try RESPClient(version: 3).ask("COMMAND DOCS get foo").hasPrefix("%1 $3 get %3 $7 summary $"))
    for command in RESPCommand.allCases {
      let name = "\(command.spelling)"
      #expect(RESPCommand(name.utf8.span) == command)
      #expect(RESPCommand(name.uppercased().utf8.span) == command)
      #expect(RESPCommand((name + "x").utf8.span) == nil)
      #expect(!RESPCommand.isWrite(name.uppercased()))
    }
  }
}

@Suite("a transaction of RESP")
struct RESPTransactionTests {
  @Test("is answered at its end, in one snapshot")
  func snapshot() throws {
    let client = try RESPClient()
    #expect(client.ask("MULTI", "EXISTS flickr:99100000009") == "+OK +QUEUED")
    #expect(client.ask("MGET flickr:99100000001 flickr:99100000009", "PING") == "+QUEUED +QUEUED")
    RESPClient.load(["flickr:99100000009"], into: "dunes", client.daemon)
    #expect(client.ask("GET ?", "EXISTS flickr:99100000009") == "+QUEUED +QUEUED")
    let reply = client.ask("EXEC")
    #expect(reply.hasPrefix("*5 :1 *2 $5 parks $5 dunes +PONG -IDENTIFIER "), "\(reply)")
    #expect(reply.hasSuffix(" :1"))
    #expect(client.ask("EXEC") == "-ERR EXEC without MULTI")
  }

  @Test("is given up by DISCARD and RESET, and of none where a command was refused")
  func givenUp() throws {
    let client = try RESPClient()
    #expect(client.ask("DISCARD") == "-ERR DISCARD without MULTI")
    #expect(client.ask("MULTI", "PING", "DISCARD", "EXEC") == "+OK +QUEUED +OK -ERR EXEC without MULTI")
    #expect(client.ask("MULTI", "PING", "RESET", "EXEC") == "+OK +QUEUED +RESET -ERR EXEC without MULTI")
    #expect(client.ask("MULTI", "MULTI", "EXEC") == "+OK -ERR MULTI calls can not be nested *0")
    let aborted = "-EXECABORT Transaction discarded because of previous errors."
    for command in ["SET a b", "FOO", "GET", "SINTERCARD 1 parks", "HELLO 3", "INFO", "COMMAND"] {
      #expect(client.ask("MULTI", "PING", command, "EXEC").hasSuffix(aborted), "\(command)")
    }
    #expect(client.ask("PING") == "+PONG")
  }

  @Test("has as many bytes as the bound allows, and no more")
  func bound() throws {
    let client = try RESPClient()
    let frame = RESPParserTests.command(["ECHO", ""]).utf8.count
    let piece = String(repeating: "a", count: 8_192 - frame - 3)
    #expect(RESPParserTests.command(["ECHO", piece]).utf8.count == 8_192)
    let full = Array(repeating: "ECHO \(piece)", count: RESPLimits.transactionBytesMax / 8_192)
    #expect(client.ask("MULTI") == "+OK")
    for command in full { #expect(client.ask(command) == "+QUEUED") }
    #expect(client.ask("EXEC").prefix(13) == "*8 $\(piece.utf8.count) aaaa")
    #expect(client.ask("MULTI") == "+OK")
    for command in full { #expect(client.ask(command) == "+QUEUED") }
    #expect(client.ask("PING") == "-ERR a transaction has at most 65536 bytes")
    #expect(client.ask("EXEC").prefix(11) == "-EXECABORT ")
  }
}
