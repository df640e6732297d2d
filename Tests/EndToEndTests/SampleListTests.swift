// The sample lists from the file to the answer: loaded by the client, counted by the daemon, compared with what
// was counted by hand.

import Foundation
import Testing

@Suite("The sample lists", .fewAtOnce)
struct SampleListTests {
  /// The formats that the first eight datasets of the expected counts have, one each.
  private static let datasets = 8

  private static func expected() throws -> [[String]] {
    Array(try Lists.table(Lists.samples + "/expected.tsv").dropFirst().prefix(datasets))
  }

  private static func files(_ record: [String]) -> [String] {
    record[2].split(separator: ",").map { Lists.samples + "/" + $0 }
  }

  /// A daemon that has loaded the eight datasets.
  private static func loadedDaemon(_ workspace: Workspace) async throws -> RunningDaemon {
    let daemon = try await RunningDaemon.start(in: workspace)
    for record in try expected() {
      let result = try await workspace.client(["ingest", "--dataset", record[0]] + files(record))
      #expect(result.end == .exited(0), "\(result.errors)")
    }
    return daemon
  }

  @Test("give the counted datasets, overlaps and totals, which a restart keeps")
  func counts() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.loadedDaemon(workspace)
    try await expectCounts(workspace)
    try await daemon.stop()
    let again = try await RunningDaemon.start(in: workspace)
    try await expectCounts(workspace)
    try await again.stop()
    #expect(!FileManager.default.fileExists(atPath: workspace.file("s")))
  }

  private func expectCounts(_ workspace: Workspace) async throws {
    let names = try Self.expected().map { $0[0] }
    let datasets = try await workspace.client("datasets", "--format", "tsv")
    let counts = try Self.expected().map { [$0[0], $0[3], $0[4], $0[6], $0[7]] }.sorted { $0[0] < $1[0] }
    #expect(datasets.records == [["dataset", "images", "accounts", "rows", "rejected"]] + counts)
    let overlap = try await workspace.client("overlap", "--format", "tsv")
    let pairs = try Lists.table(Lists.samples + "/overlap.tsv")
    #expect(overlap.records == [pairs[0]] + pairs.filter { names.contains($0[0]) && names.contains($0[1]) })
    let stats = try await workspace.client("stats", "--format", "tsv")
    #expect(stats.records.contains(["datasets", "8"]))
    #expect(stats.records.contains(["memberships", String(counts.reduce(0) { $0 + Int($1[1])! })]))
  }

  @Test("answer for each photo that is in two datasets or more, in the order of the questions")
  func checks() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.loadedDaemon(workspace)
    let datasets = try Self.photos()
    let shared = datasets.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
    let distinct = try await daemon.figures()["images"]
    #expect(datasets.count == distinct)
    #expect(shared.count > 10)
    let questions = shared.map(\.key) + ["flickr:12345678901"]
    let result = try await workspace.client(
      ["check", "--format", "tsv", "-"], input: questions.joined(separator: "\n"))
    #expect(result.end == .exited(0))
    #expect(result.records.map { $0[0] } == questions)
    for (record, photo) in zip(result.records, shared) {
      #expect(record.last == photo.value.sorted().joined(separator: ","), "\(photo.key)")
    }
    #expect(result.records.last?.last == "-")
    try await daemon.stop()
  }

  /// The datasets of each photo, as the lists themselves name it.
  private static func photos() throws -> [String: Set<String>] {
    var datasets: [String: Set<String>] = [:]
    for record in try expected() {
      for (photo, name) in try ListedPhotos.read(record[0], files(record)) {
        datasets["flickr:" + photo, default: []].insert(name)
      }
    }
    return datasets
  }

  @Test("show what each dataset lists for a photo")
  func listings() async throws {
    let workspace = try Workspace()
    let daemon = try await Self.loadedDaemon(workspace)
    let photo = "flickr:99347712782"
    let check = try await workspace.client("check", "--format", "tsv", photo)
    let names = try #require(check.records.first?.last).split(separator: ",").map(String.init)
    #expect(names.count > 1)
    let result = try await workspace.client("get", "--format", "tsv", photo)
    #expect(result.end == .exited(0))
    #expect(result.records.first == ["input", "dataset", "key", "listed", "fields"])
    #expect(Set(result.records.dropFirst().map { $0[1] }) == Set(names))
    for record in result.records.dropFirst() {
      #expect(record[2] == photo)
      #expect(record[3].contains("99347712782"))
    }
    let miss = try await workspace.client("get", "--format", "tsv", "flickr:12345678901")
    #expect(miss.end == .exited(1))
    try await daemon.stop()
  }
}
