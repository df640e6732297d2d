// Operations on names of files and folders.

internal import Glibc

package enum Folder<Failure: SystemFailureConvertible> {
  /// Makes a folder, for its owner only by default, unless it is there, and puts its name on the disk. The C functions are
  /// `mkdir` and `fsync`.
  package static func make(_ path: String, rights: UInt32 = 0o700) throws(Failure) {
    // Safe: the path is NUL-terminated for the call.
    if unsafe mkdir(path, rights) != 0 {
      guard errno == EEXIST else { throw Failure(SystemFailure("mkdir", path)) }
      return
    }
    try sync(parent(of: path))
  }

  /// Puts the names in a folder on the disk: those that were made, and that others are gone. The C function is `fsync`.
  package static func sync(_ path: String) throws(Failure) { try SystemFile<Failure>(reading: path).sync() }

  /// The folder that has this name in it.
  package static func parent(of path: String) -> String {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    parts.removeLast()
    return parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
  }

  /// Which file has a name now; nil where none has. The C function is `stat`.
  package static func identity(_ path: String) throws(Failure) -> FileIdentity? {
    try Failure.wrapping(try FileStatus.at(path))?.identity
  }

  /// Whether there is something of that name. The C function is `lstat`.
  package static func exists(_ path: String) throws(Failure) -> Bool {
    try Failure.wrapping(try FileStatus.at(path, followsLinks: false)) != nil
  }

  /// The names in a folder, sorted; none where it is missing. The C function is `readdir`.
  package static func names(in path: String) throws(Failure) -> [String] {
    guard let folder = unsafe opendir(path) else {
      if errno == ENOENT { return [] }
      throw Failure(SystemFailure("opendir", path))
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

  /// Whether that is a folder; throws where there is nothing. The C function is `stat`.
  package static func isFolder(_ path: String) throws(Failure) -> Bool {
    guard let status = try Failure.wrapping(try FileStatus.at(path)) else {
      throw Failure(SystemFailure("stat", path, code: ENOENT))
    }
    return status.kind == .folder
  }

  /// Gives a file another name in one step. The C function is `rename`.
  package static func rename(_ old: String, to new: String) throws(Failure) {
    guard unsafe Glibc.rename(old, new) == 0 else { throw Failure(SystemFailure("rename", old)) }
  }

  /// Writes a file as a whole: after a crash the old one is there or the new one. Where it throws, the old one is, and
  /// nothing is left beside it.
  package static func replaceFile(_ path: String, with bytes: [UInt8]) throws(Failure) {
    var part = try PartFile<Failure>(path)
    try part.file.write(bytes[...])
    try part.keep()
  }

  /// Removes a file, if it is there. The C function is `unlink`.
  package static func removeFile(_ path: String) throws(Failure) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else { throw Failure(SystemFailure("unlink", path)) }
  }

  /// Has a file look as if it was just changed. The C function is `utimensat`.
  package static func touch(_ path: String) throws(Failure) {
    // Safe: the path is NUL-terminated for the call; without times it takes the present one.
    guard unsafe utimensat(AT_FDCWD, path, nil, 0) == 0 else {
      throw Failure(SystemFailure("utimensat", path))
    }
  }

  /// Removes a folder and the files in it.
  package static func remove(_ path: String) throws(Failure) {
    for name in try names(in: path) { try removeFile("\(path)/\(name)") }
    guard unsafe rmdir(path) == 0 || errno == ENOENT else { throw Failure(SystemFailure("rmdir", path)) }
  }

  /// Bytes that the disk under `path` has free for this user. The C function is `statvfs`.
  package static func freeBytes(_ path: String) throws(Failure) -> Int {
    var status = statvfs()
    guard unsafe statvfs(path, &status) == 0 else { throw Failure(SystemFailure("statvfs", path)) }
    return Int(status.f_bavail) * Int(status.f_frsize)
  }
}
