// Where clients come in: sockets that the daemon makes itself, or that it was given by whoever started it, each with the
// role that it gives.

package import WireProtocol

package struct Entrance: Equatable, Sendable {
  package let path: String
  /// What clients that enter here may do.
  package let role: Role
  /// The rights of the socket's file: who may enter.
  package let mode: UInt32
  /// The name or number of the group that the file belongs to; nil for the daemon's own.
  package let group: String?

  package init(path: String, role: Role) {
    self.path = path
    self.role = role
    mode = 0o600
    group = nil
  }

  /// A socket that a group may enter too.
  ///
  /// - Parameter group: its name or number; nil for the daemon's own.
  package init(path: String, role: Role, group: String?) {
    self.path = path
    self.role = role
    mode = 0o660
    self.group = group
  }
}
