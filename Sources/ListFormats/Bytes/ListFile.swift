// The list as it is on disk: reads it in order, counts and digests every byte. Knows nothing of its content.

import Glibc

/// An open file that is read from its current position to its end.
struct ListFile: ~Copyable {
  /// What messages call the file.
  let name: String
  /// Bytes read so far.
  private(set) var bytesRead: UInt64 = 0
  private let descriptor: Int32
  private var digest = RunningDigest()
  /// Bytes that the caller has read before.
  private var beginning: [UInt8]

  /// - Parameter descriptor: stays the caller's, who closes it.
  init(name: String, descriptor: Int32, beginning: [UInt8] = []) {
    self.name = name
    self.descriptor = descriptor
    self.beginning = beginning
  }

  /// SHA-256 of the bytes read so far, in lower-case hex.
  func digestHexadecimal() -> String { digest.hexadecimal() }

  /// Reads what is there into `buffer` from `offset` on, at least one byte. The corresponding C function is
  /// `read`.
  ///
  /// - Returns: how many bytes came; 0 at the end of the file.
  mutating func read(into buffer: inout [UInt8], at offset: Int) throws(ListError) -> Int {
    precondition(offset < buffer.count)
    guard beginning.isEmpty else {
      let count = min(beginning.count, buffer.count - offset)
      buffer.replaceSubrange(offset..<offset + count, with: beginning[..<count])
      beginning.removeFirst(count)
      digest.update(buffer.span.extracting(offset..<offset + count))
      bytesRead += UInt64(count)
      return count
    }
    while true {
      // The kernel writes between `offset` and the end of the buffer, which outlives the call.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe Glibc.read(descriptor, $0.baseAddress! + offset, $0.count - offset)
      }
      if count >= 0 {
        digest.update(buffer.span.extracting(offset..<(offset + count)))
        bytesRead += UInt64(count)
        return count
      }
      let code = errno
      if code == EINTR { continue }
      if code == EAGAIN {
        waitForInput()
        continue
      }
      throw error(Self.text(of: code), hint: code == EISDIR ? "name a file in it" : "")
    }
  }

  /// SHA-256 of a whole file; its position stays. The corresponding C function is `pread`.
  static func digest(of descriptor: Int32, name: String) throws(ListError) -> String {
    var digest = RunningDigest()
    var buffer = [UInt8](repeating: 0, count: ListLimits.windowBytes)
    var position = 0
    while true {
      // The kernel writes within the buffer, which outlives the call.
      let count = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress, $0.count, position)
      }
      if count == 0 { return digest.hexadecimal() }
      if count > 0 {
        digest.update(buffer.span.extracting(0..<count))
        position += count
      } else if errno != EINTR {
        throw ListError(file: name, line: nil, reason: text(of: errno), hint: "")
      }
    }
  }

  /// An error about this file.
  func error(_ reason: String, line: UInt64? = nil, hint: String = "") -> ListError {
    ListError(file: name, line: line, reason: reason, hint: hint)
  }

  /// Waits until a descriptor that does not block has something. The corresponding C function is `poll`.
  private func waitForInput() {
    var descriptors = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&descriptors, 1, -1)  // one entry, on this frame; a failure shows in the next read
  }

  /// What the C library says about an error code.
  static func text(of code: Int32) -> String {
    guard let message = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: message)  // ended by NUL, and copied before any other call
  }
}
