// The listening socket: taken over safely from a daemon that died, refused while another one lives.
//
// A socket that was inherited is used as it is, and left as it was: it belongs to whoever made it.
//
// Order of making one: lock `<socket>.lock`, which says that no other daemon is about to do the same; try to connect, which says
// that nobody listens, not even a program without the lock; only then unlink and bind.

internal import CLinux
internal import Glibc
internal import Platform
internal import WireProtocol

final class Listener {
  private var socket: Descriptor?
  /// What clients that connect to it may do.
  let role: Role
  /// The file that this made; nil for a socket that was inherited.
  private var file: File?

  private struct File: ~Copyable {
    let path: String
    let lock: SystemFile<SystemFailure>
    let identity: FileIdentity?
  }

  var descriptor: Int32 { socket?.raw ?? -1 }

  /// Whether somebody else listens on as well: whoever waits when the daemon stops is served by the next one.
  let isInherited: Bool

  /// Accepts on a socket that was inherited.
  init(_ inherited: InheritedSocket) {
    socket = Descriptor(borrowing: inherited.descriptor)
    role = inherited.role
    file = nil
    isInherited = true
    try? socket?.makeNonBlocking()
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  init(_ entrance: Entrance, backlog: Int32) throws(SystemFailure) {
    let path = entrance.path
    role = entrance.role
    isInherited = false
    try SocketFile.checkFolder(of: path)
    let lock = try Self.lock(path)
    do throws(SystemFailure) {
      try SocketFile.removeStale(path, option: "--socket")
      socket = try Self.listen(entrance, backlog: backlog)
    } catch {
      try? Folder<SystemFailure>.removeFile(lock.path)
      throw error
    }
    file = File(path: path, lock: lock, identity: SocketFile.identity(path))
  }

  /// A connection that waits, as a descriptor that does not block; nil where none does.
  func accept() throws(SystemFailure) -> Descriptor? {
    while true {
      let accepted = whichset_accept(descriptor)
      if accepted >= 0 { return Descriptor(owning: accepted) }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EAGAIN: return nil
      default: throw SystemFailure("accept")
      }
    }
  }

  /// Stops listening, and removes the socket's file if this has made it and it is still the same. A socket that was
  /// inherited stays open: if the process starts again, its next life finds it under the same number.
  func shut() {
    guard let file = file.take() else { return }
    if let identity = file.identity, SocketFile.identity(file.path) == identity {
      try? Folder<SystemFailure>.removeFile(file.path)
    }
    socket = nil
    try? Folder<SystemFailure>.removeFile(file.lock.path)
  }

  /// Locks `<socket>.lock`, the file that has this name after it is locked: the last holder may just have removed it.
  private static func lock(_ path: String) throws(SystemFailure) -> SystemFile<SystemFailure> {
    while true {
      let lock: SystemFile<SystemFailure>
      do throws(SystemFailure) {
        lock = try SystemFile(creating: "\(path).lock")
      } catch {
        throw error.with(hint: "the socket's folder must exist and be writable")
      }
      guard lock.tryLock() else {
        throw SystemFailure(
          "lock", lock.path, code: EADDRINUSE,
          hint: "another whichsetd listens at \(path); stop it, or choose another --socket")
      }
      if try lock.status().identity == SocketFile.identity(lock.path) { return lock }
    }
  }

  private static func listen(_ entrance: Entrance, backlog: Int32) throws(SystemFailure) -> Descriptor {
    let path = entrance.path
    let group = try entrance.group.map { name throws(SystemFailure) in try number(ofGroup: name, path) }
    let socket = try UnixAddress.socket(.stream, isBlocking: false)
    // The socket's file takes the rights of the socket, as far as the umask of the process leaves them. No other thread makes
    // files yet.
    guard fchmod(socket.raw, entrance.mode) == 0 else { throw SystemFailure("fchmod", path) }
    let mask = umask(0)
    defer { umask(mask) }
    try SocketFile.address(path).bind(socket)
    // Nobody can connect before it listens.
    do throws(SystemFailure) {
      // Safe: the path is NUL-terminated for the call.
      if let group, unsafe lchown(path, uid_t.max, group) != 0 {
        throw SystemFailure(
          "chown", path, hint: "whichsetd has to be a member of the group \(entrance.group ?? "")")
      }
      guard Glibc.listen(socket.raw, backlog) == 0 else { throw SystemFailure("listen", path) }
    } catch {
      try? Folder<SystemFailure>.removeFile(path)
      throw error
    }
    return socket
  }

  /// A group's number by its name, or as it is given. The C function is `getgrnam`.
  private static func number(ofGroup name: String, _ path: String) throws(SystemFailure) -> gid_t {
    if let number = gid_t(name) { return number }
    // Safe: the entry stays until the next call, and this one is made before there are other threads.
    guard let entry = unsafe getgrnam(name) else {
      throw SystemFailure("listen", path, code: ENOENT, hint: "there is no group \(name)")
    }
    return unsafe entry.pointee.gr_gid
  }
}
