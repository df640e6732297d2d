// The list as it is on disk: reads it in order, counts and digests every byte. Knows nothing of its content.

import Digests
import Glibc
import Platform

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
      // Safe: the rest of the buffer, which outlives the call.
      let transfer = unsafe buffer.withUnsafeMutableBytes {
        unsafe Descriptor(borrowing: descriptor).read(
          into: UnsafeMutableRawBufferPointer(rebasing: $0[offset...]))
      }
      switch transfer {
      case .bytes(let count):
        digest.update(buffer.span.extracting(offset..<(offset + count)))
        bytesRead += UInt64(count)
        return count
      case .wouldBlock: _ = Poll.wait(for: descriptor, POLLIN)
      case .failed(let code):
        throw error(SystemFailure.reason(code), hint: code == EISDIR ? "name a file in it" : "")
      }
    }
  }

  /// SHA-256 of a whole file; its position stays. The corresponding C function is `pread`.
  static func digest(of descriptor: Int32, name: String) throws(ListError) -> String {
    var digest = RunningDigest()
    var buffer = [UInt8](repeating: 0, count: ListLimits.windowBytes)
    var position = 0
    while true {
      let count: Int
      do throws(SystemFailure) {
        count = try Descriptor(borrowing: descriptor).read(buffer.count, at: position, into: &buffer)
      } catch {
        throw ListError(file: name, line: nil, reason: error.reason, hint: "")
      }
      if count == 0 { return digest.hexadecimal() }
      digest.update(buffer.span.extracting(0..<count))
      position += count
    }
  }

  /// An error about this file.
  func error(_ reason: String, line: UInt64? = nil, hint: String = "") -> ListError {
    ListError(file: name, line: line, reason: reason, hint: hint)
  }
}
