// The program `whichset-http` itself: its sockets, its end, and what it says.

import Foundation
import Platform
import TestSupport
import Testing

@Suite("whichset-http", .fewAtOnce)
struct HTTPProgramTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func start(_ options: [String]) async throws -> TestedProgram {
    let program = try TestedProgram(
      Programs.http, ["--socket", workspace.file("s"), "--listen", workspace.file("h")] + options,
      folder: workspace)
    let path = workspace.file("h")
    #expect(
      await holds { program.end != nil || (try? UnixAddress.connected(to: path)) != nil }, "\(program.errors)"
    )
    return program
  }

  private func get(_ target: String) async throws -> ProgramResult {
    try await workspace.script("curl --silent --show-error --fail --unix-socket h 'http://test\(target)'")
  }

  @Test(
    "answers at its own socket, says nothing of it, and removes the socket at its end",
    arguments: [SIGTERM, SIGINT])
  func own(_ signal: Int32) async throws {
    let daemon = try await RunningDaemon.start(in: workspace)
    let list = try workspace.write("list", "flickr:99100000001\n")
    #expect(try await workspace.client("ingest", "--dataset", "park", list).end == .exited(0))
    let program = try await start([])
    #expect(try await get("/check?id=flickr:99100000001").output.contains("park"))
    #expect(
      try FileManager.default.attributesOfItem(atPath: workspace.file("h"))[.posixPermissions] as? Int
        == 0o600)
    program.send(signal)
    let result = try await program.result()
    #expect(result.end == .exited(0))
    #expect(result.errors.isEmpty && result.output.isEmpty)
    #expect(!FileManager.default.fileExists(atPath: workspace.file("h")))
    _ = daemon
  }

  @Test("replaces the socket of one that was killed, and leaves alone one that is in use")
  func stale() async throws {
    let first = try await start([])
    let second = try TestedProgram(
      Programs.http, ["--listen", workspace.file("h")], folder: workspace)
    let refused = try await second.result()
    #expect(refused.end == .exited(71) && refused.errors.contains("another program listens there"))
    first.kill()
    let third = try await start([])
    #expect(third.end == nil)
  }

  @Test("takes a socket that is handed over, and leaves it where it is")
  func handed() async throws {
    let socket = try UnixAddress.listening(at: workspace.file("h"))
    let daemon = try await RunningDaemon.start(in: workspace)
    let program = try TestedProgram(
      "/bin/bash",
      ["-c", "export LISTEN_PID=$$; exec \"$0\" \"$@\"", Programs.http, "--socket", workspace.file("s")],
      folder: workspace, environment: ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "http"], inherited: [socket.raw])
    #expect(try await get("/healthz").output.contains("\"status\":\"ok\""))
    program.send(SIGTERM)
    #expect(try await program.result().end == .exited(0))
    #expect(FileManager.default.fileExists(atPath: workspace.file("h")))
    _ = daemon
  }

  @Test("does not start without a place to listen, or with an origin that is none")
  func usage() async throws {
    for (options, status) in [
      ([], 64), (["--listen", "h", "--allow-origin", "a b"], 64),
      (["--listen", workspace.file("h"), "--catalogue", workspace.file("none")], 78),
    ] as [([String], Int32)] {
      let program = try TestedProgram(Programs.http, options, folder: workspace)
      #expect(try await program.result().end == .exited(status), "\(options)")
    }
  }
}
