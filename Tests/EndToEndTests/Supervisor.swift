// A supervisor's ear: a datagram socket that a daemon is given, and what it hears.

import Foundation
import Synchronization
import Testing

/// What a daemon tells its supervisor.
final class Supervisor: Sendable {
  /// What goes into `NOTIFY_SOCKET`.
  let path: String
  private let descriptor: Int32
  private let heard = Mutex<[String]>([])

  /// The corresponding C functions are `socket` and `bind`.
  init(_ workspace: Workspace) throws {
    path = workspace.file("notify")
    descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue) | O_NONBLOCK, 0)
    try #require(descriptor >= 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path is shorter than the field, and `address` is a whole sockaddr_un.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    try #require(result == 0)
  }

  deinit { close(descriptor) }

  /// All messages so far, in order.
  var messages: [String] {
    heard.withLock { heard in
      var buffer = [UInt8](repeating: 0, count: 4_096)
      while true {
        // As many bytes as there is room for.
        let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
        guard count > 0 else { return heard }
        heard.append(String(decoding: buffer[..<count], as: UTF8.self))
      }
    }
  }

  /// The lines of all messages so far.
  var lines: [String] { messages.flatMap { $0.split(separator: "\n").map(String.init) } }
}
