// Files that get their name only when they are whole and on the disk: after a crash the old file is there or the new one.

internal import Glibc

/// A file that is written beside its place. Unless it has got its name, nothing is left of it when it goes.
package struct PartFile<Failure: SystemFailureConvertible>: ~Copyable, Sendable {
  /// Where it belongs.
  package let path: String
  /// What is written to.
  package let file: SystemFile<Failure>
  private var isPlaced = false

  /// Makes the file beside `path`, for its owner only, in place of the rest of an earlier try. The C function is `open`.
  package init(_ path: String) throws(Failure) {
    file = try SystemFile(creating: Self.path(of: path))
    self.path = path
  }

  /// The name of a file that is being made, where nobody else makes one.
  package static func path(of path: String) -> String { path + ".part" }

  /// Makes the file under another name, which must be new: neither a link, a fifo nor another writer's file is in the way.
  /// The C function is `open`.
  package init(_ path: String, as partPath: String, mode: UInt32) throws(Failure) {
    file = try SystemFile(partPath, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: mode)
    self.path = path
  }

  /// A name beside `path` that nobody can foresee, another each time.
  package static func unforeseenPath(beside path: String) -> String {
    "\(path).part-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  // The error that keeps the file from its name is the one to report.
  deinit { if !isPlaced { try? Folder<Failure>.removeFile(file.path) } }

  /// Puts the file on the disk, gives it its name, and puts that on the disk. The C functions are `fsync` and `rename`.
  package mutating func keep() throws(Failure) {
    try file.sync()
    try place()
    try syncName()
  }

  /// Gives the file its name, which it takes from another one.
  package mutating func place() throws(Failure) {
    try Folder<Failure>.rename(file.path, to: path)
    isPlaced = true
  }

  /// Gives the file its name, unless another one has it (`EEXIST`). The C functions are `link` and, on file systems without
  /// links, `rename`.
  package mutating func placeAsNew() throws(Failure) {
    if unsafe link(file.path, path) == 0 {
      try? Folder<Failure>.removeFile(file.path)
      isPlaced = true
      return
    }
    // Without links, somebody else may make the file between the look and the renaming.
    guard errno != EEXIST, try !Folder<Failure>.exists(path) else {
      throw Failure(SystemFailure("link", path, code: EEXIST))
    }
    try place()
  }

  /// Puts the name on the disk.
  package borrowing func syncName() throws(Failure) {
    try Folder<Failure>.sync(Folder<Failure>.parent(of: path))
  }
}
