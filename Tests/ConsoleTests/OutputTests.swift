// JSON, TSV and tables.

import Console
import Testing

@Suite struct OutputTests {
  private func json(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    JSON.append(bytes.span, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("quotes, backslashes and control bytes are escaped in JSON")
  func jsonEscapes() {
    #expect(json(Array("a\"b\\c\n\t\r\u{1}\u{7F}/".utf8)) == #""a\"b\\c\n\t\r\u0001\u007f/""#)
  }

  @Test("what is no UTF-8 becomes U+FFFD in JSON, what is stays")
  func jsonUnicode() {
    #expect(json(Array("é€😀".utf8)) == "\"é€😀\"")
    #expect(json([0x61, 0xFF, 0xC3, 0x62]) == "\"a\u{FFFD}\u{FFFD}b\"")
  }

  @Test("what steers a terminal is escaped in JSON and reads as itself")
  func jsonSteering() {
    #expect(json(Array("a\u{9B}\u{202E}\u{2028}é".utf8)) == #""a\u009b\u202e\u2028é""#)
  }

  @Test("lines keep their ends and the program's own marks, and no others")
  func terminalLines() {
    let style = TextStyle(isColoured: true)
    let text = style.mark("a\tb", .found) + "\n\u{1B}[35m\r\u{1B}[K\u{202E}\\ \(style.mark("c", .wrong))"
    var output: [UInt8] = []
    TerminalText.append(text.utf8.span, to: &output)
    let expected =
      "\u{1B}[1;32ma\tb\u{1B}[0m\n" + #"\x1B[35m\x0D\x1B[K\xE2\x80\xAE\ "# + "\u{1B}[31mc\u{1B}[0m"
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test("commas stand between members and nowhere else")
  func jsonCommas() {
    var output: [UInt8] = []
    let record: Record = ["a": [String](), "b": [1.content, true.content], "c": Int?.none]
    JSON.append(record, to: &output)
    #expect(String(decoding: output, as: UTF8.self) == #"{"a":[],"b":[1,true],"c":null}"#)
  }

  @Test("columns are as wide as their widest cell, figures stand to the right, no line ends in spaces")
  func table() {
    var table = Table(["NAME", "IMAGES", "NOTE"], figures: [1])
    table.add(["a", "1,000,000", ""])
    table.add(["longer", "5", "x\ty"])
    let expected = """
      NAME       IMAGES  NOTE
      a       1,000,000
      longer          5  x\\ty

      """
    #expect(table.text(.plain) == expected)
  }

  @Test("a record's separators are escaped")
  func record() {
    var output: [UInt8] = []
    TabSeparated.record(["a b", "c\td", "e\\f"], &output)
    #expect(String(decoding: output, as: UTF8.self) == "a b\tc\\td\te\\\\f\n")
  }

  @Test("colours are written only where they are allowed")
  func colours() {
    #expect(TextStyle.plain.mark("x", .found) == "x")
    #expect(TextStyle(isColoured: true).mark("x", .found) == "\u{1B}[1;32mx\u{1B}[0m")
  }

  @Test("a progress line fits its columns and tells rows, rate, share and time left")
  func progress() {
    var line = ProgressLine(byteTotal: 1_000)
    line.rows = 5_000
    line.bytesRead = 500
    line.seconds = 10
    #expect(line.text(columns: 79).hasSuffix("5,000 rows  500/s  50 %  10 s left"))
    for columns in 10..<120 { #expect(line.text(columns: columns).count <= columns) }
    var unknown = ProgressLine(byteTotal: nil)
    unknown.rows = 1
    unknown.bytesRead = 2_048
    #expect(unknown.text(columns: 79) == "1 row  0/s  2.0 KiB read")
  }
}
