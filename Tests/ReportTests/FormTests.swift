// The five forms: what they are, byte by byte, and that no text of an index can break any of them.

import Console
import Foundation
@testable import Report
import Testing

@Suite("a report")
struct FormTests {
  static let names: [ReportFormat: String] = [
    .text: "small.txt", .markdown: "small.md", .tsv: "small.tsv", .json: "small.json", .html: "small.html",
  ]

  @Test("is the golden file of its form", arguments: ReportFormat.allCases)
  func golden(_ format: ReportFormat) throws {
    let name = try #require(Self.names[format])
    #expect(ReportFormat(fileName: name) == format)
    try Golden.expect(format.write(Samples.small), name)
  }

  @Test(
    "is the same bytes whatever the order in which the index named things", arguments: ReportFormat.allCases)
  func deterministic(_ format: ReportFormat) throws {
    let model = Samples.small
    let reference = try #require(model.crossReference)
    let shuffled = ReportModel(
      title: model.title, stamp: model.stamp, datasets: model.datasets.reversed(),
      overlaps: model.overlaps.reversed(), images: model.images, ancestors: model.ancestors.reversed(),
      crossReference: CrossReference(
        list: reference.list, sha256: reference.sha256, labelName: reference.labelName,
        identifiers: reference.identifiers, unanswered: reference.unanswered, images: reference.images,
        datasets: reference.datasets.reversed(),
        labels: reference.labels.reversed().map {
          .init($0.name, identifiers: $0.identifiers, images: $0.images, datasets: $0.datasets.reversed())
        }))
    #expect(format.write(shuffled) == format.write(model))
  }

  @Test("of an empty index says so", arguments: ReportFormat.allCases)
  func empty(_ format: ReportFormat) {
    let model = ReportModel(title: "Nothing", stamp: Samples.stamp, datasets: [], overlaps: [], images: 0)
    let text = String(decoding: format.write(model), as: UTF8.self)
    switch format {
    case .text, .markdown, .html: #expect(text.contains("This index holds no dataset yet"))
    case .tsv: #expect(text.contains("report\timages\t0\n"))
    case .json: #expect(text.contains("\"datasets\":[]"))
    }
  }

  static let hostile = [
    "<script>alert(\"x\")</script>", "' onload='x", "\" autofocus onfocus=\"x", "a & b < c", "]]><!-- x -->",
    "a|b`c`*d*_e_[f](g)#h", "one\ntwo\ttabbed\r\nthree", "\u{1B}[31mred\u{7}", "\u{202E}reversed", "\\",
    "</style></title>",
    "é😀", "javascript:alert(1)", "",
  ]

  @Test("keeps each text of an index a text in HTML", arguments: hostile)
  func html(_ text: String) throws {
    let document = try MarkupDocument(ReportFormat.html.write(Samples.hostile(text)))
    let own = try Self.shapes(Samples.hostile("plain")).union(Self.shapes(Samples.small))
    #expect(try Self.shapes(Samples.hostile(text)).subtracting(own).isEmpty)
    #expect(!document.elements.contains { $0.name == "script" })
  }

  /// The elements and the names of their attributes, each once.
  private static func shapes(_ model: ReportModel) throws -> Set<[String]> {
    Set(
      try MarkupDocument(ReportFormat.html.write(model)).elements.map {
        [$0.name] + $0.attributes.map(\.name)
      })
  }

  @Test("has as many cells in each row of a Markdown table, whatever is in them", arguments: hostile)
  func markdown(_ text: String) {
    let report = String(decoding: ReportFormat.markdown.write(Samples.hostile(text)), as: UTF8.self)
    var columns: Int?
    for line in report.split(separator: "\n", omittingEmptySubsequences: false) {
      guard line.hasPrefix("|") else {
        columns = nil
        continue
      }
      let bars = line.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
      #expect(columns == nil || columns == bars, "\(line)")
      columns = bars
    }
    #expect(!report.contains("<script"))
  }

  @Test("has a known first column in each line of TSV, and as many as its header says", arguments: hostile)
  func tsv(_ text: String) {
    let report = String(decoding: ReportFormat.tsv.write(Samples.hostile(text)), as: UTF8.self)
    var columns: [Substring: Int] = [:]
    for line in report.split(separator: "\n") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false)
      if cells[0].hasPrefix("#") {
        columns[cells[0].dropFirst()] = cells.count
      } else {
        #expect(columns[cells[0]] == cells.count, "\(line)")
      }
    }
    #expect(columns.count == 9)
  }

  @Test("is one JSON object, whatever is in it", arguments: hostile)
  func json(_ text: String) throws {
    let bytes = ReportFormat.json.write(Samples.hostile(text))
    let object = try #require(try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    #expect(object["title"] as? String == text)
    #expect((object["datasets"] as? [Any])?.count == 2)
    #expect(object["images"] as? Int == 3)
    #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
  }

  @Test("sends no control byte to a terminal", arguments: hostile)
  func text(_ text: String) {
    let bytes = ReportFormat.text.write(Samples.hostile(text))
    #expect(!bytes.contains { $0 < 0x20 && $0 != UInt8(ascii: "\n") || $0 == 0x7F })
  }

  @Test("tells images and memberships apart")
  func counts() {
    #expect(Samples.small.memberships == 1_990)
    let text = String(decoding: ReportFormat.text.write(Samples.small), as: UTF8.self)
      .replacing("\n", with: " ")
    #expect(text.contains("1,870 distinct images in 1,990 memberships"))
    #expect(text.contains("30 distinct images are in at least one dataset, with 37 memberships"))
  }

  @Test("has the form that its file's name asks for")
  func fileNames() {
    #expect(ReportFormat(fileName: "a.b/report.HTML") == .html)
    #expect(ReportFormat(fileName: "report.md") == .markdown)
    #expect(ReportFormat(fileName: "report") == nil)
    #expect(ReportFormat(fileName: "report.pdf") == nil)
  }
}
