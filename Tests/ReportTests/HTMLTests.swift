// The HTML form for those who do not see it, who use a keyboard, who have no network, who print it.

@testable import Report
import Testing

@Suite("an HTML report")
struct HTMLTests {
  private static let document = try? MarkupDocument(ReportFormat.html.write(Samples.small))

  private static func elements(_ name: String) throws -> [MarkupDocument.Element] {
    try #require(document).elements.filter { $0.name == name }
  }

  @Test("names its language, and fetches and runs nothing")
  func alone() throws {
    #expect(try Self.elements("html").map { $0["lang"] } == ["en"])
    let all = try #require(Self.document).elements
    let forbidden: Set = ["script", "link", "img", "iframe", "object", "embed", "form", "base"]
    #expect(!all.contains { forbidden.contains($0.name) })
    for element in all {
      for attribute in element.attributes {
        #expect(!attribute.name.hasPrefix("on") && attribute.name != "src")
        if attribute.name == "href" { #expect(attribute.value.hasPrefix("#")) }
      }
    }
    #expect(
      try Self.elements("meta").contains { $0["content"]?.contains("default-src 'none'") == true }
        || Self.elements("meta").contains { $0["content"]?.contains("default-src &#39;none&#39;") == true })
    #expect(!(try Self.elements("style")[0].text.contains("url(")))
  }

  @Test("has one heading of the first order, and those of the second below it")
  func headings() throws {
    let headings = try #require(Self.document).elements.filter { ["h1", "h2", "h3", "h4"].contains($0.name) }
    #expect(headings.first?.name == "h1")
    #expect(headings.dropFirst().allSatisfy { $0.name == "h2" })
    #expect(headings.count == 7)
  }

  @Test("has each id once, and all that is referred to")
  func references() throws {
    let all = try #require(Self.document).elements
    let ids = all.compactMap { $0["id"] }
    #expect(Set(ids).count == ids.count)
    for element in all {
      for id in (element["aria-labelledby"] ?? "").split(separator: " ") { #expect(ids.contains(String(id))) }
      if let target = element["href"] { #expect(ids.contains(String(target.dropFirst()))) }
      if let fill = element["fill"] { #expect(ids.contains(String(fill.dropFirst(5).dropLast()))) }
    }
  }

  @Test("has a title and a description in each drawing, and hides what only decorates")
  func drawings() throws {
    let all = try #require(Self.document).elements
    var drawings = 0
    for (index, element) in all.enumerated() where element.name == "svg" {
      if element["aria-hidden"] == "true" { continue }
      drawings += 1
      #expect(element["role"] == "img")
      #expect(element["aria-labelledby"]?.split(separator: " ").count == 2)
      #expect(all[index + 1].name == "title" && !all[index + 1].text.isEmpty)
      #expect(all[index + 2].name == "desc" && !all[index + 2].text.isEmpty)
    }
    #expect(drawings == 5)
  }

  @Test("has the numbers of each drawing in a table with headings, which a keyboard can scroll")
  func tables() throws {
    let all = try #require(Self.document).elements
    #expect(all.count { $0.name == "figure" } == 5)
    let tables = all.count { $0.name == "table" }
    #expect(tables == 8)
    #expect(all.count { $0.name == "caption" } == tables)
    #expect(all.filter { $0.name == "th" }.allSatisfy { $0["scope"] == "col" || $0["scope"] == "row" })
    for region in all where region["class"]?.contains("scroll") == true {
      #expect(region["tabindex"] == "0" && region["role"] == "region")
    }
    let cells = all.filter { $0.name == "td" }.map(\.text)
    for number in ["1,500", "120", "30.0 %", "20,000", "7.5 %"] {
      #expect(cells.contains(number), "\(number)")
    }
  }

  @Test("has text of at least 4.5 to 1 and marks of at least 3 to 1 against what is behind them")
  func contrast() {
    for palette in [Palette.light, .dark] {
      for colour in [palette.ink, palette.muted, palette.accent] {
        #expect(Contrast.ratio(colour, palette.paper) >= 4.5, "\(colour)")
      }
      for step in palette.heat { #expect(Contrast.ratio(step.fill, step.text) >= 4.5, "\(step)") }
      #expect(Contrast.ratio(palette.accent, palette.track) >= 3)
    }
  }

  @Test("draws many bars in parts that a page can break between")
  func parts() throws {
    let datasets = (10..<50).map { ReportDataset(slug: "dataset-\($0)", images: $0, kinds: ["flickr"]) }
    let model = ReportModel(
      title: "Many", stamp: Samples.stamp, datasets: datasets, overlaps: [], images: datasets.count)
    let document = try MarkupDocument(ReportFormat.html.write(model))
    let drawings = document.elements.filter { $0.name == "svg" && $0["role"] == "img" }
    #expect(drawings.count > 3)
    #expect(drawings.allSatisfy { ($0["height"].flatMap { Int($0) } ?? 0) <= 400 })
    #expect(document.elements.count { $0["class"] == "bar" } == datasets.count)
  }

  @Test("repeats the legend on each printed page, and keeps captions in view while tables scroll")
  func captions() throws {
    let all = try #require(Self.document).elements
    for (index, element) in all.enumerated() where element["class"] == "legend" {
      #expect(all[index - 1]["class"] == "head" && element.path.last == "div")
    }
    for (index, element) in all.enumerated() where element.name == "caption" {
      #expect(all[index + 1].name == "span" && !all[index + 1].text.isEmpty)
    }
    let style = try Self.elements("style")[0].text
    #expect(style.contains(".head{display:table-header-group;break-inside:avoid}"))
    #expect(style.contains("caption span{display:inline-block;position:sticky;left:0;"))
  }

  @Test("shows the twelve datasets that share most, and says so")
  func manyPairs() throws {
    let slugs = (10..<30).map { "d\($0)" }
    let datasets = slugs.map { ReportDataset(slug: $0, images: 100) }
    let overlaps = slugs.dropFirst().enumerated().map { ReportOverlap("d10", $1, images: $0 + 1) }
    let model = ReportModel(
      title: "Pairs", stamp: Samples.stamp, datasets: datasets, overlaps: overlaps, images: 1_800)
    let text = String(decoding: ReportFormat.html.write(model), as: UTF8.self)
    #expect(text.contains("A matrix of 12 datasets."))
    #expect(text.contains("dataset as well; the 12 datasets that share most."))
  }
}

/// Contrast of colours, as WCAG 2.2 defines it.
private enum Contrast {
  static func ratio(_ first: String, _ second: String) -> Double {
    let (a, b) = (luminance(first), luminance(second))
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private static func luminance(_ colour: String) -> Double {
    let value = Int(colour.dropFirst(), radix: 16) ?? 0
    let parts = [value >> 16, value >> 8 & 255, value & 255].map { part in
      let share = Double(part) / 255
      return share <= 0.04045 ? share / 12.92 : power((share + 0.055) / 1.055)
    }
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
  }

  /// The 2.4th power, by the 2nd and the fifth root of it.
  private static func power(_ base: Double) -> Double {
    var root = 1.0
    for _ in 0..<40 {
      root -= (root * root * root * root * root - base * base) / (5 * root * root * root * root)
    }
    return base * base * root
  }
}
