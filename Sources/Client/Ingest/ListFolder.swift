// A folder that is given as a list: the files in it and in its folders are one list, in the order of their names.

import Console
import Platform

/// Finds the files of folders.
enum ListFolder {
  /// Folders within folders that are followed.
  private static let depthMax = 32

  /// The path itself, or, of a folder, its files; hidden ones are none of a list's.
  static func files(of path: String) throws(Trouble) -> [String] {
    guard path != "-", try isFolder(path) else { return [path] }
    let files = try files(in: path, depth: 0)
    guard !files.isEmpty else { throw Trouble("\(path) is a folder without files") }
    return files
  }

  private static func files(in folder: String, depth: Int) throws(Trouble) -> [String] {
    guard depth < depthMax else { throw Trouble("\(folder) is nested too deeply") }
    let names = try Trouble.wrapping("cannot read \(folder)", try Folder<SystemFailure>.names(in: folder))
    var files: [String] = []
    for name in names.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) where !name.hasPrefix(".") {
      let path = folder.hasSuffix("/") ? folder + name : "\(folder)/\(name)"
      if try isFolder(path) {
        files += try self.files(in: path, depth: depth + 1)
      } else {
        files.append(path)
      }
    }
    return files
  }

  private static func isFolder(_ path: String) throws(Trouble) -> Bool {
    try FileKind.at(path, followsLinks: true) == .folder
  }
}
