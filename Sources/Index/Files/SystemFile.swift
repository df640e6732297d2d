// The few file operations that staging needs, with errors that keep the call, the path and the code.

internal import Glibc

/// An open file, closed when it goes.
struct SystemFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// Makes a new file, readable by its owner only. The C function is `open`.
  init(creating path: String) throws(IndexError) {
    try self.init(path, flags: O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC | O_NOFOLLOW)
  }

  /// Opens a file or a folder for reading. The C function is `open`.
  init(reading path: String) throws(IndexError) {
    try self.init(path, flags: O_RDONLY | O_CLOEXEC)
  }

  private init(_ path: String, flags: Int32) throws(IndexError) {
    self.path = path
    // Network file systems and FUSE let a signal interrupt it.
    descriptor = SystemFile.retrying { unsafe open(path, flags, 0o600) }  // safe: NUL-terminated for the call
    guard descriptor >= 0 else { throw .system(call: "open", path: path, code: errno) }
  }

  deinit { close(descriptor) }

  /// Makes a call again for as long as a signal interrupts it.
  static func retrying(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || errno != EINTR { return result }
    }
  }

  /// Writes all of `bytes`. The C function is `write`.
  borrowing func write(_ bytes: ArraySlice<UInt8>) throws(IndexError) {
    var rest = bytes
    while !rest.isEmpty {
      // Safe: the buffer is valid for the call.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0 {
        if errno == EINTR { continue }
        throw .system(call: "write", path: path, code: errno)
      }
      rest = rest.dropFirst(count)
    }
  }

  /// Reads up to `count` bytes at `offset` into the front of `buffer`; fewer only at the file's end. The C
  /// function is `pread`.
  borrowing func read(_ count: Int, at offset: Int, into buffer: inout [UInt8]) throws(IndexError) -> Int {
    var total = 0
    while total < count {
      // Safe: the buffer has room for `count` bytes.
      let got = unsafe buffer.withUnsafeMutableBytes {
        unsafe pread(descriptor, $0.baseAddress! + total, count - total, off_t(offset + total))
      }
      if got < 0 {
        if errno == EINTR { continue }
        throw .system(call: "read", path: path, code: errno)
      }
      if got == 0 { break }
      total += got
    }
    return total
  }

  /// Puts what was written (for a folder: its names) on the disk. The C function is `fsync`.
  borrowing func sync() throws(IndexError) {
    guard Self.retrying({ fsync(descriptor) }) == 0 else {
      throw .system(call: "fsync", path: path, code: errno)
    }
  }

  /// The file's size. The C function is `fstat`.
  borrowing func size() throws(IndexError) -> Int {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(call: "fstat", path: path, code: errno)
    }
    return Int(status.st_size)
  }

  /// The size of the file in bytes; nil where it is no regular file. The C function is `fstat`.
  borrowing func byteCount() throws(IndexError) -> Int? {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(call: "fstat", path: path, code: errno)
    }
    return status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Which file it is, whatever its names. The C function is `fstat`.
  borrowing func identity() throws(IndexError) -> FileIdentity {
    var status = stat()
    // Safe: the call fills the struct that it is lent.
    guard unsafe fstat(descriptor, &status) == 0 else {
      throw .system(call: "fstat", path: path, code: errno)
    }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Takes a lock that others may share, and that keeps an exclusive one off; false if another holds one. The C
  /// function is `flock`.
  borrowing func tryShare() -> Bool { flock(descriptor, LOCK_SH | LOCK_NB) == 0 }

  /// Takes an exclusive lock that lasts as long as the file is open; false if another holds it. The C function
  /// is `flock`.
  borrowing func tryLock() -> Bool { flock(descriptor, LOCK_EX | LOCK_NB) == 0 }
}

/// What tells a file from all others of the machine.
struct FileIdentity: Equatable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// Operations on names of files and folders.
enum Folder {
  /// Makes a folder for its owner only, unless it is there, and puts its name on the disk. The C functions are `mkdir`
  /// and `fsync`.
  static func make(_ path: String) throws(IndexError) {
    // Safe: the path is NUL-terminated for the call.
    if unsafe mkdir(path, 0o700) != 0 {
      guard errno == EEXIST else { throw .system(call: "mkdir", path: path, code: errno) }
      return
    }
    try sync(parent(of: path))
  }

  /// Puts the names in a folder on the disk: those that were made, and that others are gone. The C function is `fsync`.
  static func sync(_ path: String) throws(IndexError) { try SystemFile(reading: path).sync() }

  /// The folder that has this name in it.
  static func parent(of path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    parts.removeLast()
    return parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
  }

  /// Writes a file beside its place, puts it on the disk, and gives it its name: after a crash the old file is there or
  /// the new one. Where it throws, the old one is, and nothing is left beside it.
  static func replaceFile(_ path: String, with bytes: [UInt8]) throws(IndexError) {
    let part = path + ".part"
    do throws(IndexError) {
      let file = try SystemFile(creating: part)
      try file.write(bytes[...])
      try file.sync()
      try rename(part, to: path)
    } catch {
      try? removeFile(part)
      throw error
    }
    try sync(parent(of: path))
  }

  /// Which file has a name now; nil where none has. The C function is `stat`.
  static func identity(_ path: String) throws(IndexError) -> FileIdentity? {
    var status = stat()
    // Safe: the path is NUL-terminated for the call, which fills the struct.
    guard unsafe stat(path, &status) == 0 else {
      guard errno == ENOENT || errno == ENOTDIR else { throw .system(call: "stat", path: path, code: errno) }
      return nil
    }
    return FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
  }

  /// Whether there is something of that name. The C function is `lstat`.
  static func exists(_ path: String) throws(IndexError) -> Bool {
    var status = stat()
    // Safe: the path is NUL-terminated for the call, which fills the struct.
    if unsafe lstat(path, &status) == 0 { return true }
    guard errno == ENOENT || errno == ENOTDIR else {
      throw .system(call: "lstat", path: path, code: errno)
    }
    return false
  }

  /// Whether that is a folder; throws where there is nothing. The C function is `stat`.
  static func isFolder(_ path: String) throws(IndexError) -> Bool {
    var status = stat()
    // Safe: the path is NUL-terminated for the call, which fills the struct.
    guard unsafe stat(path, &status) == 0 else { throw .system(call: "stat", path: path, code: errno) }
    return status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names in a folder, sorted; none where it is missing. The C function is `readdir`.
  static func names(in path: String) throws(IndexError) -> [String] {
    guard let folder = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw .system(call: "opendir", path: path, code: errno)
    }
    defer { unsafe closedir(folder) }
    var names: [String] = []
    // Safe: an entry is valid until the next call, and its name ends with a NUL.
    while let entry = unsafe readdir(folder) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) {
        unsafe String(cString: $0.bindMemory(to: CChar.self).baseAddress!)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// Gives a file another name in one step. The C function is `rename`.
  static func rename(_ old: String, to new: String) throws(IndexError) {
    guard unsafe Glibc.rename(old, new) == 0 else {
      throw .system(call: "rename", path: old, code: errno)
    }
  }

  /// Removes a file. The C function is `unlink`.
  static func removeFile(_ path: String) throws(IndexError) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else {
      throw .system(call: "unlink", path: path, code: errno)
    }
  }

  /// Removes a folder and the files in it.
  static func remove(_ path: String) throws(IndexError) {
    for name in try names(in: path) { try removeFile("\(path)/\(name)") }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else {
      throw .system(call: "rmdir", path: path, code: errno)
    }
  }

  /// Bytes that the disk under `path` has free for this user. The C function is `statvfs`.
  static func freeBytes(_ path: String) throws(IndexError) -> Int {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else {
      throw .system(call: "statvfs", path: path, code: errno)
    }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
