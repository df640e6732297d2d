// A daemon under a supervisor: what it tells, and when.

import Foundation
import TestSupport
import Testing

@Suite("A supervised daemon", .fewAtOnce)
struct SupervisionTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  @Test("says when it is ready, that it is alive for as long as it is, and that it stops")
  func life() async throws {
    let supervisor = try Supervisor(workspace)
    let sockets = try HandedSockets(workspace, ["read", "load"])
    let daemon = try await sockets.start(
      environment: ["NOTIFY_SOCKET": supervisor.path, "WATCHDOG_USEC": "400000"])
    #expect(await holds { supervisor.lines.contains("READY=1") })
    #expect(
      supervisor.messages.first { $0.hasPrefix("READY=1") }?.contains("STATUS=0 images, 0 datasets") == true)
    // Longer than a thread may owe a sign of life, which is a second at least.
    #expect(await holds { supervisor.lines.count { $0 == "WATCHDOG=1" } > 25 })
    let list = try workspace.write("list", Photos.list(1...1_200))
    #expect(
      try await workspace.client(["ingest", "--dataset", "parks", list], socket: "load.sock").end
        == .exited(0))
    #expect(
      await holds { supervisor.lines.contains { $0.hasPrefix("STATUS=1.2k images, 1 datasets, map 1 %") } })
    #expect(!supervisor.lines.contains("STOPPING=1"))
    daemon.send(SIGTERM)
    #expect(try await daemon.result().end == .exited(0), "\(daemon.errors)")
    #expect(supervisor.lines.contains("STOPPING=1"))
    #expect(supervisor.lines.lastIndex(of: "STOPPING=1")! > supervisor.lines.lastIndex(of: "WATCHDOG=1")!)
  }

  @Test("tells nobody where nobody asks")
  func unsupervised() async throws {
    let supervisor = try Supervisor(workspace)
    let daemon = try await RunningDaemon.start(in: workspace)
    try await daemon.stop()
    #expect(supervisor.messages.isEmpty)
  }

  @Test("is ready only once it can be asked")
  func readiness() async throws {
    let supervisor = try Supervisor(workspace)
    let daemon = try TestedProgram(
      Programs.daemon, ["--data", workspace.file("data"), "--socket", workspace.file("s")], folder: workspace,
      environment: ["NOTIFY_SOCKET": supervisor.path])
    #expect(await holds { supervisor.lines.contains("READY=1") }, "\(daemon.errors)")
    #expect(try await workspace.client("ping").end == .exited(0))
    daemon.kill()
  }

  @Test("refuses the folder in which another index keeps its loads")
  func stagingFolder() async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    try await daemon.stop()
    let refused = try await workspace.failingDaemon(data: "data/staging")
    #expect(refused.end == .exited(71), "\(refused.errors)")
    #expect(refused.errors.contains("folder for loads"), "\(refused.errors)")
  }
}
