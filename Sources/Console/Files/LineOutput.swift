// Standard output, written without ever waiting while the daemon has something to say: the daemon drops a
// client that reads nothing for a minute, and somebody may be looking at page one in a pager.

import Glibc
package import Platform

/// Bytes on their way to standard output. Where that is a terminal, they steer nothing (`TerminalText`).
package struct LineOutput: ~Copyable {
  /// What waits to be written.
  package var queue = ByteQueue()
  private let descriptor: Descriptor
  private let writeBytesMax: Int
  /// What is being written where `queue` cannot be written as it is.
  private var escaped = ByteQueue()
  private let needsEscapes: Bool

  /// - Parameter isSafe: whether what will be written steers a terminal only as the program means it.
  package init(_ descriptor: consuming Descriptor, isSafe: Bool = false) {
    // What cannot be examined is written in the pieces that always fit.
    let isFile = (try? descriptor.status())?.kind == .regular
    // A pipe that polls as writable has room for PIPE_BUF (4,096) bytes; see pipe(7).
    writeBytesMax = isFile ? 1 << 20 : 4_096
    needsEscapes = !isSafe && Terminal.isTerminal(descriptor.raw)
    self.descriptor = consume descriptor
  }

  /// Writes bytes, and waits until they are written.
  package static func write(
    _ bytes: [UInt8], to descriptor: consuming Descriptor, isSafe: Bool = false
  ) throws(Trouble) {
    var output = LineOutput(descriptor, isSafe: isSafe)
    output.queue.storage = bytes
    try output.writeAll()
  }

  /// What to poll before `write`; nil where nothing waits.
  package var descriptorToPoll: Int32? { queue.isEmpty && escaped.isEmpty ? nil : descriptor.raw }

  /// Writes as much as fits without waiting.
  package mutating func write() throws(Trouble) {
    guard needsEscapes else { return try Self.write(&queue, to: descriptor, bytesMax: writeBytesMax) }
    if escaped.isEmpty {
      var safe: [UInt8] = []
      TerminalText.append(queue.bytes, to: &safe)
      escaped.storage = safe
      queue.removeAll()
    }
    try Self.write(&escaped, to: descriptor, bytesMax: writeBytesMax)
  }

  private static func write(
    _ bytes: inout ByteQueue, to descriptor: borrowing Descriptor, bytesMax: Int
  ) throws(Trouble) {
    switch descriptor.write(bytes.bytes.extracting(first: bytesMax)) {
    case .bytes(let count): bytes.removeFirst(count)
    case .wouldBlock: break
    case .failed(let code): throw Trouble("cannot write the output", code: code)
    }
  }

  /// Writes all that waits, however long that takes.
  package mutating func writeAll() throws(Trouble) {
    while let raw = descriptorToPoll {
      _ = Poll.wait(for: raw, POLLOUT)
      try write()
    }
  }
}
