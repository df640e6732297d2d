// An answer in its three formats.

import Console
import Testing

@Suite("An answer")
struct AnswerTests {
  private func written(_ answer: Answer, _ format: OutputFormat) -> String {
    String(decoding: Presentation(format).bytes(answer), as: UTF8.self)
  }

  private let fields: Record = [
    "name": "a\tb", "count": 7, "isKnown": true, "title": String?.none, "parts": ["x", "y"],
    "by": ["p": 1, "q": 2] as Record,
  ]

  @Test("is an object in JSON, whatever its lines are")
  func object() {
    let expected =
      #"{"name":"a\tb","count":7,"isKnown":true,"title":null,"parts":["x","y"],"by":{"p":1,"q":2}}"# + "\n"
    #expect(written(Answer(fields) { _ in "" }, .json) == expected)
    #expect(written(Answer(fields, .these([["x"]])) { _ in "" }, .json) == expected)
  }

  @Test("is a line of columns: unknown is a dash, a list is separated by commas")
  func columns() {
    #expect(written(Answer(fields) { _ in "" }, .tsv) == "a\\tb\t7\tyes\t-\tx,y\t1=2\n")
    let answer = Answer(
      [["a": 1, "b": [String]()], ["a": 2, "b": ["x"]]], .columns(header: ["a", "b"], kind: nil)
    ) { _ in "" }
    #expect(written(answer, .tsv) == "a\tb\n1\t-\n2\tx\n")
    #expect(written(Answer(["a": 1], .columns(kind: "line")) { _ in "" }, .tsv) == "line\t1\n")
  }

  @Test("is a line a field: records by their fields' names, lists a line a value")
  func pairs() {
    let answer = Answer(
      ["name": "a", "parts": ["x", "y"], "by": ["p": 1] as Record], .pairs(names: ["by": "of"])
    ) { _ in "" }
    #expect(written(answer, .tsv) == "name\ta\nparts\tx\nparts\ty\nof.p\t1\n")
  }

  @Test("is a text for people; records are a table, numbers to the right")
  func text() {
    #expect(written(Answer(fields) { _ in "said\n" }, .text) == "said\n")
    let records: [Record] = [["name": "a", "rows": 1_000], ["name": "bc", "rows": Int?.none]]
    let table = Answer.table(records, columns: ["name", "rows"], none: "nothing")
    #expect(written(table, .text) == "NAME   ROWS\na     1,000\nbc        -\n")
    #expect(written(.table([], columns: ["name"], none: "nothing"), .text) == "nothing\n")
  }
}
