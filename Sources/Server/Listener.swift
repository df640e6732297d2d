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
    let lockPath = "\(path).lock"
    // Safe: the path is NUL-terminated for the call.
    lock = unsafe open(lockPath, O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard lock >= 0 else {
      throw SystemFailure("open \(lockPath)", errno, hint: "the socket's folder must exist and be writable")
    }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      close(lock)
      throw SystemFailure(
        "lock \(lockPath)", EADDRINUSE,
        hint: "another whichsetd listens at \(path); stop it, or choose another --socket")
    }
    let taken = try Self.socket()
    defer { close(taken) }
    if try Self.connects(taken, path) {
      close(lock)
      throw SystemFailure(
        "bind \(path)", EADDRINUSE, hint: "another program listens there; stop it, or choose another --socket"
      )
    }
    try Self.removeStale(path)
    let bound = try Self.socket()
    descriptor = bound
    let mask = umask(0o177)
    // Safe: the address is valid for the call.
    let isBound = unsafe try Self.withAddress(path) { unsafe bind(bound, $0, $1) } == 0
    let code = errno
    umask(mask)
    guard isBound else { throw SystemFailure("bind \(path)", code) }
    guard listen(descriptor, backlog) == 0 else { throw SystemFailure("listen \(path)", errno) }
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

  private static func connects(_ descriptor: Int32, _ path: String) throws(SystemFailure) -> Bool {
    // Safe: the address is valid for the call.
    if unsafe try withAddress(path, { unsafe connect(descriptor, $0, $1) }) == 0 { return true }
    // Its queue is full: somebody listens.
    return errno == EAGAIN
  }

  /// Removes what a dead daemon left; never anything but a socket.
  private static func removeStale(_ path: String) throws(SystemFailure) {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe lstat(path, &status) == 0 else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else {
      throw SystemFailure("bind \(path)", EEXIST, hint: "what is there is no socket; choose another --socket")
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
