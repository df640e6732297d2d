// A client over a real socket, which waits for no longer than a test can.

import Glibc

/// A connection to a daemon's socket.
final class SocketClient {
  private var descriptor: Int32
  private(set) var received: [UInt8] = []
  /// Whether the daemon has closed the connection.
  private(set) var isEnded = false

  init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SocketFailure(call: "socket", code: errno) }
    // Safe: the address is valid for the call.
    try unsafe SocketAddress.use(path) { address, length in
      guard unsafe connect(descriptor, address, length) == 0 else {
        throw SocketFailure(call: "connect", code: errno)
      }
    }
    _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
  }

  deinit { hangUp() }

  /// Closes the socket.
  func hangUp() {
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }

  /// Shuts down the writing side.
  func halfClose() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Sends bytes for as long as the daemon takes them.
  ///
  /// - Parameter patience: milliseconds to wait for room.
  /// - Returns: how many bytes were taken.
  @discardableResult
  func send(_ bytes: [UInt8], patience: Int32 = 10_000) -> Int {
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
  func send(_ text: String, patience: Int32 = 10_000) -> Int { send(Array(text.utf8), patience: patience) }

  /// Receives until `isEnough`, the daemon's end of the connection, or too long a silence.
  func receive(patience: Int32 = 20_000, until isEnough: ([UInt8]) -> Bool) {
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
    var entry = pollfd(fd: descriptor, events: Int16(event), revents: 0)
    return unsafe poll(&entry, 1, milliseconds) > 0  // safe: one entry
  }
}

/// A failed system call of a test.
struct SocketFailure: Error {
  let call: String
  let code: Int32
}

/// Addresses of the Unix domain.
enum SocketAddress {
  /// Calls `body` with the address of `path`.
  static func use(_ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws -> Void) throws {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    precondition(path.utf8.count < MemoryLayout.size(ofValue: address.sun_path))
    // Safe: the path fits with its NUL; the address is valid for the call and of the length told.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    try unsafe withUnsafePointer(to: &address) {
      try unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        try unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }

  /// A socket of `kind` bound to `path`, as another program would have it; the caller closes it.
  static func bind(_ path: String, _ kind: __socket_type) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(kind.rawValue), 0)
    // Safe: the address is valid for the call.
    try unsafe use(path) { address, length in
      guard unsafe Glibc.bind(descriptor, address, length) == 0 else {
        throw SocketFailure(call: "bind", code: errno)
      }
    }
    return descriptor
  }
}
