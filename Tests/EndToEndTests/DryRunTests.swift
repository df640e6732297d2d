// Trying a list before it is loaded, and giving up on one that is in another format.

import Foundation
import TestSupport
import Testing

@Suite("A list that is tried first", .fewAtOnce)
struct DryRunTests {
  private static let lists =
    (try? FileManager.default.contentsOfDirectory(atPath: Lists.samples))?.filter {
      ["txt", "json", "csv", "tsv", "idl"].contains($0.split(separator: ".").last.map(String.init) ?? "")
        && !["expected.tsv", "overlap.tsv"].contains($0)
    }.sorted() ?? []

  @Test("gives the figures that its load gives, reason by reason, and asks no daemon", arguments: lists)
  func sameFigures(_ list: String) async throws {
    let workspace = try Workspace()
    // A few rows that only the daemon finds wrong.
    let isLines = list.hasSuffix(".txt") && list != "pubfig.txt"
    let wrong = list == "plain.txt" ? "12345\nhttps://flic.kr/s/a\nflickr:1\tmd5=0\n" : isLines ? "!\n" : ""
    let text = (try? String(contentsOfFile: Lists.samples + "/" + list, encoding: .utf8)) ?? ""
    let path = try workspace.write("list", text + wrong)
    let options =
      ["--dataset", "park", "--max-rejects", "100%", "--format", "tsv", path]
      + (list == "file_names.txt" ? ["--list-format", "files"] : [])
    let tried = try await workspace.client(["ingest", "--dry-run"] + options, socket: "none")
    #expect(tried.end == .exited(0), "\(tried.errors)")
    let daemon = try await RunningDaemon.start(in: workspace)
    let loaded = try await workspace.client(["ingest"] + options)
    #expect(loaded.end == .exited(0), "\(loaded.errors)")
    let names = ["rows", "accepted", "rejected"]
    func figures(_ result: ProgramResult) -> [[String]] {
      result.records.filter { names.contains($0[0]) || $0[0].hasPrefix("rejected.") }
    }
    #expect(figures(tried) == figures(loaded))
    #expect(figures(tried).count >= 3)
    #expect(tried.records.contains { $0[0] == "key" })
    let counts = try await daemon.figures()
    let primary = tried.records.filter { $0[0].hasPrefix("primary.") }.compactMap { Int($0[1]) }.reduce(0, +)
    #expect(primary == counts["rows"])
    try await daemon.stop()
  }

  @Test("needs no dataset, tells how it was read, and writes its rejected rows")
  func report() async throws {
    let workspace = try Workspace()
    let path = try workspace.write("list", "flickr:1\nflickr:2\tnsid=12345678@N00\n12345\nflickr:0\n")
    let rejects = workspace.file("rejects")
    let options = ["--dry-run", "--list-format", "plain", "--rejects", rejects, path]
    let text = try await workspace.client(["ingest"] + options, socket: "none")
    #expect(text.end == .exited(0))
    #expect(text.output.hasPrefix("would load: 4 rows, 2 accepted, 2 rejected (2 identifier)\n"))
    #expect(text.output.contains("  format      plain: as asked for\n"))
    #expect(text.output.contains("  images by   flickr 2\n  further     nsid 1\n"))
    #expect(text.output.hasSuffix("nothing was sent\n"))
    let written = Table.records(try String(contentsOfFile: rejects, encoding: .utf8))
    #expect(written.map { Array($0.prefix(3)) } == [[path, "3", "identifier"], [path, "4", "identifier"]])
    let json = try await workspace.client(["ingest", "--format", "json"] + options, socket: "none")
    #expect(
      json.output.contains(
        "\"rejectedBy\":{\"identifier\":2},\"primary\":{\"flickr\":2},\"further\":{\"nsid\":1}"))
    #expect(json.output.contains("\"firstKeys\":[\"flickr:1\",\"flickr:2\"]"))
    let limited = try await workspace.client(["ingest", "--max-rejects", "1"] + options, socket: "none")
    #expect(limited.end == .exited(2))
    #expect(limited.output.hasPrefix("would not load: "))
    let none = try workspace.write("none", "12345\n")
    let empty = try await workspace.client("ingest", "--dry-run", "--list-format", "plain", none)
    #expect(empty.end == .exited(2))
    let dataset = try await workspace.client("ingest", path)
    #expect(dataset.end == .exited(64))
  }

  /// A list of which two of three rows are no identifiers.
  private static let wrongRows = (1...12_000).map { $0 % 3 == 0 ? "flickr:\($0)" : "row \($0)" }
    .joined(separator: "\n")

  @Test("in another format is given up while it comes, and leaves nothing but its rejected rows")
  func givenUp() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", Self.wrongRows)
    for source in [path, "-"] {
      let result = try await workspace.client(
        [
          "ingest", "--dataset", "park", "--list-format", "plain", "--rejects", workspace.file("rejects"),
          source,
        ],
        input: source == "-" ? Self.wrongRows : nil)
      #expect(result.end == .exited(2))
      #expect(result.errors.contains("given up, and nothing is loaded"), "\(result.errors)")
      #expect(result.output.isEmpty)
      let rejects = try String(contentsOfFile: workspace.file("rejects"), encoding: .utf8)
      #expect(Table.records(rejects).first?.dropFirst().prefix(2) == ["1", "identifier"])
      let isGone = await holds {
        (try? FileManager.default.subpathsOfDirectory(
          atPath: workspace.file("data/staging")))?.isEmpty ?? true
      }
      #expect(isGone)
      #expect(try await daemon.ask("LOADS").isEmpty)
      #expect(try await daemon.figures()["datasets"] == 0)
    }
    let allowed = try await workspace.client(
      "ingest", "--dataset", "park", "--list-format", "plain", "--max-rejects", "67%", path)
    #expect(allowed.end == .exited(0), "\(allowed.errors)")
    #expect(allowed.output.contains("12,000 rows, 4,000 accepted, 8,000 rejected (8,000 identifier)"))
    try await daemon.stop()
  }

  @Test("with a share is judged at its end as well, and then leaves nothing either")
  func atTheEnd() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", "flickr:1\nflickr:2\nwrong\n")
    let options = ["ingest", "--dataset", "park", "--list-format", "plain", path, "--max-rejects"]
    let refused = try await workspace.client(options + ["33%"])
    #expect(refused.end == .exited(2))
    #expect(refused.errors.contains("1 of 3 rows rejected"), "\(refused.errors)")
    #expect(try await daemon.figures()["datasets"] == 0)
    let taken = try await workspace.client(options + ["34%"])
    #expect(taken.end == .exited(0), "\(taken.errors)")
    try await daemon.stop()
  }
}
