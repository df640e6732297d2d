// The connection to the daemon: a stream socket of the Unix domain that never blocks. What is said on it is
// left to its users.

package import Console
import Glibc
package import Platform

package enum DaemonSocket {
  /// Connects, and makes the socket non-blocking.
  ///
  /// - Parameter patience: how long to wait while the daemon's queue is full; nil for as long as it takes.
  package static func connect(_ path: String, patience: Duration? = nil) throws(Trouble) -> Descriptor {
    guard let address = UnixAddress(path) else {
      throw Trouble("a socket's path has 1 to \(UnixAddress.pathBytesMax) bytes: \(path)")
    }
    let socket = try Trouble.wrapping("cannot make a socket", try UnixAddress.socket(.stream))
    if let patience {
      let (seconds, attoseconds) = patience.components
      var bound = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
      // The call copies the struct. A connection that waits for its place waits as long as one that sends.
      _ = unsafe setsockopt(
        socket.raw, SOL_SOCKET, SO_SNDTIMEO, &bound, socklen_t(MemoryLayout<timeval>.size))
    }
    do throws(SystemFailure) {
      try address.connect(socket)
    } catch {
      if error.code == EAGAIN, let patience { throw silent(path, for: patience) }
      throw noDaemon(path, code: error.code)
    }
    try Trouble.wrapping("cannot use the socket \(path)", try socket.makeNonBlocking())
    return socket
  }

  /// The text for a daemon that is not there, with what to do about it.
  package static func noDaemon(_ path: String, code: Int32) -> Trouble {
    let reason = SystemFailure.reason(code)
    switch code {
    case EACCES, EPERM:
      return Trouble(
        "no leave to use the daemon at \(path) (\(reason)). \(SocketRights(path).advice)",
        isPermissionDenied: true)
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
