// A connection to a server of this machine.

internal import Glibc

/// A stream socket of the Unix domain, closed when it goes.
package struct UnixSocket: ~Copyable {
  /// The open descriptor.
  package let descriptor: Int32

  /// Connects, blocking. The C functions are `socket` and `connect`.
  package init(connectingTo path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemFailure("socket", code: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let name = [UInt8](path.utf8)
    guard name.count < MemoryLayout.size(ofValue: address.sun_path) else {
      throw UsageError("the path of the socket is too long: \(path)")
    }
    // Safe: the name was checked to fit, with a zero after it, and the address outlives the call.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard result == 0 else { throw SystemFailure("connect \(path)", code: errno) }
  }

  deinit { close(descriptor) }

  /// Makes reads and writes return at once. The C function is `fcntl`.
  package borrowing func makeNonBlocking() throws {
    guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw SystemFailure("fcntl", code: errno) }
  }

  /// Says that no more requests come. The C function is `shutdown`.
  package borrowing func finishWriting() throws {
    guard shutdown(descriptor, Int32(SHUT_WR)) == 0 else { throw SystemFailure("shutdown", code: errno) }
  }

  /// Waits for bytes; none once the server has closed. The C function is `read`.
  package borrowing func read() throws -> [UInt8] {
    // Safe: `read` fills as much of the buffer as it says.
    let count = 65_536
    var failed: Int32 = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      let got = unsafe Glibc.read(descriptor, buffer.baseAddress, count)
      failed = got < 0 ? errno : 0
      initialized = max(0, got)
    }
    guard failed == 0 else { throw SystemFailure("read", code: failed) }
    return bytes
  }
}
