// Whatever is given as a list, the client names it, says what is wrong, ends with 2, and nothing of it is in the
// index or staged.

import Foundation
import Testing

@Suite("A list that cannot be loaded", .fewAtOnce)
struct BadListTests {
  /// Something that is no list, and what is said of it.
  struct BadList: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]
    let complaint: String
    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ complaint: String) {
      self.name = name
      self.bytes = bytes
      self.complaint = complaint
    }

    init(_ name: String, _ text: String, _ complaint: String) {
      self.init(name, Array(text.utf8), complaint)
    }
  }

  private static func sample(_ name: String, first count: Int) -> [UInt8] {
    Array((FileManager.default.contents(atPath: Lists.samples + "/" + name) ?? Data()).prefix(count))
  }

  private static let badLists = [
    BadList(
      "garbage", [0x80, 0xFE, 0x81, 0x20, 0x62, 0x0A, 0xC3, 0x28, 0x0A], "no column identifies an image"),
    BadList("prose", "Dear reader,\nthis is a letter.\n", "no column identifies an image"),
    BadList("NUL bytes", "flickr:1000000001\0\nflickr:100\u{0}0000002\n", "it has NUL bytes"),
    BadList("a program", (0...255).map { UInt8($0) } + [0, 0, 0], "it has NUL bytes"),
    BadList("cut JSON", sample("coco.json", first: 3_000), "the JSON ends in the middle"),
    BadList("cut gzip", sample("compressed/megaface.txt.gz", first: 600), "its gzip data ends in the middle"),
    BadList("cut zstd", sample("compressed/megaface.txt.zst", first: 300), "zstd"),
    BadList("cut xz", sample("compressed/megaface.txt.xz", first: 300), "xz"),
    BadList("cut bzip2", sample("compressed/megaface.txt.bz2", first: 500), "bzip2"),
  ]

  private func expectNothing(
    _ daemon: RunningDaemon, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let figures = try await daemon.figures()
    #expect(figures["datasets"] == 0, sourceLocation: sourceLocation)
    #expect(figures["images"] == 0, sourceLocation: sourceLocation)
    #expect(figures["loads.staged"] == 0, sourceLocation: sourceLocation)
  }

  @Test("is named, and leaves nothing", arguments: badLists)
  func leavesNothing(_ list: BadList) async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", list.bytes)
    let result = try await workspace.client("ingest", "--dataset", "park", path)
    #expect(result.end == .exited(2))
    #expect(result.errors.contains(path))
    #expect(result.errors.contains(list.complaint), "\(result.errors)")
    #expect(result.output.isEmpty)
    try await expectNothing(daemon)
    try await daemon.stop()
  }

  @Test("since it is missing or a folder is named, and leaves nothing")
  func missing() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    try FileManager.default.createDirectory(
      atPath: workspace.file("folder"), withIntermediateDirectories: false)
    for (path, complaint) in [
      (workspace.file("missing"), "No such file or directory"),
      (workspace.file("folder"), "is a folder without files"),
    ] {
      let result = try await workspace.client("ingest", "--dataset", "park", path)
      #expect(result.end == .exited(2))
      #expect(result.errors.contains(path) && result.errors.contains(complaint), "\(result.errors)")
    }
    try await expectNothing(daemon)
    try await daemon.stop()
  }

  @Test(
    "since it may not be read is named, and leaves nothing",
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv") && geteuid() == 0,
      "only root with setpriv can act as a user who may not read everything"))
  func unreadable() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", Photos.list(1...10))
    chmod(workspace, "list", 0o000)
    // Root without its capabilities owns the socket, and reads no file whose mode forbids it.
    let result = try await TestedProgram(
      "/usr/bin/setpriv",
      ["--bounding-set=-all", "--inh-caps=-all", Programs.client, "ingest", "--dataset", "park", path],
      folder: workspace, environment: ["WHICHSET_SOCKET": workspace.file("s")]
    ).result()
    #expect(result.end == .exited(2))
    #expect(result.errors.contains(path) && result.errors.contains("Permission denied"), "\(result.errors)")
    try await expectNothing(daemon)
    try await daemon.stop()
  }

  private func chmod(_ workspace: Workspace, _ name: String, _ mode: mode_t) {
    _ = unsafe Glibc.chmod(workspace.file(name), mode)  // the C string lives through the call
  }

  @Test("since it has no rows is refused", arguments: ["", "\n\n", "# only a remark\n"])
  func empty(_ text: String) async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", text)
    let result = try await workspace.client("ingest", "--dataset", "park", path)
    #expect(result.errors.contains(path) && result.errors.contains("the list has no rows"))
    let figures = try await daemon.figures()
    #expect(result.end == .exited(2))
    #expect(figures["datasets"] == 0)
    try await daemon.stop()
  }

  @Test("in full keeps the whole rows, and rejects the one that is cut")
  func cutRow() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    let path = try workspace.write("list", Self.sample("megaface.txt", first: 2_328))
    let result = try await workspace.client("ingest", "--dataset", "park", path)
    #expect(result.end == .exited(0))
    #expect(result.errors.contains("\(path):52: columns: "), "\(result.errors)")
    #expect(try await daemon.ask("DATASETS") == [["park", "50", "25", "51", "1"]])
    try await daemon.stop()
  }

  @Test(
    "without a daemon says how to start one",
    arguments: [["check", "flickr:1"], ["get", "flickr:1"], ["stats"], ["ping"]])
  func noDaemon(_ command: [String]) async throws {
    let workspace = try Workspace()
    let result = try await workspace.client(command)
    #expect(result.end == .exited(2))
    #expect(result.output.isEmpty || command[0] == "check" || command[0] == "get")
    #expect(result.errors.contains("no daemon at \(workspace.file("s"))"))
    #expect(result.errors.contains("Start one with: whichsetd --data"))
  }
}
