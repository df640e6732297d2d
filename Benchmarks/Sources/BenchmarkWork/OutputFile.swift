// Writes the work in large pieces.

internal import Glibc
internal import Platform

/// Standard output behind a buffer of 1 MiB.
package struct OutputFile: ~Copyable {
  private static let bytesMax = 1 << 20
  private var bytes: [UInt8] = []

  /// Standard output.
  package init() { bytes.reserveCapacity(Self.bytesMax + 4_096) }

  /// Lets `body` append a line, and writes what has come together once it is enough.
  package mutating func append(_ body: (inout [UInt8]) -> Void) throws {
    body(&bytes)
    if bytes.count >= Self.bytesMax { try flush() }
  }

  /// Writes what is left. The C function is `write`.
  package mutating func flush() throws {
    try Descriptor(borrowing: STDOUT_FILENO).writeAll(bytes.span)
    bytes.removeAll(keepingCapacity: true)
  }
}
