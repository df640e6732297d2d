// Who is at the other end of a connection, as the system knows it, for the lines of the log that tell who changed what.

internal import CLinux
internal import Glibc
internal import WireProtocol

struct Peer: Equatable, Sendable, CustomStringConvertible {
  let user: UInt32
  /// 0 where it is in a namespace that the daemon cannot see.
  let process: Int32
  let role: Role

  /// Reads the credentials of the other end. The C function is `getsockopt` with `SO_PEERCRED`.
  init(descriptor: Int32, role: Role) {
    var user: UInt32 = Self.nobody
    var process: Int32 = 0
    // Safe: the call fills the variables. Where it fails, nobody is told.
    unsafe whichset_peer(descriptor, &user, &process)
    self.user = user
    self.process = process
    self.role = role
  }

  init(user: UInt32, process: Int32, role: Role) {
    self.user = user
    self.process = process
    self.role = role
  }

  var party: Party { Party(user: user, role: role) }

  /// The user that the kernel names where a user's number has no meaning in the daemon's own namespace, as for all but
  /// root under `PrivateUsers=`.
  static let nobody: UInt32 = 65_534

  var description: String {
    let who = user == Self.nobody ? "a user that is not visible here" : "user \(user)"
    return "\(who)\(process > 0 ? ", process \(process)" : "") (\(role.rawValue))"
  }
}
