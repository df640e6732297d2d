// A supervisor's ear: a datagram socket that a daemon is given, and what it hears.

import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

/// What a daemon tells its supervisor.
final class Supervisor: Sendable {
  /// What goes into `NOTIFY_SOCKET`.
  let path: String
  private let socket: Descriptor
  private let heard = Mutex<[String]>([])

  init(_ workspace: Workspace) throws {
    path = workspace.file("notify")
    socket = try UnixAddress.bound(at: path, .datagram, isBlocking: false)
  }

  /// All messages so far, in order.
  var messages: [String] {
    heard.withLock { heard in
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while case .bytes(let count) = socket.read(into: &buffer) {
        heard.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
      return heard
    }
  }

  /// The lines of all messages so far.
  var lines: [String] { messages.flatMap { $0.split(separator: "\n").map(String.init) } }
}
