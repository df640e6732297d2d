// What becomes of a dataset that is loaded a second time: nothing by the same list, nothing by another one unless it
// is said what to do.

import Testing

@Suite("A dataset that has a list", .fewAtOnce)
struct RepeatedLoadTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func load(_ list: String, _ options: String..., into dataset: String = "park") async throws
    -> ProgramResult
  {
    try await workspace.client(["ingest", "--dataset", dataset] + options + [workspace.file(list)])
  }

  /// A daemon whose dataset `park` lists photos 1 to 30; `second` lists 21 to 50.
  private func loadedDaemon() async throws -> RunningDaemon {
    _ = try workspace.write("first", Photos.list(1...30))
    _ = try workspace.write("second", Photos.list(21...50))
    let daemon = try await RunningDaemon.start(in: workspace)
    #expect(try await load("first").end == .exited(0))
    return daemon
  }

  private func expectPhotos(
    _ count: Int, memberships: Int, _ daemon: RunningDaemon, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws {
    let figures = try await daemon.figures()
    #expect(figures["images"] == count, sourceLocation: sourceLocation)
    #expect(figures["memberships"] == memberships, sourceLocation: sourceLocation)
    #expect(figures["loads.staged"] == 0, sourceLocation: sourceLocation)
  }

  @Test(
    "stays as it is when the same list is loaded again, under whatever name",
    arguments: [[], ["--append"]])
  func unchanged(_ options: [String]) async throws {
    let daemon = try await loadedDaemon()
    let before = try await daemon.ask("DATASET park")
    let copy = try workspace.write("copy", Photos.list(1...30))
    for path in [workspace.file("first"), copy] {
      let result = try await workspace.client(["ingest", "--dataset", "park"] + options + [path])
      #expect(result.end == .exited(0))
      #expect(result.output.hasPrefix("unchanged: "))
    }
    #expect(try await daemon.ask("DATASET park") == before)
    try await expectPhotos(30, memberships: 30, daemon)
    try await daemon.stop()
  }

  @Test("refuses another list, saying what to do, and stays as it is")
  func refused() async throws {
    let daemon = try await loadedDaemon()
    let before = try await daemon.ask("DATASET park")
    let result = try await load("second")
    #expect(result.end == .exited(2))
    #expect(result.errors.contains("park has another list already"))
    #expect(result.errors.contains("--append") && result.errors.contains("--replace"))
    #expect(try await daemon.ask("DATASET park") == before)
    try await expectPhotos(30, memberships: 30, daemon)
    try await daemon.stop()
  }

  @Test("has both lists after --append")
  func appended() async throws {
    let daemon = try await loadedDaemon()
    #expect(try await load("second", "--append").end == .exited(0))
    try await expectPhotos(50, memberships: 50, daemon)
    #expect(try await daemon.ask("DATASETS") == [["park", "50", "0", "60", "0"]])
    try await daemon.stop()
  }

  @Test("has the new list alone after --replace")
  func replaced() async throws {
    let daemon = try await loadedDaemon()
    #expect(try await load("second", "--replace").end == .exited(0))
    try await expectPhotos(30, memberships: 30, daemon)
    let gone = try await workspace.client("check", "flickr:\(Photos.number(1))")
    #expect(gone.end == .exited(1))
    let new = try await workspace.client("check", "--format", "tsv", "flickr:\(Photos.number(50))")
    #expect(new.records.first?.last == "park")
    try await daemon.stop()
  }

  @Test("takes its photos with it when it is removed, but for those that others list")
  func removed() async throws {
    let daemon = try await loadedDaemon()
    #expect(try await load("second", into: "street").end == .exited(0))
    try await expectPhotos(50, memberships: 60, daemon)
    let unasked = try await workspace.client("dataset", "remove", "park")
    #expect(unasked.end == .exited(64))
    try await expectPhotos(50, memberships: 60, daemon)
    #expect(try await workspace.client("dataset", "remove", "park", "--yes").end == .exited(0))
    try await expectPhotos(30, memberships: 30, daemon)
    let shared = try await workspace.client("check", "--format", "tsv", "flickr:\(Photos.number(25))")
    #expect(shared.records.first?.last == "street")
    #expect(try await workspace.client("dataset", "remove", "park", "--yes").end == .exited(2))
    #expect(try await load("first").end == .exited(0))
    try await expectPhotos(50, memberships: 60, daemon)
    try await daemon.stop()
  }
}
