// A folder that is given as a list: the files in it and in its folders are one list, in the order of their names.

import Console
import Glibc

/// Finds the files of folders.
enum ListFolder {
  /// Folders within folders that are followed.
  private static let depthMax = 32

  /// The path itself, or, of a folder, its files; hidden ones are none of a list's.
  static func files(of path: String) throws(Trouble) -> [String] {
    guard path != "-", isFolder(path) else { return [path] }
    let files = try files(in: path, depth: 0)
    guard !files.isEmpty else { throw Trouble("\(path) is a folder without files") }
    return files
  }

  private static func files(in folder: String, depth: Int) throws(Trouble) -> [String] {
    guard depth < depthMax else { throw Trouble("\(folder) is nested too deeply") }
    var files: [String] = []
    for name in try names(in: folder).sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if isFolder(path) { files += try self.files(in: path, depth: depth + 1) } else { files.append(path) }
    }
    return files
  }

  /// The corresponding C function is `stat`.
  private static func isFolder(_ path: String) -> Bool {
    var status = stat()
    // The C string lives through the call, which fills in one `stat`.
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// The names that are not hidden. The corresponding C functions are `opendir` and `readdir`.
  private static func names(in folder: String) throws(Trouble) -> [String] {
    guard let stream = unsafe opendir(folder) else { throw Trouble("cannot read \(folder)", code: errno) }
    defer { unsafe closedir(stream) }  // opened above, closed once
    var names: [String] = []
    // An entry is good until the next call; its name is ended by NUL, and copied.
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names
  }
}
