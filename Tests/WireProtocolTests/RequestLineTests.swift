// A request line taken apart: its tag, its verb, and where its arguments are.

import Testing

@testable import WireProtocol

@Suite("a request line")
struct RequestLineTests {
  /// Tag, verb and arguments as text; the error's code and tag where there is none.
  private func parts(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    do throws(RequestLine.Malformed) {
      let line = try RequestLine.parse(bytes.span)
      return [part(line.tag), line.verb.name, part(line.arguments)]
    } catch {
      return [part(error.tag), error.error.code.rawValue]
    }
  }

  @Test(
    "has a tag, a verb and the rest",
    arguments: [
      ("PING", ["", "PING", ""]), ("PING ", ["", "PING", ""]), ("PING  x ", ["", "PING", " x "]),
      ("mChEcK 1", ["", "MCHECK", "1"]), ("@a PING", ["@a", "PING", ""]),
      ("@A.z_0-9 check a b", ["@A.z_0-9", "CHECK", "a b"]), ("CHECK @a", ["", "CHECK", "@a"]),
      ("CHECK \\s\t=", ["", "CHECK", "\\s\t="]),
    ])
  func valid(text: String, expected: [String]) { #expect(parts(text) == expected) }

  @Test("has a verb that there is", arguments: Verb.allCases)
  func verbs(verb: Verb) {
    let name = verb.name
    #expect(parts(name) == ["", name, ""])
    #expect(parts("@t \(name.lowercased()) x") == ["@t", name, "x"])
    #expect(name.utf8.count <= ProtocolLimits.verbBytesMax)
    #expect(parts("\(name)X") == ["", "VERB"])
    // Neither part of a verb nor a letter that differs by one bit is one.
    #expect(parts(String(name.dropLast())) != ["", name, ""])
    #expect(parts(String(decoding: name.utf8.map { $0 ^ 0x40 }, as: UTF8.self)) == ["", "VERB"])
    #expect(verb.summary.hasPrefix(name))
  }

  @Test(
    "without a verb keeps its tag for the answer",
    arguments: [
      ("", ["", "VERB"]), (" PING", ["", "VERB"]), ("@a ", ["@a", "VERB"]), ("@a NOSUCH x", ["@a", "VERB"]),
      ("@a  PING", ["@a", "VERB"]), ("\0", ["", "VERB"]), ("PING\t", ["", "VERB"]),
      (String(repeating: "A", count: 20_000), ["", "VERB"]),
    ])
  func noVerb(text: String, expected: [String]) { #expect(parts(text) == expected) }

  @Test("has a tag of 1 to 32 bytes of its alphabet")
  func tags() {
    let longest = "@" + String(repeating: "t", count: ProtocolLimits.tagBytesMax)
    #expect(parts("\(longest) PING") == [longest, "PING", ""])
    for tag in ["\(longest)t", "@", "@a@", "@é", "@a+b", "@a\t"] {
      #expect(parts("\(tag) PING") == ["", "SYNTAX"], "\(tag)")
    }
    for line in ["@", "@a", longest, "@a\tPING"] { #expect(parts(line) == ["", "SYNTAX"], "\(line)") }
  }

  @Test("takes any bytes without a trap", arguments: [1, 2, 3] as [UInt64])
  func anyBytes(seed: UInt64) {
    var random = SeededBytes(state: seed)
    for length in 0..<400 {
      var bytes = random.bytes(length)
      if length > 0, length.isMultiple(of: 2) { bytes[0] = UInt8(ascii: "@") }
      guard let line = try? RequestLine.parse(bytes.span) else { continue }
      #expect(line.tag.upperBound <= line.arguments.lowerBound && line.arguments.upperBound == length)
    }
  }
}
