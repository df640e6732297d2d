// What a client may do depends on the socket that it entered, whether the daemon made it or was given it; and sockets
// that it was given outlive it.

import Foundation
import Synchronization
import TestSupport
import Testing

@Suite("Roles by socket", .fewAtOnce)
struct RoleTests {
  private let workspace: Workspace

  init() throws { workspace = try Workspace() }

  private func reply(_ socket: String, _ request: String) async throws -> String {
    let connection = try Connection(workspace.file(socket))
    try await connection.send(request + "\n")
    return try await connection.line()
  }

  /// What each of three sockets lets its clients do.
  private func expectRoles(read: String, load: String, admin: String) async throws {
    #expect(try await reply(read, "CHECK flickr:1") == "MISS")
    #expect(try await reply(read, "DESCRIBE parks title=x").hasPrefix("ERR FORBIDDEN CLIENT "))
    #expect(try await reply(load, "DESCRIBE parks title=x") == "OK")
    #expect(try await reply(load, "REMOVE parks").hasPrefix("ERR FORBIDDEN CLIENT "))
    #expect(try await reply(admin, "REMOVE parks") == "OK images=0 memberships=0")
  }

  private func mode(_ name: String) throws -> Int? {
    let attributes = try FileManager.default.attributesOfItem(atPath: workspace.file(name))
    return attributes[.posixPermissions] as? Int
  }

  @Test("come from the sockets that the daemon makes, each with its own rights")
  func ownSockets() async throws {
    let daemon = try await RunningDaemon.start(
      in: workspace,
      options: [
        "--read-socket", workspace.file("r"), "--load-socket", workspace.file("l"), "--admin-socket",
        workspace.file("a"), "--read-group", "\(getgid())",
      ])
    #expect(await holds { FileManager.default.fileExists(atPath: workspace.file("a")) })
    try await expectRoles(read: "r", load: "l", admin: "a")
    #expect(try await reply("s", "REMOVE parks").hasPrefix("ERR DATASET"))
    #expect(try mode("r") == 0o660 && mode("l") == 0o660 && mode("a") == 0o600 && mode("s") == 0o600)
    try await daemon.stop()
    for name in ["r", "l", "a", "s"] {
      #expect(!FileManager.default.fileExists(atPath: workspace.file(name)), "\(name)")
    }
  }

  @Test(
    "come from the names of sockets that were handed over, whatever their order",
    arguments: [["read", "load", "admin"], ["admin", "read", "load"], ["load", "admin", "read"]])
  func handedOver(_ names: [String]) async throws {
    let sockets = try HandedSockets(workspace, names)
    let daemon = try await sockets.start()
    try await expectRoles(read: "read.sock", load: "load.sock", admin: "admin.sock")
    daemon.send(SIGTERM)
    #expect(try await daemon.result().end == .exited(0), "\(daemon.errors)")
    for name in names {
      #expect(FileManager.default.fileExists(atPath: workspace.file("\(name).sock")), "\(name)")
    }
  }

  @Test(
    "that nobody knows, or that are missing, are refused", arguments: ["read:whichsetd.socket", "read", ""])
  func unknownNames(_ names: String) async throws {
    let sockets = try HandedSockets(workspace, ["read", "load"])
    let result = try await sockets.start(names: names).result()
    #expect(result.end == .exited(78), "\(result.errors)")
    #expect(result.errors.contains("LISTEN_FDNAMES"), "\(result.errors)")
  }

  @Test("of a descriptor that does not listen are refused")
  func wrongKind() async throws {
    let file = try File.open(workspace.file("file"), O_RDWR | O_CREAT)
    defer { close(file) }
    let program = try TestedProgram(
      "/bin/bash",
      ["-c", "export LISTEN_PID=$$; exec \"$0\" \"$@\"", Programs.daemon, "--data", workspace.file("data")],
      folder: workspace, environment: ["LISTEN_FDS": "1", "LISTEN_FDNAMES": "read"], inherited: [file])
    let result = try await program.result()
    #expect(result.end == .exited(78), "\(result.errors)")
    #expect(result.errors.contains("is no socket"), "\(result.errors)")
  }

  @Test("and sockets stay over a restart, in which no question fails")
  func restart() async throws {
    let sockets = try HandedSockets(workspace, ["read", "admin"])
    var daemon = try await sockets.start()
    #expect(try await reply("admin.sock", "DESCRIBE parks title=x") == "OK")
    let count = Answered()
    let asking: Task<Void, any Error> = Task {
      while !Task.isCancelled {
        let answer = try await reply("read.sock", "CHECK flickr:1")
        #expect(answer == "MISS", "after \(count.value.load(ordering: .relaxed))")
        count.value.add(1, ordering: .relaxed)
      }
    }
    for round in 0..<5 {
      // Each of the daemons has answered something.
      #expect(await holds { count.value.load(ordering: .relaxed) > 2 * round })
      daemon.send(SIGTERM)
      #expect(try await daemon.result().end == .exited(0), "\(daemon.errors)")
      // Nobody listens now; whoever asks waits.
      try await Task.sleep(for: .milliseconds(20))
      daemon = try await sockets.start()
    }
    #expect(await holds { count.value.load(ordering: .relaxed) > 5 })
    asking.cancel()
    try await asking.value
    daemon.send(SIGTERM)
    #expect(try await daemon.result().end == .exited(0))
  }

  @Test("are told to the log with each change, and what came of it")
  func changesAreLogged() async throws {
    let daemon = try await RunningDaemon.start(
      in: workspace, options: ["--read-socket", workspace.file("r")])
    #expect(try await reply("s", "DESCRIBE parks title=Precious") == "OK")
    #expect(try await reply("s", "REMOVE other").hasPrefix("ERR DATASET"))
    let list = try workspace.write("list", Photos.list(1...10))
    #expect(try await workspace.client("ingest", "--dataset", "parks", list).end == .exited(0))
    #expect(try await workspace.client("dataset", "remove", "--yes", "parks").end == .exited(0))
    let refused = try await workspace.client(["dataset", "remove", "--yes", "parks"], socket: "r")
    #expect(refused.end == .exited(2))
    #expect(refused.errors.contains("REMOVE needs the role admin"), "\(refused.errors)")
    #expect(refused.errors.contains("/run/whichset/admin.sock"), "\(refused.errors)")
    try await daemon.stop()
    let who = "by user \(getuid()), process "
    for change in ["description of parks (title)", "commit of load parks.", "removal of parks"] {
      #expect(
        daemon.log.split(separator: "\n").contains {
          $0.contains(change) && $0.contains(who) && $0.contains("(admin): done")
        }, "\(change): \(daemon.log)")
    }
    #expect(daemon.log.contains("removal \(who)"))
    #expect(!daemon.log.contains("removal of other"))
    #expect(daemon.log.contains("(admin): refused, DATASET"))
    #expect(!daemon.log.contains("Precious"))
  }
}

private final class Answered: Sendable {
  let value = Atomic<Int>(0)
}
