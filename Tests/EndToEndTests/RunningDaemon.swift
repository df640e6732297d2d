// A daemon that answers. It is killed when the value goes, however the test ends.

import Foundation
import TestSupport
import Testing

/// A daemon in a workspace.
final class RunningDaemon: Sendable {
  let process: TestedProgram
  let workspace: Workspace
  /// The socket's path.
  let socket: String

  /// Starts a daemon and waits until it can be connected to.
  static func start(
    in workspace: Workspace, data: String = "data", socket: String = "s", options: [String] = [],
    environment: [String: String] = [:], sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> RunningDaemon {
    let daemon = try RunningDaemon(
      workspace, data: data, socket: socket, options: options, environment: environment)
    let isThere = await holds {
      daemon.process.end != nil || (try? Connection(daemon.socket)) != nil
    }
    try #require(
      isThere && daemon.process.end == nil, "the daemon does not start: \(daemon.process.errors)",
      sourceLocation: sourceLocation)
    return daemon
  }

  private init(
    _ workspace: Workspace, data: String, socket: String, options: [String], environment: [String: String]
  ) throws {
    self.workspace = workspace
    self.socket = workspace.file(socket)
    process = try TestedProgram(
      Programs.daemon, ["--data", workspace.file(data), "--socket", self.socket] + options, folder: workspace,
      environment: environment)
  }

  /// What it has logged.
  var log: String { process.errors }

  /// Stops it by SIGTERM; it has to end well.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    process.send(SIGTERM)
    let result = try await process.result(sourceLocation: sourceLocation)
    #expect(result.end == .exited(0), "\(result.errors)", sourceLocation: sourceLocation)
  }

  /// Kills it as a power cut would.
  func crash() { process.kill() }

  /// A connection of its own to it.
  func connect() throws -> Connection { try Connection(socket) }

  /// The reply to a request whose reply carries a count, as records.
  func ask(_ request: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> [[String]] {
    let connection = try connect()
    try await connection.send(request + "\n")
    let status = try await connection.line(sourceLocation: sourceLocation)
    let words = status.split(separator: " ")
    try #require(words.count > 1 && words[0] == "OK", "\(request): \(status)", sourceLocation: sourceLocation)
    let count = try #require(Int(words[1]), "\(request): \(status)", sourceLocation: sourceLocation)
    var records: [[String]] = []
    for _ in 0..<count { records += Table.records(try await connection.line(sourceLocation: sourceLocation)) }
    return records
  }

  /// The figures of `STATS` by their names.
  func figures(sourceLocation: SourceLocation = #_sourceLocation) async throws -> [String: Int] {
    var figures: [String: Int] = [:]
    for record in try await ask("STATS", sourceLocation: sourceLocation) where record.count == 2 {
      figures[record[0]] = Int(record[1])
    }
    return figures
  }
}
