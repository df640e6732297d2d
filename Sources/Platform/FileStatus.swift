// What the system knows of a file without its content. The C struct is seen nowhere else: which of the headers' modules a
// compiler takes its members to be from differs between a build from nothing and a further one.

internal import CLinux
internal import Glibc

package enum FileKind: Equatable, Sendable {
  case regular
  case folder
  case symbolicLink
  case characterDevice
  case blockDevice
  case fifo
  case socket

  fileprivate init(mode: mode_t) {
    self =
      switch mode & S_IFMT {
      case S_IFDIR: .folder
      case S_IFLNK: .symbolicLink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: .regular
      }
  }
}

/// What tells a file from all others of the machine, whatever its names.
package struct FileIdentity: Hashable, Sendable {
  package let device: UInt64
  package let inode: UInt64

  package init(device: UInt64, inode: UInt64) {
    self.device = device
    self.inode = inode
  }
}

package struct FileStatus: Equatable, Sendable {
  package let kind: FileKind
  package let identity: FileIdentity
  package let byteCount: Int
  /// The rights, as `chmod` takes them.
  package let rights: UInt32
  package let owner: UInt32
  package let group: UInt32
  /// When the content last changed, in nanoseconds since 1970.
  package let modifiedNanoseconds: Int

  /// That of an open file. The C function is `fstat`.
  package init(of descriptor: Int32) throws(SystemFailure) {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(descriptor, &status) == 0 else { throw SystemFailure("fstat") }
    self.init(status)
  }

  /// That of a file by its name; nil where nothing has the name. The C functions are `stat` and `lstat`.
  package static func at(_ path: String, followsLinks: Bool = true) throws(SystemFailure) -> FileStatus? {
    var status = stat()
    // Safe: the path is NUL-terminated for the calls, which fill the struct.
    guard unsafe (followsLinks ? stat(path, &status) : lstat(path, &status)) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else {
        throw SystemFailure(followsLinks ? "stat" : "lstat", path)
      }
      return nil
    }
    return FileStatus(status)
  }

  private init(_ status: stat) {
    kind = FileKind(mode: status.st_mode)
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    byteCount = Int(status.st_size)
    rights = status.st_mode & ~S_IFMT
    owner = status.st_uid
    group = status.st_gid
    modifiedNanoseconds = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
  }
}

extension Descriptor {
  /// The C function is `fstat`.
  package borrowing func status() throws(SystemFailure) -> FileStatus { try FileStatus(of: raw) }
}
