// What stands at a name, and opening only what is a regular file: a fifo would keep an open waiting for ever, and a device
// is nothing that may be replaced or taken for a backup.

import Glibc

/// What kind of file there is.
package enum FileKind: Equatable, Sendable {
  case regular
  case folder
  case symbolicLink
  /// A character device, such as `/dev/null`, or a fifo: what is written to goes elsewhere.
  case stream
  /// A socket, a block device.
  case other

  /// The kind in a mode of `stat`.
  init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .regular
    case S_IFDIR: self = .folder
    case S_IFLNK: self = .symbolicLink
    case S_IFCHR, S_IFIFO: self = .stream
    default: self = .other
    }
  }

  /// What stands at `path`, behind symbolic links if `followsLinks`; nil where there is nothing. The corresponding C
  /// functions are `stat` and `lstat`.
  package static func at(_ path: String, followsLinks: Bool) throws(Trouble) -> FileKind? {
    var status = stat()
    // The calls fill in the struct; the C string lives through them.
    let result = unsafe followsLinks ? stat(path, &status) : lstat(path, &status)
    if result == 0 { return FileKind(mode: status.st_mode) }
    guard errno == ENOENT else { throw Trouble("cannot look at \(path)", code: errno) }
    return nil
  }

  /// For messages: `is a folder`.
  package var text: String {
    switch self {
    case .regular: "is a regular file"
    case .folder: "is a folder"
    case .symbolicLink: "is a symbolic link"
    case .stream: "is a device or a fifo"
    case .other: "is a socket or a device"
    }
  }
}

extension Descriptor {
  /// Opens a regular file and nothing else, without ever waiting. The corresponding C functions are `open` and `fstat`.
  ///
  /// - Parameters:
  ///   - flags: those of `open`; `O_NOFOLLOW` among them refuses symbolic links.
  ///   - what: begins the message where it cannot be done.
  /// - Returns: nil where nothing has the name, which cannot be with `O_CREAT`.
  package static func regular(
    _ path: String, _ flags: Int32, _ what: String
  ) throws(Trouble) -> Descriptor? {
    // The C string lives through the call.
    let raw = unsafe open(path, flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0o600)
    guard raw >= 0 else {
      let code = errno
      if code == ENOENT { return nil }
      if let kind = try FileKind.at(path, followsLinks: flags & O_NOFOLLOW == 0), kind != .regular {
        throw Trouble("\(what): it \(kind.text), not a regular file")
      }
      throw Trouble(what, code: code)
    }
    let file = Descriptor(owning: raw)
    var status = stat()
    // fstat fills in one `stat`, which is what it is given.
    guard unsafe fstat(raw, &status) == 0 else { throw Trouble(what, code: errno) }
    let kind = FileKind(mode: status.st_mode)
    guard kind == .regular else { throw Trouble("\(what): it \(kind.text), not a regular file") }
    return file
  }
}
