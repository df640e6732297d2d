// The listening socket: taken over safely from a daemon that died, refused while another one lives.
//
// Order: lock `<socket>.lock`, which says that no other daemon is about to do the same; try to connect, which says
// that nobody listens, not even a program without the lock; only then unlink and bind.

internal import CLinux
internal import Glibc

/// A socket that clients connect to.
final class Listener {
  let descriptor: Int32
  private let path: String
  private let lock: Int32
  private let device: UInt64
  private let inode: UInt64

  /// Listens at `path`, with rights for the owner only.
  init(path: String, backlog: Int32) throws(SystemFailure) {
    self.path = path
    lock = try Self.lock(path)
    do throws(SystemFailure) {
      try Self.removeStale(path)
      descriptor = try Self.listen(path, backlog: backlog)
    } catch {
      _ = unsafe unlink("\(path).lock")  // safe: the path is NUL-terminated for the call
      close(lock)
      throw error
    }
    var status = stat()
    _ = unsafe lstat(path, &status)  // safe: the call fills the struct that it is lent
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
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

  /// Stops listening, and removes the socket's file if it is still this one.
  func shut() {
    var status = stat()
    // Safe: the call fills the struct; the path is NUL-terminated for the calls.
    if unsafe lstat(path, &status) == 0, UInt64(status.st_dev) == device, UInt64(status.st_ino) == inode {
      _ = unsafe unlink(path)
    }
    close(descriptor)
    _ = unsafe unlink("\(path).lock")
    close(lock)
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

  private static func listen(_ path: String, backlog: Int32) throws(SystemFailure) -> Int32 {
    let descriptor = try socket()
    do throws(SystemFailure) {
      // The socket's file takes the rights of the socket: the owner's only, whatever the umask of the process.
      guard fchmod(descriptor, 0o600) == 0 else { throw SystemFailure("fchmod \(path)", errno) }
      // Safe: the address is valid for the call.
      guard unsafe try withAddress(path, { unsafe bind(descriptor, $0, $1) }) == 0 else {
        throw SystemFailure("bind \(path)", errno)
      }
      guard Glibc.listen(descriptor, backlog) == 0 else { throw SystemFailure("listen \(path)", errno) }
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
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
