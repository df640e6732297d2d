// A connection to the daemon without the client: for what a well-behaved client never does, and for many at once.

import Foundation
import Platform
import Synchronization
import TestSupport
import Testing

/// A stream socket of the Unix domain that never blocks.
final class Connection: Sendable {
  private let socket: Descriptor
  private let received = Mutex<[UInt8]>([])

  /// A connection that could not be made, or has ended.
  struct Ended: Error {}

  /// Connects.
  init(_ path: String) throws {
    socket = try UnixAddress.connected(to: path, isBlocking: false)
  }

  /// Sends what the socket takes at once; returns how many bytes that were.
  func sendSome(_ bytes: ArraySlice<UInt8>) -> Int {
    if case .bytes(let count) = socket.send(bytes.span) { count } else { 0 }
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
  func finish() { shutdown(socket.raw, Int32(SHUT_WR)) }

  /// The next line, without its LF; throws at the end of the connection.
  func line(
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> String {
    var line: String?
    var hasEnded = false
    let isThere = await holds {
      line = takeLine()
      if line == nil, !hasEnded { hasEnded = !receive() }
      return line != nil || hasEnded
    }
    try #require(isThere, "no line comes", sourceLocation: sourceLocation)
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
    switch socket.read(into: &chunk) {
    case .bytes(let count):
      received.withLock { $0 += chunk[..<count] }
      return count > 0
    case .wouldBlock: return true
    case .failed: return false
    }
  }
}
