// Rows as they travel, and the columns of rows and reply lines.

import Testing

@testable import WireProtocol

@Suite("rows and columns")
struct RowLineTests {
  private func columns(_ text: String) -> [String] {
    let bytes = Array(text.utf8)
    var scanner = ColumnScanner()
    var found: [String] = []
    while let range = scanner.next(in: bytes.span) {
      found.append(String(decoding: bytes[range], as: UTF8.self))
    }
    #expect(scanner.next(in: bytes.span) == nil)
    return found
  }

  @Test(
    "columns are what TABs part, empty ones too",
    arguments: [
      ("", [""]), ("a", ["a"]), ("a\tb", ["a", "b"]), ("\t", ["", ""]), ("a\t", ["a", ""]),
      ("\ta", ["", "a"]), ("a\t\tb", ["a", "", "b"]), ("a b\tc=d e", ["a b", "c=d e"]),
    ])
  func scanning(text: String, expected: [String]) { #expect(columns(text) == expected) }

  @Test("as many columns come out as were put in", arguments: [1, 2] as [UInt64])
  func anyColumns(seed: UInt64) {
    var random = SeededBytes(state: seed)
    for count in 1..<60 {
      let parts = (0..<count).map { _ in random.bytes(Int(random.next() % 5)).map { $0 == 9 ? 10 : $0 } }
      let line = Array(parts.joined(separator: [9]))
      var scanner = ColumnScanner()
      var found: [[UInt8]] = []
      while let range = scanner.next(in: line.span) { found.append(Array(line[range])) }
      #expect(found == parts)
    }
  }

  @Test("a written row has its columns, its values escaped, and one LF")
  func writing() {
    var output: [UInt8] = []
    RowWriter.begin("https://example.org/a b.jpg".utf8.span, to: &output)
    RowWriter.field("listed", "a\tb c\\\n".utf8.span, to: &output)
    RowWriter.field("nsid", "10000001@N02".utf8.span, to: &output)
    RowWriter.end(&output)
    RowWriter.reject(code: "cut-row", text: "after\t3 columns\r", to: &output)
    RowWriter.reject(code: "cut-row", text: "cut", label: Array("a\tb".utf8), to: &output)
    #expect(
      String(decoding: output, as: UTF8.self)
        == "https://example.org/a b.jpg\tlisted=a\\tb c\\\\\\n\tnsid=10000001@N02\n"
        + "!cut-row\tafter\\t3 columns\\r\n!cut-row\tcut\tlabel=a\\tb\n")
  }
}
