// A connection to the daemon without the client: for what a well-behaved client never does, and for many at once.

import Foundation
import Synchronization
import Testing

/// A stream socket of the Unix domain that never blocks.
final class Connection: Sendable {
  private let raw: Int32
  private let received = Mutex<[UInt8]>([])

  /// A connection that could not be made, or has ended.
  struct Ended: Error {}

  /// Connects. The corresponding C functions are `socket` and `connect`.
  init(_ path: String) throws {
    raw = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard raw >= 0 else { throw Ended() }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    // The path is shorter than the field, and `address` is a whole sockaddr_un.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: Array(path.utf8)) }
    let result = unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    // Where this throws, `deinit` closes the socket.
    guard result == 0, fcntl(raw, F_SETFL, O_NONBLOCK) == 0 else { throw Ended() }
  }

  deinit { close(raw) }

  /// Sends what the socket takes at once; returns how many bytes that were.
  func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
    // The call copies the bytes.
    max(
      0,
      unsafe bytes.withUnsafeBytes { unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) })
  }

  /// Sends all, as far as the daemon reads it within half a minute.
  func send(_ text: String) async throws {
    var rest = Array(text.utf8)[...]
    let isSent = await holds {
      rest = rest.dropFirst(sendSome(rest))
      return rest.isEmpty
    }
    guard isSent else { throw Ended() }
  }

  /// Says that nothing more will be sent. The corresponding C function is `shutdown`.
  func finish() { shutdown(raw, Int32(SHUT_WR)) }

  /// The next line, without its LF; throws at the end of the connection.
  func line(
    within bound: Duration = .seconds(30), sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    var line: String?
    var hasEnded = false
    let isThere = await holds(within: bound) {
      line = takeLine()
      if line == nil, !hasEnded { hasEnded = !receive() }
      return line != nil || hasEnded
    }
    try #require(isThere, "no line within \(bound)", sourceLocation: sourceLocation)
    guard let line else { throw Ended() }
    return line
  }

  private func takeLine() -> String? {
    received.withLock { bytes in
      guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { bytes.removeFirst(end + 1) }
      return String(decoding: bytes[..<end], as: UTF8.self)
    }
  }

  /// Reads once; false at the end.
  private func receive() -> Bool {
    var chunk = [UInt8](repeating: 0, count: 65_536)
    let size = chunk.count
    let count = unsafe read(raw, &chunk, size)  // the array is as long as told
    if count > 0 { received.withLock { $0 += chunk[..<count] } }
    return count > 0 || (count < 0 && errno == EAGAIN)
  }
}
