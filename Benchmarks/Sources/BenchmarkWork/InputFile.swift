// Reads small files whole.

internal import Glibc

/// All bytes of a file, up to `bytesMax` of them. The C functions are `open` and `read`.
package func readBytes(_ path: String, bytesMax: Int = 1 << 20) throws -> [UInt8] {
  // Safe: the path is NUL-terminated for the call.
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw SystemFailure("open \(path)", code: errno) }
  defer { close(descriptor) }
  var bytes = [UInt8](repeating: 0, count: bytesMax)
  var total = 0
  while total < bytesMax {
    // Safe: the buffer has room for what is asked for.
    let count = unsafe bytes.withUnsafeMutableBytes {
      unsafe read(descriptor, $0.baseAddress! + total, bytesMax - total)
    }
    guard count >= 0 else { throw SystemFailure("read \(path)", code: errno) }
    if count == 0 { break }
    total += count
  }
  return Array(bytes[..<total])
}

/// A file as text.
package func readText(_ path: String) throws -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}
