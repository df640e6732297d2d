// Sockets that systemd hands over, by what clients that enter there may do, which their names say.

package import Platform
package import WireProtocol

/// A listening socket that was made by whoever started the daemon.
package struct InheritedSocket: Equatable, Sendable {
  package let descriptor: Int32
  /// What its name says: what clients that enter here may do.
  package let role: Role

  /// - Parameters:
  ///   - environment: gives the value of a variable.
  ///   - process: its number.
  /// - Returns: the sockets; none where none were handed to this process.
  package static func named(
    in environment: (String) -> String?, process: Int32
  ) throws(InheritanceError) -> [InheritedSocket] {
    try HandedSocket.all(in: environment, process: process).map { (socket) throws(InheritanceError) in
      guard let role = Role(rawValue: socket.name) else {
        throw InheritanceError(
          "a socket is named \(socket.name) in LISTEN_FDNAMES; a socket's FileDescriptorName= has to be read, load or admin"
        )
      }
      return InheritedSocket(descriptor: socket.descriptor, role: role)
    }
  }

  package func check() throws(InheritanceError) {
    try HandedSocket(descriptor: descriptor, name: role.rawValue).check()
  }
}
