// How datasets are shown.

import Client
import Console
import DaemonClient
import Testing
import WireProtocol

@Suite struct DatasetAnswerTests {
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

  @Test("a figure that is no number, or a line without a value, is a reply that is not understood, never 0")
  func malformed() {
    func report(_ lines: [String]) -> Reply {
      Reply(status: .lines(count: lines.count, fields: []), lines: lines.map { Array($0.utf8) })
    }
    for line in ["images\tabc", "keys.url\t-1", "list.1.rows\t1e9"] {
      #expect(throws: Trouble.self, "\(line)") {
        try IndexedDataset(NamedValues(report(["slug\ta", "images\t1", line])))
      }
    }
    #expect(throws: Trouble.self) { try DatasetRequest.Reply.read(report(["slug\ta", "images"])) }
    #expect(throws: Trouble.self) { try NamedValues(report(["datasets\t1"])).count("images") }
    // What a newer daemon adds is no fault.
    #expect(throws: Never.self) { try IndexedDataset(NamedValues(report(["slug\ta", "sizes\tmany"]))) }
  }

  @Test("datasets are a header and records in TSV, and say so in words where there is none")
  func datasets() {
    let records = [DatasetCounts(columns: ["a", "1000", "2", "3", "4"])].compactMap(\.self)
    func written(_ records: [DatasetCounts], _ format: OutputFormat) -> String {
      String(decoding: Presentation(format).bytes(.records(records)), as: UTF8.self)
    }
    #expect(written(records, .tsv) == "dataset\timages\taccounts\trows\trejected\na\t1000\t2\t3\t4\n")
    #expect(
      written(records, .json) == #"{"dataset":"a","images":1000,"accounts":2,"rows":3,"rejected":4}"# + "\n")
    #expect(written(records, .text).contains("1,000"))
    #expect(written([], .text) == "this index holds no dataset yet; see: whichset ingest --help\n")
    #expect(written([], .tsv) == "dataset\timages\taccounts\trows\trejected\n")
    #expect(written([], .json).isEmpty)
  }
}
