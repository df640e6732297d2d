// Figures as files of their own.

import Testing

@testable import Report

@Suite("a figure in a file of its own")
struct SVGFileTests {
  private static func text(_ name: ReportFigure.Name, of model: ReportModel) throws -> String {
    let figure = try #require(ReportFigure(name, of: model))
    return String(decoding: SVGFile.write(figure, of: model), as: UTF8.self)
  }

  @Test(
    "is one whole SVG with its title, source, citation and colours", arguments: ReportFigure.Name.allCases)
  func whole(_ name: ReportFigure.Name) throws {
    let text = try Self.text(name, of: Samples.small)
    let elements = try MarkupDocument(Array(text.utf8)).elements
    let figure = try #require(ReportFigure(name, of: Samples.small))
    #expect(elements[0].name == "svg" && elements[0]["xmlns"] == "http://www.w3.org/2000/svg")
    #expect(elements[1].name == "title" && elements[1].text == figure.finding)
    #expect(elements[2].name == "desc" && !elements[2].text.isEmpty)
    #expect(text.contains("Source: "))
    #expect(text.contains("index version 0123456789abcdef"))
    #expect(!text.contains("var(") && text.contains(Palette.light.accent))
    for entry in figure.legend {
      #expect(elements.contains { $0.name == "text" && $0.text.hasPrefix(entry.text) })
    }
    let outer = try #require(elements[0]["height"].flatMap { Int($0) })
    for drawing in elements.dropFirst() where drawing.name == "svg" {
      let bottom = ["y", "height"].compactMap { drawing[$0].flatMap { Int($0) } }.reduce(0, +)
      #expect(bottom < outer)
    }
  }

  @Test("keeps each text of an index a text", arguments: FormTests.hostile)
  func hostile(_ text: String) throws {
    func shapes(_ model: ReportModel) throws -> Set<[String]> {
      Set(
        try ReportFigure.Name.allCases.compactMap { ReportFigure($0, of: model) }
          .flatMap { try MarkupDocument(SVGFile.write($0, of: model)).elements }
          .map { [$0.name] + $0.attributes.map(\.name) })
    }
    let own = try shapes(Samples.small).union(shapes(Samples.hostile("plain")))
    #expect(try shapes(Samples.hostile(text)).subtracting(own).isEmpty)
  }

  @Test("is none where there is nothing to draw", arguments: ReportFigure.Name.allCases)
  func nothing(_ name: ReportFigure.Name) {
    let model = ReportModel(title: "Nothing", stamp: Samples.stamp, datasets: [], overlaps: [], images: 0)
    #expect(ReportFigure(name, of: model) == nil)
  }
}
