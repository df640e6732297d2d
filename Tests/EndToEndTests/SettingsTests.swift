// Settings of the real daemon: from a file, looked at, reloaded.

import Foundation
import TestSupport
import Testing

@Suite("Settings", .fewAtOnce)
struct SettingsTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func daemon(_ options: String..., environment: [String: String] = [:]) async throws -> ProgramResult
  {
    try await TestedProgram(Programs.daemon, options, folder: workspace, environment: environment).result()
  }

  @Test("can be looked at without a start, each with where it comes from")
  func check() async throws {
    let file = try workspace.write("conf", "threads = 3\nlog-level = debug\n")
    let result = try await daemon(
      "--config", file, "--check-config", "--connections", "17", environment: ["WHICHSETD_LOG_LEVEL": "error"]
    )
    #expect(result.end == .exited(0), "\(result.errors)")
    let lines = result.output.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(lines.contains("threads = 3 ; \(file):1"))
    #expect(lines.contains("log-level = error ; environment, WHICHSETD_LOG_LEVEL"))
    #expect(lines.contains("connections = 17 ; command line"))
    #expect(lines.contains("stop-timeout = 10 ; default"))
    let wrong = try workspace.write("wrong", "threads = 3\nthreds = 3\n")
    let refused = try await daemon("--config", wrong, "--check-config")
    #expect(refused.end == .exited(78))
    #expect(
      refused.errors.hasPrefix("whichsetd: \(wrong):2: no setting is named 'threds'"), "\(refused.errors)")
    #expect(try await daemon("--config", "/nonexistent", "--check-config").end == .exited(78))
    #expect(try await daemon("--check-config", "--threads", "many").end == .exited(64))
  }

  @Test("are all flags too, with their defaults in the help")
  func flags() async throws {
    let shown = try await daemon("--check-config")
    let help = try await daemon("--help").output
    for line in shown.output.split(separator: "\n").dropFirst() {
      let name = line.prefix { $0 != " " }
      #expect(help.contains("--\(name) <"), "\(name)")
    }
  }

  @Test("that name no data folder or no socket are refused with what to do")
  func missing() async throws {
    let nowhere = try await daemon("--data", workspace.file("data"))
    #expect(nowhere.end == .exited(64) && nowhere.errors.contains("--socket"), "\(nowhere.errors)")
    let nothing = try await daemon("--socket", workspace.file("s"))
    #expect(nothing.end == .exited(64) && nothing.errors.contains("--data"), "\(nothing.errors)")
  }

  @Test("are reloaded on demand, and a file that is wrong changes nothing", arguments: [false, true])
  func reload(_ bySignal: Bool) async throws {
    let supervisor = try Supervisor(workspace)
    let file = try workspace.write(
      "conf", "data = \(workspace.file("data"))\nsocket = \(workspace.file("s"))\nconnections = 1000\n")
    let daemon = try TestedProgram(
      Programs.daemon, ["--config", file], folder: workspace, environment: ["NOTIFY_SOCKET": supervisor.path])
    #expect(await holds { supervisor.lines.contains("READY=1") }, "\(daemon.errors)")
    func ask() async throws -> ProgramResult? {
      guard bySignal else { return try await workspace.client("reload", "--format", "tsv") }
      let before = supervisor.lines.count { $0 == "READY=1" }
      daemon.send(SIGHUP)
      #expect(await holds { supervisor.lines.count { $0 == "READY=1" } > before })
      return nil
    }
    if let result = try await ask() {
      #expect(result.end == .exited(0), "\(result.errors)")
      #expect(result.records == [["setting", "before", "now", "state"]])
    }

    _ = try workspace.write(
      "conf",
      "data = \(workspace.file("data"))\nsocket = \(workspace.file("s"))\nconnections = 1\nthreads = 3\nlog-level = debug\n"
    )
    if let result = try await ask() {
      #expect(
        result.records.dropFirst() == [
          ["threads", "0", "3", "restart"], ["connections", "1000", "1", "applied"],
          ["log-level", "info", "debug", "applied"],
        ])
    }
    #expect(
      await holds {
        daemon.errors.contains("reloaded: threads 3 after the next start, connections 1, log-level debug")
      },
      "\(daemon.errors)")
    let reloading = supervisor.messages.filter { $0.hasPrefix("RELOADING=1\nMONOTONIC_USEC=") }
    #expect(reloading.count == 2)
    // One connection is what there may be now.
    let first = try await onlyConnection()
    let second = try Connection(workspace.file("s"))
    #expect(try await second.line().contains("1 connections are open"))

    _ = try workspace.write("conf", "connections = none\n")
    let before = supervisor.lines.count { $0 == "READY=1" }
    if bySignal {
      daemon.send(SIGHUP)
    } else {
      try await first.send("RELOAD\n")
      let line = try await first.line()
      #expect(
        line.hasPrefix("ERR CONFIG CLIENT nothing was changed: \(file):1: connections: 'none' is no number"))
    }
    #expect(await holds { daemon.errors.contains("settings were not changed: \(file):1: connections") })
    #expect(await holds { supervisor.lines.count { $0 == "READY=1" } > before })
    try await first.send("PING\n")
    #expect(try await first.line() == "PONG")
    let third = try Connection(workspace.file("s"))
    #expect(try await third.line().contains("1 connections are open"))
    daemon.send(SIGTERM)
    #expect(try await daemon.result().end == .exited(0), "\(daemon.errors)")
  }

  /// The one connection that there may be, once earlier ones are counted out.
  private func onlyConnection() async throws -> Connection {
    for _ in 0..<200 {
      let connection = try Connection(workspace.file("s"))
      try? await connection.send("PING\n")
      if (try? await connection.line()) == "PONG" { return connection }
      try await Task.sleep(for: .milliseconds(20))
    }
    return try Connection("")
  }
}
