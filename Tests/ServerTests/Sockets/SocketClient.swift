// A client over a real socket, which waits for no longer than a test can.

import Glibc
import Platform
import TestSupport

/// A connection to a daemon's socket.
final class SocketClient {
  private var socket: Descriptor?
  private(set) var received: [UInt8] = []
  /// Whether the daemon has closed the connection.
  private(set) var isEnded = false

  init(_ path: String) throws {
    socket = try UnixAddress.connected(to: path, isBlocking: false)
  }

  /// Closes the socket.
  func hangUp() { socket = nil }

  private var descriptor: Int32 { socket?.raw ?? -1 }

  /// Shuts down the writing side.
  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends bytes for as long as the daemon takes them.
  ///
  /// - Parameter patience: milliseconds to wait for room.
  /// - Returns: how many bytes were taken.
  @discardableResult
  func send(_ bytes: [UInt8], patience: Int32 = 300_000) -> Int {
    var sent = 0
    while sent < bytes.count {
      // Safe: the range lies in the array; the call copies it.
      let count = unsafe bytes.withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress! + sent, $0.count - sent, Int32(MSG_NOSIGNAL))
      }
      if count > 0 {
        sent += count
      } else if errno != EAGAIN || !wait(for: POLLOUT, milliseconds: patience) {
        break
      }
    }
    return sent
  }

  @discardableResult
  func send(_ text: String, patience: Int32 = 300_000) -> Int { send(Array(text.utf8), patience: patience) }

  /// Receives until `isEnough`, the daemon's end of the connection, or too long a silence.
  func receive(patience: Int32 = 300_000, until isEnough: ([UInt8]) -> Bool) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while !isEnough(received), !isEnded {
      guard wait(for: POLLIN, milliseconds: patience) else { return }
      // Safe: the call fills at most the buffer.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress!, $0.count) }
      if count > 0 {
        received += buffer[..<count]
      } else if count == 0 || errno != EAGAIN {
        isEnded = true
      }
    }
  }

  /// Receives `count` lines, counted from the connection's start; returns all that came as text.
  func lines(_ count: Int) -> String {
    receive { $0.count { $0 == 0x0A } >= count }
    return String(decoding: received, as: UTF8.self)
  }

  /// Receives all up to the daemon's end of the connection.
  func rest() -> String {
    receive { _ in false }
    return String(decoding: received, as: UTF8.self)
  }

  private func wait(for event: Int32, milliseconds: Int32) -> Bool {
    Poll.wait(for: descriptor, event, milliseconds: milliseconds)
  }
}
