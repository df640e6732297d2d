// Escapes of field values and columns.

import Testing

@testable import WireProtocol

@Suite("escapes")
struct EscapesTests {
  @Test(
    "each separator has its escape",
    arguments: [
      ("\\", #"\\"#), ("\n", #"\n"#), ("\r", #"\r"#), ("\t", #"\t"#), (" ", #"\s"#), ("\u{0}", #"\x00"#),
      ("\u{1F}", #"\x1F"#), ("\u{7F}", #"\x7F"#), ("", ""), ("plain=text", "plain=text"), ("é", "é"),
      ("a b\tc", #"a\sb\tc"#),
    ])
  func escaping(plain: String, escaped: String) {
    var output: [UInt8] = []
    Escapes.append(plain, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == escaped)
    #expect(Escapes.unescape(escaped.utf8.span) == Array(plain.utf8))
  }

  @Test(
    "what steers a terminal is escaped for one, and nothing beside it",
    arguments: [
      ([0x1B, 0x5B], #"\x1B["#), ([0x9B], #"\x9B"#), ([0xC2, 0x9B], #"\xC2\x9B"#),
      ([0xC2, 0x7F], "\u{FFFD}" + #"\x7F"#),
      ([0x41, 0x9F], #"A\x9F"#), ([0xA0], "\u{FFFD}"),
    ]
      + [
        "\u{80}", "\u{9F}", "\u{61C}", "\u{200E}", "\u{200F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202E}",
        "\u{2066}", "\u{2069}",
      ]
      .map { text in
        (Array(text.utf8), text.utf8.map { #"\x"# + String($0, radix: 16, uppercase: true) }.joined())
      }
      + [
        "\u{A0}", "\u{61B}", "\u{61D}", "\u{200D}", "\u{2010}", "\u{2027}", "\u{202F}", "\u{2065}",
        "\u{206A}", "é", "😀", "Ā", "\u{10FFFD}", "中",
      ]
      .map { (Array($0.utf8), $0) })
  func terminal(bytes: [UInt8], escaped: String) {
    var output: [UInt8] = []
    Escapes.appendForTerminal(bytes.span, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == escaped)
    #expect(Escapes.unescape(output.span) == bytes)
  }

  @Test("spaces stay where TABs part")
  func keptSpaces() {
    var output = Array("before ".utf8)
    Escapes.append("a b\t", to: &output, keepingSpaces: true)
    #expect(String(decoding: output, as: UTF8.self) == #"before a b\t"#)
  }

  @Test("hexadecimal digits are of either case")
  func hexadecimal() {
    #expect(Escapes.unescape(#"\xfF\x00\x4a"#.utf8.span) == [0xFF, 0, 0x4A])
  }

  @Test(
    "a backslash before anything else is refused",
    arguments: [
      #"\"#, #"a\"#, #"\q"#, #"\S"#, #"\ "#, #"\x"#, #"\x4"#, #"\x4g"#, #"\xg4"#, #"\\\"#, #"ok\x4"#,
    ])
  func refused(text: String) {
    #expect(Escapes.unescape(text.utf8.span) == nil)
  }

  @Test("any bytes come back as they were", arguments: [1, 2, 3] as [UInt64])
  func roundTrip(seed: UInt64) {
    var random = SeededBytes(state: seed)
    for length in 0..<300 {
      let bytes = random.bytes(length)
      for keepingSpaces in [false, true] {
        var output: [UInt8] = []
        Escapes.append(bytes.span, to: &output, keepingSpaces: keepingSpaces)
        #expect(Escapes.unescape(output.span) == bytes)
        // Nothing is left that could be taken for a separator.
        #expect(!output.contains { $0 < 0x20 || $0 == 0x7F || ($0 == 0x20 && !keepingSpaces) })
      }
    }
  }

  @Test("whatever is accepted means the same when it is escaped again", arguments: [4, 5] as [UInt64])
  func crossing(seed: UInt64) {
    var random = SeededBytes(state: seed)
    let alphabet = Array(#"\\\xnrts0fAz "#.utf8)
    for _ in 0..<20_000 {
      let text = (0..<Int(random.next() % 9)).map { _ in alphabet[Int(random.next() % UInt64(alphabet.count))]
      }
      guard let plain = Escapes.unescape(text.span) else { continue }
      var again: [UInt8] = []
      Escapes.append(plain.span, to: &again)
      #expect(Escapes.unescape(again.span) == plain)
    }
  }
}
