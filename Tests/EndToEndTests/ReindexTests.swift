// Newer rules come to an old index, and the daemon is killed while it applies them: a dataset has either all of its old
// keys or all of its new ones, and others are not touched.

import Foundation
import TestSupport
import Testing

@Suite("Reindexing", .fewAtOnce, .serialized)
struct ReindexTests {
  private static let options = ["--load-memory", "1", "--disk-reserve", "1"]
  private static let images = 4_000

  /// Two URLs an image, which rules without families take for two images.
  private static var list: String {
    (0..<images).map { number in
      let name = String(0xABCDEF_0000_0000 + number * 7_919, radix: 16) + "0123456789abcdef01234567"
      let path = String(name.prefix(32))
      return ["236x", "564x"].map { size in
        "https://i.pinimg.com/\(size)/ab/cd/ef/\(path).jpg\tmd5=\(path)\n"
      }.joined()
    }.joined()
  }

  private static func datasets(_ daemon: RunningDaemon) async throws -> [[String]] {
    try await daemon.ask("DATASETS")
  }

  private static func digests(_ workspace: Workspace) async throws -> [String] {
    try await workspace.client("stats", "--digest", "--format", "tsv").output.split(separator: "\n")
      .filter { $0.hasPrefix("digest.") }.map(String.init)
  }

  @Test(
    "makes one image of two URLs, tells that it is needed, and survives a crash at any moment",
    arguments: 1...5)
  func crash(_ seed: Int) async throws {
    var generator = SeededGenerator(seed: seed)
    let workspace = try Workspace()
    let pins = try workspace.write("pins", Self.list)
    let park = try workspace.write("park", Photos.list(1...200))
    let old = try await RunningDaemon.start(in: workspace, options: Self.options + ["--rules", "0"])
    for (slug, list) in [("pins", pins), ("park", park)] {
      let result = try await workspace.client("ingest", "--dataset", slug, "--list-format", "plain", list)
      #expect(result.end == .exited(0), "\(result.errors)")
    }
    let before = [
      ["park", "200", "0", "200", "0"], ["pins", "\(2 * Self.images)", "0", "\(2 * Self.images)", "0"],
    ]
    #expect(try await Self.datasets(old) == before)
    try await old.stop()

    var daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    #expect(await holds { daemon.log.contains("2 datasets have keys by older rules") }, "\(daemon.log)")
    // By their listed forms: the keys that old rules made have no names any more.
    let digestsBefore = try await Self.digests(workspace)
    #expect(try await daemon.figures()["datasets.outdated"] == 2)
    #expect(try await workspace.client("datasets").errors.contains("whichset reindex"))
    let client = try workspace.startClient(["reindex", "--dataset", "pins", "--format", "tsv"])
    // Early or late, in its staging or in its merge.
    try await Task.sleep(for: .milliseconds(Int.random(in: 0...(seed * 100), using: &generator)))
    // Questions are answered meanwhile.
    #expect(try await daemon.ask("MCHECK 1\nflickr:1") == [["MISS"]])
    daemon.crash()
    _ = try await client.result()
    daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    let after = [before[0], ["pins", "\(Self.images)", "0", "\(2 * Self.images)", "0"]]
    let found = try await Self.datasets(daemon)
    #expect(found == before || found == after)
    let staging = try FileManager.default.contentsOfDirectory(atPath: workspace.file("data/staging"))
    #expect(staging.isEmpty)
    if found == before { #expect(try await Self.digests(workspace)[1] == digestsBefore[1]) }

    let again = try await workspace.client("reindex", "--dataset", "pins", "--format", "tsv")
    #expect(again.records.last == ["pins", "\(2 * Self.images)", "0", "\(Self.images)"], "\(again.errors)")
    #expect(try await Self.datasets(daemon) == after)
    #expect(try await Self.digests(workspace)[0] == digestsBefore[0])
    #expect(try await daemon.figures()["datasets.outdated"] == 1)
    let rest = try await workspace.client("reindex", "--format", "tsv")
    #expect(rest.records.last == ["park", "200", "0", "200"], "\(rest.errors)")
    #expect(try await daemon.ask("MCHECK 1\nflickr:\(Photos.number(7))") == [["HIT park"]])
    // What newer rules left is what they would have made of the list.
    let fresh = try await RunningDaemon.start(in: workspace, data: "fresh", socket: "f")
    for (slug, list) in [("pins", pins), ("park", park)] {
      _ = try await workspace.client(
        ["ingest", "--dataset", slug, "--list-format", "plain", list], socket: "f")
    }
    let expected = try await workspace.client(["stats", "--digest", "--format", "tsv"], socket: "f").records
    let digests = try await Self.digests(workspace)
    #expect(digests == expected.filter { $0[0].hasPrefix("digest.") }.map { $0.joined(separator: "\t") })
    try await daemon.stop()
    try await fresh.stop()
  }

  @Test("that is interrupted leaves the dataset as it was, and nothing staged")
  func interrupted() async throws {
    let workspace = try Workspace()
    let pins = try workspace.write("pins", Self.list)
    let daemon = try await RunningDaemon.start(in: workspace, options: Self.options)
    let loaded = try await workspace.client("ingest", "--dataset", "pins", "--list-format", "plain", pins)
    #expect(loaded.end == .exited(0), "\(loaded.errors)")
    let digests = try await Self.digests(workspace)
    let client = try workspace.startClient(["reindex", "--dataset", "pins"])
    #expect(try await holds { try await daemon.ask("LOADS").isEmpty == false || client.end != nil })
    client.send(SIGINT)
    _ = try await client.result()
    #expect(try await holds { try await daemon.figures()["streams"] == 0 })
    #expect(try await holds { try await daemon.ask("LOADS").isEmpty })
    #expect(try await Self.digests(workspace) == digests)
    try await daemon.stop()
  }
}
