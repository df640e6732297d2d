// The crash story, told by processes: whatever the moment at which the daemon is killed, its index opens again and
// holds whole loads only.

import Foundation
import Platform
import TestSupport
import Testing

@Suite("A daemon that is killed", .fewAtOnce, .serialized)
struct CrashTests {
  @Test(
    "in the middle of a load, at any moment, holds all of each finished load and nothing of another",
    arguments: 1...17)
  func rounds(_ seed: Int) async throws {
    var drill = try await CrashDrill(seed: seed)
    for load in 1...3 { try await drill.round(load) }
    try await drill.end()
  }

  @Test("before a load was opened is waited for as well")
  func beforeOpening() async throws {
    let workspace = try Workspace()
    let list = try workspace.write("list", Photos.list(1...10))
    // Its first question waits in the socket of a daemon that never takes it.
    let listener = try UnixAddress.listening(at: workspace.file("s")).release()
    let client = try workspace.startClient(["ingest", "--dataset", "park", "--retry-for", "30", list])
    let isAsked = await holds { Poll.wait(for: listener, Int32(POLLIN), milliseconds: 0) }
    #expect(isAsked)
    close(listener)
    let again = try await RunningDaemon.start(in: workspace)
    let result = try await client.result()
    #expect(result.end == .exited(0), "\(result.errors)")
    try await again.stop()
  }

  @Test("while it was opening a load still lists the others")
  func loadWithoutManifest() async throws {
    let workspace = try Workspace()
    // What is there between the making of a load's folder and that of its manifest.
    try FileManager.default.createDirectory(
      atPath: workspace.file("data/staging/park.0123456789abcdef"), withIntermediateDirectories: true)
    let daemon = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.client("loads", "--format", "tsv")
    #expect(result.end == .exited(0), "\(result.errors)")
    try await daemon.stop()
  }

  @Test("while it dropped a load takes no half of it for the whole")
  func halfDroppedLoad() async throws {
    let workspace = try Workspace()
    var rows = 8_000
    var list = try workspace.write("list", Photos.list(1...rows, padding: 300))
    let daemon = try await RunningDaemon.start(in: workspace, options: ["--load-memory", "1"])
    var client = try workspace.startClient(["ingest", "--dataset", "park", list])
    let staging = workspace.file("data/staging")
    func runs() -> [String] {
      let names = (try? FileManager.default.subpathsOfDirectory(atPath: staging)) ?? []
      return names.filter { $0.hasSuffix(".run") }.sorted()
    }
    func hasRuns(_ client: TestedProgram) async -> Bool {
      await holds { runs().count > 1 || client.end != nil }
    }
    #expect(await hasRuns(client))
    // On a busy machine all can have ended before it is seen: then a longer list is taken.
    while client.end == .exited(0), rows < 1_000_000 {
      _ = try await workspace.client("dataset", "remove", "park", "--yes")
      rows *= 3
      list = try workspace.write("list", Photos.list(1...rows, padding: 300))
      client = try workspace.startClient(["ingest", "--dataset", "park", list])
      #expect(await hasRuns(client))
    }
    daemon.crash()
    client.kill()
    // The files of a load are removed one after the other, the first run before the manifest.
    let first = try #require(runs().first)
    try #require(runs().count > 1)
    try FileManager.default.removeItem(atPath: staging + "/" + first)

    let again = try await RunningDaemon.start(in: workspace)
    let result = try await workspace.client("ingest", "--dataset", "park", list)
    let images = try await again.figures()["images"]
    #expect(images == rows, "\(result.output)")
    try await again.stop()
  }

  @Test("leaves a socket that the next daemon takes over, and a folder that it opens")
  func staleSocket() async throws {
    let workspace = try Workspace()
    let daemon = try await RunningDaemon.start(in: workspace)
    daemon.crash()
    #expect(FileManager.default.fileExists(atPath: workspace.file("s")))
    let client = try await workspace.client("ping")
    #expect(client.end == .exited(2))
    #expect(client.errors.contains("no daemon at \(workspace.file("s"))"))
    let again = try await RunningDaemon.start(in: workspace)
    #expect(try await workspace.client("ping").end == .exited(0))
    try await again.stop()
  }
}
