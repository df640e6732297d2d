// Files that get their name only when they are whole, so that what was cut off is never taken for the whole. What is no file
// but a way elsewhere, such as /dev/null, is written to as it is.

import Glibc
package import Platform

/// Writing a file as a whole.
package enum WholeFile {
  /// Makes a new file beside `path`, lets `body` write to it, and gives it its name; if anything fails, nothing is left. A
  /// symbolic link stays, and what it points to is replaced. A character device, a fifo, and whatever standard output is,
  /// are written straight into; a folder, a socket or a block device is refused. The corresponding C functions are
  /// `open` and `rename`.
  package static func write<Value>(
    _ path: String, _ body: (consuming Descriptor) throws(Trouble) -> Value
  ) throws(Trouble) -> Value {
    switch try FileKind.at(path, followsLinks: true) {
    case _? where isStandardOutput(path): return try body(Descriptor(borrowing: STDOUT_FILENO))
    case .characterDevice, .fifo:
      return try body(
        try Trouble.wrapping("cannot write \(path)", try Descriptor(opening: path, O_WRONLY | O_NOCTTY)))
    case .regular: return try replace(try target(of: path), body)
    case nil:
      guard try FileKind.at(path, followsLinks: false) == nil else {
        throw Trouble(
          "cannot write \(path): it is a symbolic link to nothing. Remove it, or make what it points to")
      }
      return try replace(path, body)
    case let kind?:
      throw Trouble("cannot write \(path): it \(kind.text). Choose another name")
    }
  }

  private static func replace<Value>(
    _ path: String, _ body: (consuming Descriptor) throws(Trouble) -> Value
  ) throws(Trouble) -> Value {
    let partPath = PartFile<SystemFailure>.unforeseenPath(beside: path)
    // Whatever ends the program removes the file, from before it is there on.
    Interruption.announce("whichset: interrupted; \(path) was not written\n", removing: partPath)
    defer { Interruption.fallSilent() }
    var part = try Trouble.wrapping(
      "cannot write \(path)", try PartFile<SystemFailure>(path, as: partPath, mode: 0o644))
    let value = try body(Descriptor(borrowing: part.file.descriptor.raw))
    do throws(SystemFailure) {
      try part.file.sync()
      try part.place()
    } catch {
      throw Trouble("cannot write \(path)", error)
    }
    return value
  }

  /// The file at the end of all symbolic links. The corresponding C function is `realpath`.
  private static func target(of path: String) throws(Trouble) -> String {
    // The result is ours to free; the C string lives through the call.
    guard let resolved = unsafe realpath(path, nil) else {
      throw Trouble("cannot write \(path)", code: errno)
    }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// Whether the name leads to what standard output is, as /dev/stdout does: that may be a file which is appended to, or
  /// a socket that cannot be opened.
  private static func isStandardOutput(_ path: String) -> Bool {
    // A name that leads to nothing yet is no standard output.
    guard let there = try? FileStatus.at(path), let here = try? FileStatus(of: STDOUT_FILENO) else {
      return false
    }
    return there.identity == here.identity
  }
}
