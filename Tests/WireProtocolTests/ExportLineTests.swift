// Lines of an export that are no rows, and lines of fields.

import Testing

@testable import WireProtocol

@Suite("lines of an export")
struct ExportLineTests {
  private static func text(_ line: ExportLine) -> String {
    var bytes: [UInt8] = []
    line.append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let field = Arguments.Field(name: "title", value: "two words\t\\ \n=ä")

  @Test(
    "are read as they were written",
    arguments: [
      .export(version: 1), .dataset("parks"), .field(field),
      .list([field, Arguments.Field(name: "rows", value: "")]),
      .rows(0), .datasets(16_384),
    ] as [ExportLine])
  func roundTrip(line: ExportLine) {
    let text = Self.text(line)
    #expect(text.hasPrefix("# ") && text.hasSuffix("\n"))
    #expect(text.count { $0 == "\n" } == 1)
    let bytes = Array(text.utf8.dropLast())
    #expect(ExportLine(bytes.span) == line)
  }

  @Test(
    "are told from rows and from comments of others",
    arguments: [
      "", "#", "# ", "flickr:1", "# rows", "# rows: ", "# rows: x", "# rows: -1", "#rows: 1", "# dataset: ",
      "# dataset: No", "# dataset: a b", "# field: x", "# field: a=1\tb=2", "# list: x", "# field: a=\\q",
      "# whichset export ", "# whichset exports 1", " # rows: 1",
    ])
  func others(text: String) {
    let bytes = Array(text.utf8)
    #expect(ExportLine(bytes.span) == nil)
  }

  @Test("parts and ends of streamed replies are statuses, and only with a count")
  func statuses() {
    #expect(
      ReplyStatus("@t MORE 3 done=1 of=a\\sb")
        == .part(
          count: 3,
          fields: [Arguments.Field(name: "done", value: "1"), Arguments.Field(name: "of", value: "a b")]))
    #expect(ReplyStatus("END 0") == .end(total: 0, fields: []))
    for text in ["MORE", "END", "MORE x", "END of it", "MORE -1", "END 1 \\q=1"] {
      #expect(ReplyStatus(text) == nil, "\(text)")
    }
  }
}
