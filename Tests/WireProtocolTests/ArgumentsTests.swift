// Words and fields of a request, and the names that datasets and loads may have.

import ByteText
import Testing

@testable import WireProtocol

@Suite("arguments")
struct ArgumentsTests {
  private func parse(_ text: String) throws -> Arguments { try Arguments(text.utf8.span) }

  @Test("are words and fields, in order, separated by any number of spaces")
  func parts() throws {
    let arguments = try parse("  parks name=a=b  two =x y= \t")
    #expect(arguments.words == ["parks", "two", "\t"])
    #expect(
      arguments.fields == [
        Arguments.Field(name: "name", value: "a=b"), Arguments.Field(name: "", value: "x"),
        Arguments.Field(name: "y", value: ""),
      ])
    #expect(try parse("") == parse("   "))
  }

  @Test("are unescaped after they are parted")
  func escapes() throws {
    let arguments = try parse(#"a\sb na\x6De=a\s\=\t"#.replacing(#"\="#, with: #"\x3D"#))
    #expect(arguments.words == ["a b"])
    #expect(arguments.fields == [Arguments.Field(name: "name", value: "a =\t")])
    // An escaped equals sign does not make a field.
    #expect(try parse(#"a\x3Db"#).words == ["a=b"])
  }

  @Test("with a bad escape are refused", arguments: [#"\"#, #"a\q"#, #"name=\x4"#, #"na\me=x"#, #"ok \"#])
  func badEscapes(text: String) {
    #expect { try parse(text) } throws: { ($0 as? ProtocolError)?.code == .syntax }
  }

  @Test("that are no UTF-8 are replaced, never dropped")
  func notUTF8() throws {
    #expect(try Arguments([0x61, 0x3D, 0xFF, 0x62].span).value("a") == "\u{FFFD}b")
    #expect(try parse(#"a=\xFF"#).value("a") == "\u{FFFD}")
  }

  @Test("give a field's value once, and refuse it given twice")
  func values() throws {
    let arguments = try parse("a=1 b=2 c= b=3")
    #expect(try arguments.value("a") == "1")
    #expect(try arguments.value("c") == "")
    #expect(try arguments.value("d") == nil)
    #expect { try arguments.value("b") } throws: { ($0 as? ProtocolError)?.code == .syntax }
  }

  @Test("are refused where there are too few, too many or unknown ones")
  func requirements() throws {
    try parse("a b=1").require(words: 1...1, fields: ["b"])
    try parse("").require(words: 0...1, fields: [])
    for text in ["", "a a", "a c=1", "b=1", "a =1", "a B=1"] {
      #expect { try parse(text).require(words: 1...1, fields: ["b"]) } throws: {
        ($0 as? ProtocolError)?.code == .syntax
      }
    }
  }

  @Test(
    "know a slug",
    arguments: [
      ("a", true), ("0", true), ("a-b_c9", true), ("a-", true), (String(repeating: "a", count: 63), true),
      (String(repeating: "a", count: 64), false), ("", false), ("-a", false), ("_a", false), ("A", false),
      ("a.b", false), ("a b", false), ("é", false), ("a/b", false), ("a\0", false), ("aB", false),
    ])
  func slugs(text: String, isSlug: Bool) { #expect(Slug.isValid(text) == isSlug) }

  @Test(
    "know a load's source",
    arguments: [
      ("a", true), ("A_-9", true), ("-", true), (String(repeating: "z", count: 64), true),
      (String(repeating: "z", count: 65), false), ("", false), (".", false), ("a.b", false), ("é", false),
      ("a/b", false), ("a b", false),
    ])
  func sources(text: String, isSource: Bool) { #expect(LoadName.isSource(text) == isSource) }
}

@Suite("decimal numbers")
struct DecimalTests {
  @Test(
    "are digits and nothing else",
    arguments: [
      ("0", 0), ("7", 7), ("007", 7), ("1000000", 1_000_000), ("9223372036854775807", Int.max),
      ("9223372036854775808", nil), ("9999999999999999999", nil), ("10000000000000000000", nil),
      ("0000000000000000000", 0), ("00000000000000000000", nil), ("", nil), ("-1", nil), ("+1", nil),
      (" 1", nil), ("1 ", nil), ("1.0", nil), ("0x1", nil), ("１", nil), ("/", nil), (":", nil), ("1e3", nil),
    ] as [(String, Int?)])
  func parsing(text: String, value: Int?) { #expect(Decimal.parse(text) == value) }
}
