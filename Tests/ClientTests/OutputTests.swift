// JSON, TSV and tables.

import Client
import Console
import DaemonClient
import Testing
import WireProtocol

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

  @Test("a dataset's fields and lists are nested in JSON, and its figures are numbers")
  func dataset() {
    let lines = [
      "slug\tstrangers", "images\t5", "field.title\tStrangers\\tin the Park", "field.year\t2016",
      "list.1.name\t7", "list.1.rows\t6", "list.2.name\tb", "list.2.rows\t8",
    ]
    let report = NamedValues(
      Reply(status: .lines(count: lines.count, fields: []), lines: lines.map { Array($0.utf8) }))
    let output = Presentation(.json).bytes(report.shown)
    let expected =
      #"{"slug":"strangers","images":5,"fields":{"title":"Strangers\tin the Park","year":"2016"},"#
      + #""lists":[{"name":"7","rows":6},{"name":"b","rows":8}]}"# + "\n"
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test("datasets are a header and records in TSV, and say so in words where there is none")
  func datasets() {
    let reply = Reply(status: .lines(count: 1, fields: []), lines: [Array("a\t1000\t2\t3\t4".utf8)])
    func written(_ reply: Reply, _ format: OutputFormat) -> String {
      String(decoding: Presentation(format).bytes(RecordColumns.datasets.answer(reply)), as: UTF8.self)
    }
    #expect(written(reply, .tsv) == "dataset\timages\taccounts\trows\trejected\na\t1000\t2\t3\t4\n")
    #expect(
      written(reply, .json) == #"{"dataset":"a","images":1000,"accounts":2,"rows":3,"rejected":4}"# + "\n")
    #expect(written(reply, .text).contains("1,000"))
    let empty = Reply(status: .lines(count: 0, fields: []))
    #expect(written(empty, .text) == "this index holds no dataset yet; see: whichset ingest --help\n")
    #expect(written(empty, .tsv) == "dataset\timages\taccounts\trows\trejected\n")
    #expect(written(empty, .json).isEmpty)
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
