// The values of a report: shares, versions, lineages, dates.

import Console
import Testing

@testable import Report

@Suite("a report's values")
struct ModelTests {
  @Test("say none and all only where it is none and all")
  func shares() {
    #expect(Share.text(0, of: 10) == "0 %")
    #expect(Share.text(1, of: 99_200_000) == "<0.1 %")
    #expect(Share.text(115_729, of: 3_311_471) == "3.5 %")
    #expect(Share.text(99_999, of: 100_000) == ">99.9 %")
    #expect(Share.text(10, of: 10) == "100 %")
    #expect(Share.text(11, of: 10) == "110.0 %")
    #expect(Share.text(1, of: 0).isEmpty)
    #expect(Share.length(1, of: 3) == "33.333%")
    #expect(Share.length(4, of: 3) == "100.000%")
    #expect(Share.length(0, of: 3) == "0%")
  }

  @Test("give an index a version that its lists alone determine")
  func version() {
    let datasets = Samples.small.datasets
    let version = IndexVersion.text(datasets)
    #expect(version.count == 16)
    #expect(IndexVersion.text(datasets.reversed()) == version)
    var other = datasets
    other[1].lists[0].sha256 = String(repeating: "0", count: 64)
    #expect(IndexVersion.text(other) != version)
    other = datasets
    other[1].title = "Another name"
    #expect(IndexVersion.text(other) == version)
  }

  @Test("lay a lineage out from left to right, a parent between its children")
  func lineage() {
    let model = Self.model([
      ("b", ["a"]), ("c", ["a"]), ("d", ["c", "b"]), ("e", ["c"]), ("alone", []),
    ])
    let tree = LineageTree(model)
    #expect(tree.nodes.map(\.slug) == ["a", "b", "c", "d", "e"])
    #expect(tree.nodes.map(\.depth) == [0, 1, 1, 2, 2])
    #expect(tree.nodes.map(\.parent) == [nil, 0, 0, 2, 2])
    #expect(tree.nodes.map(\.halfRow) == [1, 0, 3, 2, 4])
    #expect(tree.nodes[3].otherParents == ["b"])
    #expect(tree.rows == 3)
  }

  @Test("cut a lineage that runs in a circle, and keep all in it")
  func circle() {
    let tree = LineageTree(Self.model([("a", ["b"]), ("b", ["a"]), ("self", ["self"])]))
    #expect(tree.nodes.map(\.slug) == ["a", "b", "self"])
    #expect(tree.rows == 2)
  }

  @Test("have the date that SOURCE_DATE_EPOCH says")
  func moment() throws {
    #expect(try ReportMoment.resolve("1738328709") == 1_738_328_709)
    #expect(try ReportMoment.resolve(nil) > 1_738_328_709)
    #expect(try ReportMoment.resolve("") > 1_738_328_709)
    #expect(throws: Trouble.self) { try ReportMoment.resolve("yesterday") }
  }

  private static func model(_ lineage: [(slug: String, derived: [String])]) -> ReportModel {
    ReportModel(
      title: "Lineage", stamp: Samples.stamp,
      datasets: lineage.map { ReportDataset(slug: $0.slug, images: 1, derived: $0.derived) }, overlaps: [],
      images: lineage.count)
  }
}
