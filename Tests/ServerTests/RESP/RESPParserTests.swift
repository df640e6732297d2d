// Commands out of bytes: what is one, what is none, and that no split matters.

import TestSupport
import Testing

@testable import Server

@Suite("the parser of RESP")
struct RESPParserTests {
  /// The commands of some bytes that come in pieces, and the error that ends them.
  private static func parse(_ bytes: [UInt8], cuts: [Int] = []) -> (commands: [[String]], error: String?) {
    var parser = RESPParser()
    var arguments = RESPArguments()
    var commands: [[String]] = []
    var start = 0
    for end in cuts + [bytes.count] {
      let offered = Array(bytes[start..<end])
      var position = 0
      do {
        while position < offered.count,
          let next = try parser.next(offered.span, from: position, into: &arguments)
        {
          commands.append(arguments.copied(from: 0).map { String(decoding: offered[$0], as: UTF8.self) })
          position = next
        }
      } catch { return (commands, error.text) }
      start += position
    }
    return (commands, nil)
  }

  private static func parse(_ text: String) -> (commands: [[String]], error: String?) {
    parse(Array(text.utf8))
  }

  static func command(_ arguments: [String]) -> String {
    "*\(arguments.count)\r\n" + arguments.map { "$\($0.utf8.count)\r\n\($0)\r\n" }.joined()
  }

  @Test("takes arrays of bulk strings, whatever bytes these hold")
  func commands() {
    let sent = [["PING"], ["GET", "flickr:99100000001"], ["ECHO", "a\r\n*1\r\n$"], ["ECHO", ""]]
    let parsed = Self.parse(sent.map(Self.command).joined())
    #expect(parsed.commands == sent)
    #expect(parsed.error == nil)
  }

  @Test("takes empty commands, which Redis ignores")
  func empty() {
    #expect(Self.parse("*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n").commands == [[], [], ["PING"]])
  }

  @Test("refuses what is no command as Redis does")
  func malformed() {
    let cases = [
      ("*1\r\n$4\r\nPING\r\nPING\r\n", "expected '*', got 'P'"),
      ("\u{1}", "expected '*', got '\\x01'"),
      ("*x", "invalid multibulk length"), ("*\r\n", "invalid multibulk length"),
      ("*1\n", "invalid multibulk length"), ("*1\rx", "invalid multibulk length"),
      ("*12345678", "invalid multibulk length"), ("*-\r\n", "invalid multibulk length"),
      ("*1\r\n:1\r\n", "expected '$', got ':'"), ("*1\r\n$x", "invalid bulk length"),
      ("*1\r\n$-1\r\n", "invalid bulk length; an argument has at most 16384 bytes"),
      ("*1\r\n$1\r\nabc", "expected CRLF behind a bulk string"),
    ]
    for (bytes, error) in cases { #expect(Self.parse(bytes).error == "Protocol error: " + error, "\(bytes)") }
  }

  @Test(
    "gives the same commands and errors however the bytes are split", arguments: 1...20 as ClosedRange<UInt64>
  )
  func splits(seed: UInt64) {
    var random = SeededGenerator(state: seed)
    var bytes: [UInt8] = []
    for _ in 0..<40 {
      let words = (0..<Int.random(in: 0...5, using: &random)).map { _ in
        String(repeating: "a\r\n", count: Int.random(in: 0...40, using: &random))
      }
      bytes += Array(Self.command(words).utf8)
    }
    // Every second input has a wrong byte somewhere.
    if seed.isMultiple(of: 2) { bytes[Int.random(in: bytes.indices, using: &random)] = 0x21 }
    let whole = Self.parse(bytes)
    for cuts in [
      (0..<10).map { _ in Int.random(in: bytes.indices, using: &random) }.sorted(), Array(bytes.indices),
    ] {
      let split = Self.parse(bytes, cuts: cuts)
      #expect(split.commands == whole.commands)
      #expect(split.error == whole.error)
    }
  }

  @Test("takes as many arguments as the bound allows, and no more")
  func argumentCount() {
    let most = RESPLimits.argumentsMax
    #expect(Self.parse(Self.command(Array(repeating: "a", count: most))).commands.first?.count == most)
    #expect(
      Self.parse("*\(most + 1)\r\n").error
        == "Protocol error: invalid multibulk length; a command has at most 1024 arguments")
  }

  @Test("takes arguments as long as the bound allows, and no longer")
  func argumentBytes() {
    let most = RESPLimits.argumentBytesMax
    let longest = String(repeating: "a", count: most)
    #expect(Self.parse(Self.command(["ECHO", longest])).commands == [["ECHO", longest]])
    #expect(
      Self.parse("*1\r\n$\(most + 1)\r\n").error
        == "Protocol error: invalid bulk length; an argument has at most 16384 bytes")
  }

  @Test("takes commands as long as the bound allows, and no longer")
  func commandBytes() {
    func command(ofBytes count: Int) -> String {
      let parts = Array(repeating: String(repeating: "a", count: 16_000), count: 4)
      let rest = count - Self.command(parts + [""]).utf8.count - 3
      return Self.command(parts + [String(repeating: "b", count: rest)])
    }
    let longest = command(ofBytes: RESPLimits.commandBytesMax)
    #expect(longest.utf8.count == RESPLimits.commandBytesMax)
    #expect(Self.parse(longest).commands.count == 1)
    #expect(
      Self.parse(command(ofBytes: RESPLimits.commandBytesMax + 1)).error
        == "Protocol error: invalid bulk length; a command has at most 65536 bytes")
  }
}
