// The real lists, where they are at hand: from the files as they were published to the counts that were made of
// them by other means.

import Foundation
import Testing

@Suite(
  "The real lists", .fewAtOnce,
  .enabled(if: Lists.real != nil, "no real lists here; WHICHSET_DATA names their folder"))
struct RealListTests {
  /// How the names of a dataset's lists begin.
  private static let beginnings = [
    "adience": "adience_", "coco": "coco_", "flickr_cropping": "flickr_cropping_", "megaface": "megaface_",
    "nuswide": "nuswide_", "openimages_faces": "openimages_faces", "pipa": "pipa_", "yfcc100m": "yfcc100m_",
  ]

  private static func lists(_ dataset: String) throws -> [String] {
    let folder = try #require(Lists.real) + "/lists"
    let beginning = try #require(beginnings[dataset])
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasPrefix(beginning) }.map { folder + "/" + $0 }
  }

  @Test("give the true counts, overlaps and answers, and lose one row")
  func all() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    var rejects: [[String]] = []
    for dataset in Self.beginnings.keys.sorted() {
      let file = workspace.file("rejects")
      let result = try await workspace.client(
        ["ingest", "--dataset", dataset, "--rejects", file] + Self.lists(dataset))
      #expect(result.end == .exited(0), "\(dataset): \(result.errors)")
      rejects += try Lists.table(file)
    }
    #expect(rejects.count == 1)
    #expect(rejects.first?.first?.hasSuffix("/adience_fold_4_data.txt") == true)
    #expect(rejects.first?.dropFirst().first == "2087")
    try await expectCounts(workspace)
    try await expectShared(workspace)
    try await daemon.stop()
  }

  private func expectCounts(_ workspace: Workspace) async throws {
    let folder = try #require(Lists.real) + "/expected"
    let stats = try await workspace.client("stats", "--format", "tsv")
    for figure in [
      ["images", "226754"], ["images.flickr", "226754"], ["memberships", "227017"], ["datasets", "8"],
    ] { #expect(stats.records.contains(figure)) }
    let datasets = try await workspace.client("datasets", "--format", "tsv")
    let counts = try Lists.table(folder + "/counts.tsv").dropFirst().filter { !$0[0].hasPrefix("ALL") }
    #expect(datasets.records.dropFirst().map { Array($0.prefix(3)) } == Array(counts))
    let overlap = try await workspace.client("overlap", "--format", "tsv")
    #expect(overlap.records == (try Lists.table(folder + "/overlap.tsv")))
  }

  private func expectShared(_ workspace: Workspace) async throws {
    let shared = try Lists.table(try #require(Lists.real) + "/expected/in_two_or_more.tsv")
    let result = try await workspace.client(
      ["check", "--format", "tsv", "-"], input: shared.map { $0[0] }.joined(separator: "\n"))
    #expect(result.end == .exited(0))
    #expect(result.records.map { [$0.first, $0.last] } == shared.map { [$0.first, $0.last] })
  }

  @Test("have identifiers of the expected keys")
  func identifiers() async throws {
    let path = try #require(Lists.real) + "/vectors/identify.tsv"
    let vectors = try Lists.table(path).filter { !$0[0].hasPrefix("# ") && $0.count == 2 }
    let workspace = try Workspace()
    let result = try await workspace.client(
      ["identify", "--format", "tsv", "-"], input: vectors.map { $0[0] }.joined(separator: "\n") + "\n")
    let records = result.records
    try #require(records.count == vectors.count)
    for (record, vector) in zip(records, vectors) {
      let key = try #require(record.last)
      if vector[1] == "!not-flickr-photo" {
        #expect(!key.hasPrefix("flickr:"), "\(vector[0])")
      } else {
        #expect(key == vector[1], "\(vector[0])")
      }
    }
  }
}
