// The titles of figures: what the numbers come to, in the right words for none, one and many.

import Testing

@testable import Report

@Suite("the title of a figure")
struct FindingTests {
  private static func model(
    _ datasets: [ReportDataset], overlaps: [ReportOverlap] = [], images: Int? = nil,
    ancestors: [ReportAncestor] = []
  ) -> ReportModel {
    ReportModel(
      title: "Findings", stamp: Samples.stamp, datasets: datasets, overlaps: overlaps,
      images: images ?? datasets.reduce(0) { $0 + $1.images }, ancestors: ancestors)
  }

  @Test("says which source gave most, of images if no two datasets share any, else of memberships")
  func sizes() {
    let flickr = ReportDataset(slug: "a", images: 81, kinds: ["flickr"])
    let web = ReportDataset(slug: "b", images: 19, kinds: ["search_engine"])
    #expect(Findings.sizes(Self.model([flickr, web])) == "Flickr gave 81.0 % of the images")
    #expect(Findings.sizes(Self.model([flickr, web], images: 90)) == "Flickr gave 81.0 % of the memberships")
    #expect(Findings.sizes(Self.model([flickr])) == "Flickr gave 100 % of the images")
    let both = ReportDataset(slug: "c", images: 1, kinds: ["flickr", "imdb"])
    #expect(Findings.sizes(Self.model([both])) == "Flickr and IMDb gave the only image")
    let unknown = ReportDataset(slug: "d", images: 500)
    #expect(Findings.sizes(Self.model([unknown])) == "Where the images were taken from is not recorded")
    #expect(Findings.sizes(Self.model([flickr, unknown])) == "Flickr gave 13.9 % of the images")
    let empty = ReportDataset(slug: "e", images: 0, kinds: ["flickr"])
    #expect(Findings.sizes(Self.model([empty])) == "This index has no image of the dataset")
    #expect(Findings.sizes(Self.model([empty, empty])) == "This index has no image of any dataset")
  }

  @Test("says which two datasets share most")
  func overlap() {
    let datasets = ["a", "b", "c"].map { ReportDataset(slug: $0, images: 10) }
    let one = [ReportOverlap("a", "b", images: 1)]
    #expect(Findings.overlap(Self.model(datasets)) == nil)
    #expect(Findings.overlap(Self.model(datasets, overlaps: [ReportOverlap("a", "b", images: 0)])) == nil)
    #expect(
      Findings.overlap(Self.model(Array(datasets.prefix(2)), overlaps: one)) == "a and b share 1 image")
    #expect(
      Findings.overlap(Self.model(datasets, overlaps: one + [ReportOverlap("b", "c", images: 2)]))
        == "b and c share 2 images; no other two share more")
  }

  @Test("says how many datasets were made from others")
  func lineage() {
    let alone = ReportDataset(slug: "a", images: 1)
    let made = ReportDataset(slug: "b", images: 1, derived: ["a", "z"])
    let ancestors = [ReportAncestor(slug: "z", title: "Zoo")]
    #expect(Findings.lineage(Self.model([alone])) == nil)
    #expect(Findings.lineage(Self.model([alone, made], ancestors: ancestors)) == "b was made from a and Zoo")
    var other = made
    other.slug = "c"
    #expect(
      Findings.lineage(Self.model([alone, made, other])) == "2 of the 3 datasets were made from others")
    #expect(Findings.lineage(Self.model([made, other])) == "All 2 datasets were made from others")
  }

  @Test("says how much of what was published is in this index; no dataset makes up for another")
  func coverage() {
    let part = ReportDataset(slug: "a", images: 5, published: 20)
    let more = ReportDataset(slug: "b", images: 100, published: 20)
    #expect(Findings.coverage(Self.model([ReportDataset(slug: "a", images: 5)])) == nil)
    #expect(Findings.coverage(Self.model([ReportDataset(slug: "a", images: 5, published: 0)])) == nil)
    #expect(Findings.coverage(Self.model([part])) == "This index has 25.0 % of the 20 images of a")
    #expect(
      Findings.coverage(Self.model([part, more]))
        == "This index has 62.5 % of the 40 images published in 2 datasets")
    let one = ReportDataset(slug: "c", images: 0, published: 1)
    #expect(Findings.coverage(Self.model([one])) == "This index has 0 % of the only image of c")
  }

  private static func reference(_ labels: [(name: String, images: Int)]) -> CrossReference {
    let images = labels.reduce(0) { $0 + $1.images }
    return CrossReference(
      list: "list", labelName: "country", identifiers: 100, images: images, datasets: [.init("a", images)],
      labels: labels.map { .init($0.name, identifiers: 20, images: $0.images, datasets: [$0.images]) })
  }

  @Test("says which label has most, and never that it is the missing one")
  func labels() {
    #expect(Findings.labels(Self.reference([])) == nil)
    #expect(Findings.labels(Self.reference([("Ruritania", 0), ("", 5)])) == nil)
    #expect(Findings.labels(Self.reference([("Ruritania", 1)])) == "The only membership is of Ruritania")
    #expect(Findings.labels(Self.reference([("Ruritania", 7)])) == "All 7 memberships are of Ruritania")
    #expect(
      Findings.labels(Self.reference([("", 9), ("Freedonia", 3), ("Ruritania", 7)]))
        == "Ruritania has 7 of 19 memberships, the most of any label")
    #expect(
      Findings.labels(Self.reference([("Freedonia", 3), ("Ruritania", 3)]))
        == "Freedonia has 3 of 6 memberships, no other label has more")
  }

  @Test("stands above labels by rank, or in the order of words; rows without a label are last")
  func order() {
    let reference = Self.reference([("", 9), ("b", 3), ("a", 3), ("c", 7)])
    #expect(reference.rankedLabels.map(\.name) == ["c", "a", "b", ""])
    #expect(reference.sortedLabels.map(\.name) == ["a", "b", "c"])
    let model = Self.model([ReportDataset(slug: "a", images: 50)])
    let table = ReportTable.crossReference(reference, model)
    #expect(table.rows.map { $0[0] } == ["a", "b", "c"])
    #expect(table.totals.map { $0[0] } == ["(no label)", "All"])
    #expect(table.rows.map { $0.last } == ["15.0 %", "15.0 %", "35.0 %"])
  }

  @Test("stands above a table that says how many rows of a label could not be compared, if any could not")
  func rejected() {
    let model = Self.model([ReportDataset(slug: "a", images: 50)])
    var reference = Self.reference([("b", 3), ("c", 0)])
    #expect(
      ReportTable.crossReference(reference, model).columns.map(\.name).prefix(3) == [
        "country", "Listed", "a",
      ])
    reference.labels[1].rejected = 4
    let table = ReportTable.crossReference(reference, model)
    #expect(table.columns.map(\.name).prefix(4) == ["country", "Listed", "Rejected", "a"])
    #expect(table.rows.map { $0[2] } == ["0", "4"])
    #expect(table.totals.map { $0[2] } == ["4"])
  }

  @Test("is apart from what the catalogue says: no dataset is said to be in this index and not")
  func places() {
    let made = ReportDataset(slug: "b", images: 1_500, derived: ["z", "y"])
    let ancestors = [ReportAncestor(slug: "z"), ReportAncestor(slug: "y", isHeld: true)]
    let table = ReportTable.lineage(Self.model([made], ancestors: ancestors))
    #expect(table.rows == [["b", "1,500", "z (not in this index), y (not in this report)"]])
  }
}
