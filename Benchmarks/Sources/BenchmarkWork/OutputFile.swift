// Writes the work in large pieces.

internal import Glibc

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
    try writeAll(bytes, to: STDOUT_FILENO)
    bytes.removeAll(keepingCapacity: true)
  }
}

/// Writes all of `bytes` to a blocking descriptor. The C function is `write`.
package func writeAll(_ bytes: [UInt8], to descriptor: Int32) throws {
  var rest = bytes[...]
  while !rest.isEmpty {
    // Safe: the buffer is valid for the call.
    let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count >= 0 else { throw SystemFailure("write", code: errno) }
    rest = rest.dropFirst(count)
  }
}
