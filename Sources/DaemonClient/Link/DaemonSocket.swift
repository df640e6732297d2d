// The connection to the daemon: a stream socket of the Unix domain that never blocks. What is said on it is
// left to its users.

package import Console
import Glibc

package enum DaemonSocket {
  /// Connects, and makes the socket non-blocking. The corresponding C functions are `socket` and `connect`.
  ///
  /// - Parameter patience: how long to wait while the daemon's queue is full; nil for as long as it takes.
  package static func connect(_ path: String, patience: Duration? = nil) throws(Trouble) -> Descriptor {
    let descriptor = Descriptor(
      owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0))
    guard descriptor.raw >= 0 else { throw Trouble("cannot make a socket", code: errno) }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let room = MemoryLayout.size(ofValue: address.sun_path)
    let name = Array(path.utf8)
    guard !name.isEmpty, name.count < room, !name.contains(0) else {
      throw Trouble("a socket's path has 1 to \(room - 1) bytes: \(path)")
    }
    // The path is shorter than the field, whose other bytes are zero.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: name) }
    if let patience {
      let (seconds, attoseconds) = patience.components
      var bound = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
      // The call copies the struct. A connection that waits for its place waits as long as one that sends.
      _ = unsafe setsockopt(
        descriptor.raw, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
    }
    // `address` is a whole sockaddr_un, of which connect reads the size it is told.
    let result = unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe Glibc.connect(descriptor.raw, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    if result != 0, errno == EAGAIN, let patience { throw silent(path, for: patience) }
    guard result == 0 else { throw noDaemon(path, code: errno) }
    let flags = fcntl(descriptor.raw, F_GETFL)
    guard flags >= 0, fcntl(descriptor.raw, F_SETFL, flags | O_NONBLOCK) == 0 else {
      throw Trouble("cannot use the socket \(path)", code: errno)
    }
    return descriptor
  }

  /// The text for a daemon that is not there, with what to do about it.
  package static func noDaemon(_ path: String, code: Int32) -> Trouble {
    let reason = SystemError.text(code)
    switch code {
    case EACCES, EPERM:
      return Trouble("no leave to use the daemon at \(path) (\(reason)). \(SocketRights(path).advice)")
    default:
      return Trouble(
        "no daemon at \(path) (\(reason)). "
          + (path.hasPrefix(SocketPath.systemFolder + "/")
            ? "Start it with: systemctl start whichsetd; or one of your own: whichsetd --data DIR --socket PATH"
            : "Start one with: whichsetd --data DIR --socket \(path)"))
    }
  }

  /// The text for a daemon that does not answer in time.
  package static func silent(_ path: String, for time: Duration) -> Trouble {
    Trouble(
      "the daemon at \(path) does not answer within \(Figures.fixed(time / .seconds(1), decimals: 1)) s")
  }

  /// The text for a daemon that ended in the middle.
  package static func lost(_ path: String) -> Trouble {
    Trouble("the daemon at \(path) closed the connection before its last answer. Is it still running?")
  }
}
