// Files that are looked at and opened, with messages for people. A fifo would keep an open waiting for ever, and a device is
// nothing that may be replaced or taken for a backup.

import Glibc
package import Platform

extension FileKind {
  /// What stands at `path`, behind symbolic links if `followsLinks`; nil where there is nothing.
  package static func at(_ path: String, followsLinks: Bool) throws(Trouble) -> FileKind? {
    try Trouble.wrapping("cannot look at \(path)", try FileStatus.at(path, followsLinks: followsLinks))?.kind
  }

  /// For messages: `is a folder`.
  package var text: String {
    switch self {
    case .regular: "is a regular file"
    case .folder: "is a folder"
    case .symbolicLink: "is a symbolic link"
    case .characterDevice, .fifo: "is a device or a fifo"
    case .blockDevice, .socket: "is a socket or a device"
    }
  }
}

extension Descriptor {
  /// Opens a file for reading.
  package static func reading(_ path: String) throws(Trouble) -> Descriptor {
    try Trouble.wrapping("cannot read \(path)", try Descriptor(opening: path, O_RDONLY))
  }

  /// Opens a file for writing, empty.
  package static func writing(_ path: String) throws(Trouble) -> Descriptor {
    try Trouble.wrapping(
      "cannot write \(path)", try Descriptor(opening: path, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644))
  }

  /// Opens a regular file and nothing else, without ever waiting.
  ///
  /// - Parameters:
  ///   - flags: those of `open`; `O_NOFOLLOW` among them refuses symbolic links.
  ///   - what: begins the message where it cannot be done.
  /// - Returns: nil where nothing has the name, which cannot be with `O_CREAT`.
  package static func regular(
    _ path: String, _ flags: Int32, _ what: String
  ) throws(Trouble) -> Descriptor? {
    let file: Descriptor
    do throws(SystemFailure) {
      file = try Descriptor(opening: path, flags | O_NONBLOCK | O_NOCTTY)
    } catch {
      if error.code == ENOENT { return nil }
      try requireRegular(try FileKind.at(path, followsLinks: flags & O_NOFOLLOW == 0), what)
      throw Trouble(what, error)
    }
    let raw = file.raw
    try requireRegular(try Trouble.wrapping(what, try FileStatus(of: raw)).kind, what)
    return file
  }

  private static func requireRegular(_ kind: FileKind?, _ what: String) throws(Trouble) {
    guard let kind, kind != .regular else { return }
    throw Trouble("\(what): it \(kind.text), not a regular file")
  }
}
