// How a list was read is part of what it is, and of what is reported; folders and many files are lists.

import Foundation
import TestSupport
import Testing

@Suite("The reading of a list", .fewAtOnce)
struct ListReadingTests {
  private static let table = "id,url,md5\n1,https://example.org/a.jpg,d41d8cd98f00b204e9800998ecf8427e\n"

  @Test("makes another list of the same bytes, and is reported with the keys that it gave")
  func identity() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list.csv", Self.table)
    func load(_ options: String...) async throws -> ProgramResult {
      try await workspace.client(["ingest", "--dataset", "park", path] + options)
    }
    let first = try await load()
    #expect(first.end == .exited(0))
    #expect(
      first.output.contains("column 2 \"url\" holds URLs of images: read as identifier"), "\(first.output)")
    #expect(first.output.contains("  keys    url 1, md5 1\n"))
    #expect(try await load().output.hasPrefix("unchanged: "))
    let other = try await load("--column", "md5=md5")
    #expect(other.end == .exited(2))
    #expect(other.errors.contains("read in another way"))
    let replaced = try await load("--column", "md5=md5", "--replace")
    #expect(replaced.output.contains("  keys    md5 1\n"), "\(replaced.errors)")
    #expect(
      try await load("--column", "md5=md5", "--replace").output.hasPrefix("loaded "), "a replacement is made")
    try await daemon.stop()
  }

  @Test("warns where no other dataset has keys of its kinds")
  func warning() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let photos = try workspace.write("photos", Photos.list(1...3))
    let hashes = try workspace.write("hashes", "d41d8cd98f00b204e9800998ecf8427e  a.jpg\n")
    let names = try workspace.write("names", "a/0001.jpg\n")
    let first = try await workspace.client("ingest", "--dataset", "park", "--format", "json", photos)
    #expect(!first.output.contains("\"warning\""))
    let second = try await workspace.client("ingest", "--dataset", "files", hashes)
    #expect(second.end == .exited(0) && second.errors.contains("by which no other dataset has any"))
    #expect(try await workspace.client("ingest", "--dataset", "street", names).end == .exited(2))
    let third = try await workspace.client(
      "ingest", "--dataset", "street", "--list-format", "files", "--format", "json", names)
    #expect(third.output.contains("\"warning\":\"all keys are names of files"), "\(third.output)")
    try await daemon.stop()
  }

  @Test("takes thousands of files, or their folder, for one list with a short name")
  func manyFiles() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try FileManager.default.createDirectory(
      atPath: workspace.file("files/more"), withIntermediateDirectories: true)
    for number in 1...1_500 {
      let folder = number > 1_000 ? "files/more" : "files"
      _ = try workspace.write(
        "\(folder)/Invented_Person_\(10_000 + number).txt", "flickr:\(99_100_000_000 + number)\n")
    }
    let loaded = try await workspace.client(
      ["ingest", "--dataset", "park", workspace.file("files")])
    #expect(
      loaded.end == .exited(0) && loaded.output.hasPrefix("loaded park: 1,500 rows"), "\(loaded.errors)")
    let lists = try await daemon.ask("DATASET park").first { $0.first == "list.1.name" }
    #expect(lists?.last == "Invented_Person_10001.txt…Invented_Person_11500.txt (1500 files)")
    try await daemon.stop()
  }
}
