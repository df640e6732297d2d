// File descriptors with an owner: closed when their owner goes. Reading and writing never block longer than the descriptor
// makes them; whoever must not block polls first.

internal import CLinux
internal import Glibc

package struct Descriptor: ~Copyable, Sendable {
  /// The number that the system knows it by.
  package let raw: Int32
  private let isOwned: Bool

  /// Takes over an open descriptor; it is closed with this value.
  package init(owning raw: Int32) {
    self.raw = raw
    isOwned = true
  }

  /// A descriptor that stays open: a standard one, or one with another owner, who has to keep it for as long.
  package init(borrowing raw: Int32) {
    self.raw = raw
    isOwned = false
  }

  /// No descriptor at all, for values that may do without one. Reading and writing it fail.
  package static var none: Descriptor { Descriptor(borrowing: -1) }

  deinit { if isOwned { close(raw) } }

  /// Opens a file, to be closed on execution. The C function is `open`.
  ///
  /// - Parameters:
  ///   - flags: those of `open`.
  ///   - mode: the rights of a file that is made.
  package init(opening path: String, _ flags: Int32, mode: UInt32 = 0o600) throws(SystemFailure) {
    // Safe: the path is NUL-terminated for the call. Network file systems and FUSE let a signal interrupt it.
    let raw = retrying { unsafe open(path, flags | O_CLOEXEC, mode) }
    guard raw >= 0 else { throw SystemFailure("open", path) }
    self.init(owning: raw)
  }

  /// Gives the open descriptor away; whoever gets it closes it.
  package consuming func release() -> Int32 {
    let raw = raw
    discard self
    return raw
  }

  // MARK: - One call

  /// What one read or write did.
  package enum Transfer: Equatable, Sendable {
    /// So many bytes went over; 0 from a read is the end of the stream.
    case bytes(Int)
    /// Nothing can go over now without waiting.
    case wouldBlock
    /// The system's error code.
    case failed(Int32)

    /// What a call that returned `count` did.
    package init(_ count: Int) {
      let code = errno
      self = count >= 0 ? .bytes(count) : code == EAGAIN || code == EINTR ? .wouldBlock : .failed(code)
    }
  }

  /// Reads into `buffer` once. The C function is `read`.
  package borrowing func read(into buffer: inout [UInt8]) -> Transfer {
    unsafe buffer.withUnsafeMutableBytes { unsafe read(into: $0) }
  }

  /// Reads into `buffer` once. The C function is `read`.
  package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> Transfer {
    // Safe: the call writes at most the buffer's own size.
    Transfer(unsafe Glibc.read(raw, buffer.baseAddress, buffer.count))
  }

  /// Writes once. The C function is `write`.
  package borrowing func write(_ bytes: Span<UInt8>) -> Transfer {
    // Safe: the call reads the span's own bytes.
    unsafe bytes.withUnsafeBytes { Transfer(unsafe Glibc.write(raw, $0.baseAddress, $0.count)) }
  }

  /// Writes to a socket once; a peer that is gone gives `EPIPE` and no signal. The C function is `send`.
  package borrowing func send(_ bytes: Span<UInt8>) -> Transfer {
    // As in `write`.
    unsafe bytes.withUnsafeBytes {
      Transfer(unsafe Glibc.send(raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)))
    }
  }

  // MARK: - To the end

  /// Writes all of `bytes` to a descriptor that blocks. The C function is `write`.
  package borrowing func writeAll(_ bytes: Span<UInt8>) throws(SystemFailure) {
    var done = 0
    while done < bytes.count {
      // Safe: the rest of the bytes lies in the span.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        retrying { unsafe Glibc.write(raw, bytes.baseAddress! + done, bytes.count - done) }
      }
      guard count >= 0 else { throw SystemFailure("write") }
      done += count
    }
  }

  /// Writes all of `bytes` to a part of a file. The file's own position stays. The C function is `pwrite`.
  package borrowing func writeAll(_ bytes: Span<UInt8>, at position: Int) throws(SystemFailure) {
    var done = 0
    while done < bytes.count {
      // Safe: the rest of the bytes lies in the span.
      let count = unsafe bytes.withUnsafeBytes { bytes in
        retrying { unsafe pwrite(raw, bytes.baseAddress! + done, bytes.count - done, off_t(position + done)) }
      }
      guard count >= 0 else { throw SystemFailure("write") }
      done += count
    }
  }

  /// Overwrites a part of a file with zeroes. The file's own position stays. The C function is `pwrite`.
  package borrowing func clear(_ range: Range<Int>) throws(SystemFailure) {
    try writeAll([UInt8](repeating: 0, count: range.count).span, at: range.lowerBound)
  }

  /// Reads a file to its end, or until there are more bytes than `bytesMax`. The C function is `read`.
  package borrowing func readAll(bytesMax: Int) throws(SystemFailure) -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: min(1 << 16, bytesMax + 1))
    while bytes.count <= bytesMax {
      // Safe: the call writes at most the piece's own size.
      let count = retrying {
        unsafe piece.withUnsafeMutableBytes { unsafe Glibc.read(raw, $0.baseAddress, $0.count) }
      }
      guard count >= 0 else { throw SystemFailure("read") }
      if count == 0 { break }
      bytes += piece[..<count]
    }
    return bytes
  }

  /// Reads up to `count` bytes at `position` into the front of `buffer`, which has room for them; fewer only at the file's
  /// end. The file's own position stays. The C function is `pread`.
  package borrowing func read(
    _ count: Int, at position: Int, into buffer: inout [UInt8]
  ) throws(SystemFailure) -> Int {
    precondition(count <= buffer.count)
    var total = 0
    while total < count {
      // Safe: the buffer has room for `count` bytes.
      let got = retrying {
        unsafe buffer.withUnsafeMutableBytes {
          unsafe pread(raw, $0.baseAddress! + total, count - total, off_t(position + total))
        }
      }
      guard got >= 0 else { throw SystemFailure("read") }
      if got == 0 { break }
      total += got
    }
    return total
  }

  // MARK: - What it is

  /// Puts what was written (for a folder: its names) on the disk. The C function is `fsync`.
  package borrowing func sync() throws(SystemFailure) {
    guard retrying({ fsync(raw) }) == 0 else { throw SystemFailure("fsync") }
  }

  /// Puts all that was written to the file system of this file on the disk. The C function is `syncfs`.
  package borrowing func syncFileSystem() throws(SystemFailure) {
    guard retrying({ whichset_sync_file_system(raw) }) == 0 else { throw SystemFailure("syncfs") }
  }

  /// Has reads and writes return at once. The C function is `fcntl`.
  package borrowing func makeNonBlocking() throws(SystemFailure) {
    let flags = fcntl(raw, F_GETFL)
    guard flags >= 0, fcntl(raw, F_SETFL, flags | O_NONBLOCK) == 0 else { throw SystemFailure("fcntl") }
  }
}
