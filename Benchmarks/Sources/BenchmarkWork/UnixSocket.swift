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
}
