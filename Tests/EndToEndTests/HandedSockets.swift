// Listening sockets as systemd would hand them over: they are made by the test, live on while daemons come and go, and
// reach a daemon by number and name.

import Foundation
import Platform
import TestSupport
import Testing

/// Sockets that the test listens at.
final class HandedSockets: Sendable {
  private let workspace: Workspace
  private let sockets: [(name: String, descriptor: Int32)]

  /// Listens at `<name>.sock` for each name.
  init(_ workspace: Workspace, _ names: [String]) throws {
    self.workspace = workspace
    sockets = try names.map {
      ($0, try UnixAddress.listening(at: workspace.file("\($0).sock"), backlog: 128).release())
    }
  }

  deinit { for socket in sockets { close(socket.descriptor) } }

  /// Starts a daemon with these sockets, in the order in which they were made, and waits until it is ready or has ended.
  ///
  /// - Parameters:
  ///   - names: what they are called; nil for the names of their files.
  ///   - environment: further variables.
  func start(
    _ options: [String] = [], names: String? = nil, environment: [String: String] = [:]
  ) async throws -> TestedProgram {
    let names = names ?? sockets.map(\.name).joined(separator: ":")
    var variables = ["LISTEN_FDS": "\(sockets.count)", "LISTEN_FDNAMES": names]
    variables.merge(environment) { $1 }
    // The number is known only to the process itself, which the daemon takes over.
    let program = try TestedProgram(
      "/bin/bash",
      ["-c", "export LISTEN_PID=$$; exec \"$0\" \"$@\"", Programs.daemon, "--data", workspace.file("data")]
        + options,
      folder: workspace, environment: variables, inherited: sockets.map(\.descriptor))
    #expect(
      await holds { program.end != nil || program.errors.contains("listening at") }, "\(program.errors)")
    return program
  }
}
