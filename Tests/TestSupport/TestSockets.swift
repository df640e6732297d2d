// Sockets of tests, as another program would have them.

package import Platform

extension UnixAddress {
  /// A socket that is bound to a path.
  package static func bound(
    at path: String, _ kind: Kind = .stream, isBlocking: Bool = true
  ) throws -> Descriptor {
    let socket = try socket(kind, isBlocking: isBlocking)
    try address(path).bind(socket)
    return socket
  }

  /// A socket that listens at a path.
  package static func listening(at path: String, backlog: Int32 = 8) throws -> Descriptor {
    try address(path).listen(backlog: backlog)
  }

  /// A connection to whoever listens at a path.
  package static func connected(to path: String, isBlocking: Bool = true) throws -> Descriptor {
    let socket = try socket(.stream)
    try address(path).connect(socket)
    if !isBlocking { try socket.makeNonBlocking() }
    return socket
  }

  private static func address(_ path: String) throws -> UnixAddress {
    guard let address = UnixAddress(path) else { throw SystemFailure("bind", path, code: 0) }
    return address
  }
}
