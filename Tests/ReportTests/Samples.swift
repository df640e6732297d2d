// Models of reports for the tests; all in them is invented.

@testable import Report

/// Models.
enum Samples {
  /// 2025-01-31 13:05:09 UTC.
  static let moment = 1_738_328_709

  static let stamp = ReportStamp(moment: moment, program: "0.1.0", rules: "1", index: "0123456789abcdef")

  /// Three datasets, two of which share images and one of which was made from a fourth, and a list with labels.
  static let small = ReportModel(
    title: "Strangers in the park", stamp: stamp,
    datasets: [
      ReportDataset(
        slug: "parks", images: 1_500, accounts: 12, rows: 1_600, rejected: 3, title: "Faces in the Park",
        published: 20_000, year: "2016", institution: "University of Nowhere", country: "Ruritania",
        kinds: ["flickr"], status: "withdrawn 2020", derived: ["photos100m"], confidence: "high; images low",
        sources: ["parks.example"], contact: "info@parks.example",
        listPlaces: ["rows with photo ids <https://parks.example/list.csv>"],
        lists: [
          ReportList(
            name: "parks.txt", sha256: String(repeating: "ab", count: 32), rows: 1_600, rejected: 3,
            loaded: moment,
            rules: "1")
        ]),
      ReportDataset(slug: "strangers", images: 400, rows: 400, kinds: ["flickr"], derived: ["parks"]),
      ReportDataset(slug: "cameras", images: 90, rows: 90, published: 90, kinds: ["cctv"]),
    ],
    overlaps: [ReportOverlap("strangers", "parks", images: 120)], images: 1_870,
    ancestors: [ReportAncestor(slug: "photos100m", title: "Photos 100M", year: "2014")],
    crossReference: CrossReference(
      list: "embassies.csv", sha256: String(repeating: "cd", count: 32), labelName: "country",
      identifiers: 60,
      unanswered: 2, images: 30, datasets: [CrossReference.Count("strangers", 12), .init("parks", 25)],
      labels: [
        CrossReference.Label("Ruritania", identifiers: 20, images: 10, datasets: [4, 8]),
        .init("Freedonia", identifiers: 30, images: 20, datasets: [8, 17]),
        .init("Sylvania", identifiers: 10, images: 0, datasets: [0, 0]),
      ]))

  /// A model each of whose texts is `text`.
  static func hostile(_ text: String) -> ReportModel {
    let lists = [ReportList(name: text, sha256: text, rows: 2, rules: text)]
    func dataset(_ slug: String) -> ReportDataset {
      ReportDataset(
        slug: slug, images: 2, title: text, published: 10, year: text, institution: text, country: text,
        kinds: [text], status: text, derived: [text, "b"], confidence: text, sources: [text],
        contact: text, listPlaces: [text], lists: lists)
    }
    return ReportModel(
      title: text, stamp: ReportStamp(moment: moment, program: text, rules: text, index: text, digest: text),
      datasets: [dataset("a"), dataset(text)], overlaps: [ReportOverlap("a", text, images: 1)], images: 3,
      ancestors: [ReportAncestor(slug: "b", title: text, year: text, derived: [text])],
      crossReference: CrossReference(
        list: text, sha256: text, labelName: text, identifiers: 2, images: 1, datasets: [.init(text, 1)],
        labels: [.init(text, identifiers: 2, images: 1, datasets: [1])]))
  }
}
