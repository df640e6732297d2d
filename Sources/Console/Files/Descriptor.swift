// File descriptors with an owner: closed when their owner goes. Reading and writing never block longer than
// the descriptor makes them; who must not block polls first.

import Glibc

package struct Descriptor: ~Copyable, Sendable {
  /// The number that the system knows it by.
  package let raw: Int32
  private let isOwned: Bool

  /// Takes over an open descriptor; it is closed with this value.
  package init(owning raw: Int32) {
    self.raw = raw
    isOwned = true
  }

  /// A standard descriptor (0, 1 or 2), which stays open.
  package init(standard raw: Int32) {
    self.raw = raw
    isOwned = false
  }

  /// No descriptor at all, for values that may do without one. Reading and writing it fail.
  package static var none: Descriptor { Descriptor(standard: -1) }

  deinit { if isOwned { close(raw) } }

  /// Opens a file for reading. The corresponding C function is `open`.
  package static func reading(_ path: String) throws(Trouble) -> Descriptor {
    let raw = unsafe open(path, O_RDONLY | O_CLOEXEC)  // the C string lives through the call
    guard raw >= 0 else { throw Trouble("cannot read \(path)", code: errno) }
    return Descriptor(owning: raw)
  }

  /// Opens a file for writing, empty. The corresponding C function is `open`.
  package static func writing(_ path: String) throws(Trouble) -> Descriptor {
    // The C string lives through the call.
    let raw = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard raw >= 0 else { throw Trouble("cannot write \(path)", code: errno) }
    return Descriptor(owning: raw)
  }

  /// What one read or write did.
  package enum Transfer: Equatable, Sendable {
    /// So many bytes went over; 0 from a read is the end of the stream.
    case bytes(Int)
    /// Nothing can go over now without waiting.
    case wouldBlock
    /// The system's error code.
    case failed(Int32)
  }

  /// Reads into `buffer` once. The corresponding C function is `read`.
  package borrowing func read(into buffer: inout [UInt8]) -> Transfer {
    // The kernel writes at most the buffer's own size, before the closure returns.
    let transferred = unsafe buffer.withUnsafeMutableBytes { room in
      unsafe Glibc.read(raw, room.baseAddress, room.count)
    }
    return Self.outcome(transferred)
  }

  /// Writes the oldest bytes once, at most `bytesMax`. The corresponding C function is `write`.
  package borrowing func write(_ queue: ByteQueue, bytesMax: Int) -> Transfer {
    let bytes = queue.bytes.extracting(0..<min(queue.count, bytesMax))
    // The kernel reads at most the span's own size, before the closure returns.
    let transferred = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(raw, $0.baseAddress, $0.count) }
    return Self.outcome(transferred)
  }

  /// Writes the oldest bytes to a socket once; a peer that is gone gives `EPIPE` and no signal. The
  /// corresponding C function is `send`.
  package borrowing func send(_ queue: ByteQueue) -> Transfer {
    // As in `write`.
    let transferred = unsafe queue.bytes.withUnsafeBytes {
      unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
    }
    return Self.outcome(transferred)
  }

  private static func outcome(_ transferred: Int) -> Transfer {
    if transferred >= 0 { return .bytes(transferred) }
    let code = errno
    return code == EAGAIN || code == EINTR ? .wouldBlock : .failed(code)
  }
}
