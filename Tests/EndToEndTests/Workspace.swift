// A folder of its own for each test, with a short path, since a socket's path has at most 107 bytes. It goes with
// the value, and all that is in it.

import Foundation
import Testing

/// A temporary folder and the programs that run in it.
final class Workspace: Sendable {
  /// The folder.
  let path: String

  init() throws {
    path = "/tmp/whichset-\(UUID().uuidString.prefix(8))"
    // Whatever the process's mask is just now: a test of sockets changes it.
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of a file in the folder.
  func file(_ name: String) -> String { path + "/" + name }

  /// Writes a file and returns its path.
  func write(_ name: String, _ contents: [UInt8]) throws -> String {
    try Data(contents).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }

  /// Writes a file and returns its path.
  func write(_ name: String, _ contents: String) throws -> String { try write(name, Array(contents.utf8)) }

  /// Runs the client to its end.
  func client(
    _ arguments: [String], socket: String = "s", input: String? = nil,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProgramResult {
    try await startClient(arguments, socket: socket, input: input)
      .result(sourceLocation: sourceLocation)
  }

  /// Runs the client to its end.
  func client(
    _ arguments: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProgramResult {
    try await client(arguments, sourceLocation: sourceLocation)
  }

  /// Starts the client; `input` is its whole standard input.
  func startClient(_ arguments: [String], socket: String = "s", input: String? = nil) throws -> TestedProgram
  {
    var descriptor: Int32?
    if let input {
      let name = try write("\(UUID().uuidString.prefix(8)).in", input)
      descriptor = try File.open(name, O_RDONLY)
    }
    defer { if let descriptor { close(descriptor) } }
    return try TestedProgram(
      Programs.client, arguments, folder: self,
      environment: ["WHICHSET_SOCKET": file(socket), "XDG_CONFIG_HOME": file("config")],
      input: descriptor)
  }

  /// Runs a script of bash, in which the programs are found by their names.
  func script(
    _ text: String, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProgramResult {
    try await TestedProgram(
      "/bin/bash", ["-c", "cd \(path)\n\(text)"], folder: self,
      environment: ["WHICHSET_SOCKET": file("s")]
    ).result(sourceLocation: sourceLocation)
  }

  /// Runs a daemon that is expected not to start.
  func failingDaemon(
    data: String = "data", socket: String = "s", sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> ProgramResult {
    try await TestedProgram(
      Programs.daemon, ["--data", file(data), "--socket", file(socket)], folder: self
    ).result(sourceLocation: sourceLocation)
  }
}
