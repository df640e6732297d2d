// The listening socket: taken over safely from a daemon that died, refused while another one lives.
//
// A socket that was inherited is used as it is, and left as it was: it belongs to whoever made it.
//
// Order of making one: lock `<socket>.lock`, which says that no other daemon is about to do the same; try to connect, which says
// that nobody listens, not even a program without the lock; only then unlink and bind.

internal import CLinux
internal import Glibc
internal import WireProtocol

final class Listener {
  let descriptor: Int32
  /// What clients that connect to it may do.
  let role: Role
  /// The file that this made; nil for a socket that was inherited.
  private let file: File?

  private struct File {
    let path: String
    let lock: Int32
    let device: UInt64
    let inode: UInt64
  }

  /// Whether somebody else listens on as well: whoever waits when the daemon stops is served by the next one.
  var isInherited: Bool { file == nil }

  /// Accepts on a socket that was inherited.
  init(_ inherited: InheritedSocket) {
    descriptor = inherited.descriptor
    role = inherited.role
    file = nil
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  init(_ entrance: Entrance, backlog: Int32) throws(SystemFailure) {
    let path = entrance.path
    role = entrance.role
    let lock = try Self.lock(path)
    do throws(SystemFailure) {
      try Self.removeStale(path)
      descriptor = try Self.listen(entrance, backlog: backlog)
    } catch {
      _ = unsafe unlink("\(path).lock")  // safe: the path is NUL-terminated for the call
      close(lock)
      throw error
    }
    var status = stat()
    _ = unsafe lstat(path, &status)  // safe: the call fills the struct that it is lent
    file = File(path: path, lock: lock, device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// A connection that waits, as a descriptor that does not block; nil where none does. The C function is `accept`.
  func accept() throws(SystemFailure) -> Int32? {
    while true {
      let accepted = Glibc.accept(descriptor, nil, nil)
      if accepted >= 0 {
        _ = fcntl(accepted, F_SETFL, O_NONBLOCK)
        _ = fcntl(accepted, F_SETFD, FD_CLOEXEC)
        return accepted
      }
      switch errno {
      case EINTR, ECONNABORTED: continue
      case EAGAIN: return nil
      default: throw SystemFailure("accept", errno)
      }
    }
  }

  /// Stops listening, and removes the socket's file if this has made it and it is still the same. A socket that was
  /// inherited stays open: if the process starts again, its next life finds it under the same number.
  func shut() {
    guard let file else { return }
    var status = stat()
    // Safe: the call fills the struct; the path is NUL-terminated for the calls.
    if unsafe lstat(file.path, &status) == 0, UInt64(status.st_dev) == file.device,
      UInt64(status.st_ino) == file.inode
    {
      _ = unsafe unlink(file.path)
    }
    close(descriptor)
    _ = unsafe unlink("\(file.path).lock")
    close(file.lock)
  }

  private static func socket() throws(SystemFailure) -> Int32 {
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | O_NONBLOCK | O_CLOEXEC, 0)
    guard descriptor >= 0 else { throw SystemFailure("socket", errno) }
    return descriptor
  }

  /// Locks `<socket>.lock`, the file that has this name after it is locked: the last holder may just have removed it.
  private static func lock(_ path: String) throws(SystemFailure) -> Int32 {
    let lockPath = "\(path).lock"
    while true {
      // Safe: the path is NUL-terminated for the calls; they fill the structs that they are lent.
      let lock = unsafe open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
      guard lock >= 0 else {
        throw SystemFailure("open \(lockPath)", errno, hint: "the socket's folder must exist and be writable")
      }
      guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
        close(lock)
        throw SystemFailure(
          "lock \(lockPath)", EADDRINUSE,
          hint: "another whichsetd listens at \(path); stop it, or choose another --socket")
      }
      var locked = stat()
      var named = stat()
      if unsafe fstat(lock, &locked) == 0, unsafe lstat(lockPath, &named) == 0, locked.st_ino == named.st_ino,
        locked.st_dev == named.st_dev
      {
        return lock
      }
      close(lock)
    }
  }

  private static func listen(_ entrance: Entrance, backlog: Int32) throws(SystemFailure) -> Int32 {
    let path = entrance.path
    let group = try entrance.group.map { name throws(SystemFailure) in try number(ofGroup: name, path) }
    let descriptor = try socket()
    do throws(SystemFailure) {
      // The socket's file takes the rights of the socket, and no more than the umask of the process leaves of them.
      guard fchmod(descriptor, 0o600) == 0 else { throw SystemFailure("fchmod \(path)", errno) }
      // Safe: the address is valid for the call.
      guard unsafe try withAddress(path, { unsafe bind(descriptor, $0, $1) }) == 0 else {
        throw SystemFailure("bind \(path)", errno)
      }
      // Nobody can connect before it listens. Safe: the path is NUL-terminated for the calls.
      if let group, unsafe lchown(path, uid_t.max, group) != 0 {
        let code = errno
        _ = unsafe unlink(path)
        throw SystemFailure(
          "chown \(path)", code, hint: "whichsetd has to be a member of the group \(entrance.group ?? "")")
      }
      if entrance.mode != 0o600, unsafe chmod(path, entrance.mode) != 0 {
        let code = errno
        _ = unsafe unlink(path)
        throw SystemFailure("chmod \(path)", code)
      }
      guard Glibc.listen(descriptor, backlog) == 0 else { throw SystemFailure("listen \(path)", errno) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// A group's number by its name, or as it is given. The C function is `getgrnam`.
  private static func number(ofGroup name: String, _ path: String) throws(SystemFailure) -> gid_t {
    if let number = gid_t(name) { return number }
    // Safe: the entry stays until the next call, and this one is made before there are other threads.
    guard let entry = unsafe getgrnam(name) else {
      throw SystemFailure("listen \(path)", ENOENT, hint: "there is no group \(name)")
    }
    return unsafe entry.pointee.gr_gid
  }

  /// Removes the socket of a dead daemon; refuses anything else that is there.
  private static func removeStale(_ path: String) throws(SystemFailure) {
    let probe = try socket()
    defer { close(probe) }
    // Safe: the address is valid for the call.
    let isConnected = unsafe try withAddress(path, { unsafe connect(probe, $0, $1) }) == 0
    let code = errno
    if !isConnected, code == ENOENT { return }
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    if unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT != S_IFSOCK {
      throw SystemFailure("bind \(path)", EEXIST, hint: "what is there is no socket; choose another --socket")
    }
    // Only a refusal says that nobody has the socket open; a full queue, or another kind of socket, is in use.
    guard !isConnected, code == ECONNREFUSED else {
      throw SystemFailure(
        "bind \(path)", EADDRINUSE,
        hint: "another program listens there; stop it, or choose another --socket")
    }
    guard unsafe unlink(path) == 0 else { throw SystemFailure("unlink \(path)", errno) }
  }

  private static func withAddress(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) throws(SystemFailure) -> Int32 {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else {
      throw SystemFailure(
        "bind \(path)", ENAMETOOLONG,
        hint: "a socket's path has at most \(capacity - 1) bytes; choose a shorter one")
    }
    // Safe: the path fits with its NUL; the address is valid for the call and of the length told.
    unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path.utf8) }
    return unsafe withUnsafePointer(to: &address) {
      unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
