// The files of sockets that programs make themselves: where they may stand, and what becomes of one that a program has
// left behind.

internal import Glibc

package enum SocketFile {
  /// Listens at a path, for the caller's user only. A socket that nobody listens at any more is replaced. No other thread may
  /// make files meanwhile. The C functions are `bind` and `listen`.
  ///
  /// - Parameter option: the option that names the path, for messages.
  package static func listen(
    at path: String, option: String, backlog: Int32 = 1_024
  ) throws(SystemFailure) -> Descriptor {
    try checkFolder(of: path)
    try removeStale(path, option: option)
    let socket = try UnixAddress.socket(.stream, isBlocking: false)
    let mask = umask(0o177)
    defer { umask(mask) }
    try address(path).bind(socket)
    guard Glibc.listen(socket.raw, backlog) == 0 else { throw SystemFailure("listen", path) }
    return socket
  }

  /// Throws where others could put a socket of their own in this one's place: the folder is somebody else's, or others may
  /// write to it and it is not sticky as `/tmp` is.
  package static func checkFolder(of path: String) throws(SystemFailure) {
    let folder = Folder<SystemFailure>.parent(of: path)
    // That it is missing is reported when the socket is made.
    guard let status = try FileStatus.at(folder) else { return }
    let isShared = status.rights & 0o022 != 0 && status.rights & 0o1000 == 0
    guard [0, geteuid()].contains(status.owner), !isShared else {
      throw SystemFailure(
        "bind", path, code: EPERM,
        hint:
          "others could replace the socket: its folder must belong to root or to the daemon's user, who alone may write to it"
      )
    }
  }

  /// Removes the socket of a dead program; refuses anything else that is there.
  package static func removeStale(_ path: String, option: String) throws(SystemFailure) {
    let probe = try UnixAddress.socket(.stream, isBlocking: false)
    let address = try address(path)
    var refusal: Int32?
    do throws(SystemFailure) { try address.connect(probe) } catch { refusal = error.code }
    if refusal == ENOENT { return }
    if let kind = (try? FileStatus.at(path, followsLinks: false))?.kind, kind != .socket {
      throw SystemFailure(
        "bind", path, code: EEXIST, hint: "what is there is no socket; choose another \(option)")
    }
    // Only a refusal says that nobody has the socket open; a full queue, or another kind of socket, is in use.
    guard refusal == ECONNREFUSED else {
      throw SystemFailure(
        "bind", path, code: EADDRINUSE,
        hint: "another program listens there; stop it, or choose another \(option)")
    }
    try Folder<SystemFailure>.removeFile(path)
  }

  /// Tells whether a file is still the same; nil where there is none.
  package static func identity(_ path: String) -> FileIdentity? {
    (try? FileStatus.at(path, followsLinks: false))?.identity
  }

  package static func address(_ path: String) throws(SystemFailure) -> UnixAddress {
    guard let address = UnixAddress(path) else {
      throw SystemFailure(
        "bind", path, code: ENAMETOOLONG,
        hint: "a socket's path has at most \(UnixAddress.pathBytesMax) bytes; choose a shorter one")
    }
    return address
  }
}
