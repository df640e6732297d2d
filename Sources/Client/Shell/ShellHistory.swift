// The lines typed in earlier shells. They hold what somebody asked about, which is personal: the file is its owner's
// alone, keeps a bounded number of lines, and can be done without.

package import Console
import DaemonClient
import Glibc

/// A file with a line a command, the oldest first. Several shells may append to it at once.
package struct ShellHistory: Sendable {
  /// Lines that are kept.
  package static let linesMax = 1_000

  /// The file.
  package let path: String

  /// The file at `path`.
  package init(path: String) { self.path = path }

  /// The user's own: `$XDG_STATE_HOME/whichset/history`, or below `~/.local/state`; nil where there is no home.
  package static func usual() -> ShellHistory? {
    if let state = Environment.value("XDG_STATE_HOME"), state.hasPrefix("/") {
      return ShellHistory(path: state + "/whichset/history")
    }
    guard let home = Environment.value("HOME"), home.hasPrefix("/") else { return nil }
    return ShellHistory(path: home + "/.local/state/whichset/history")
  }

  /// Whether a line is to be remembered: one that begins with a space is not.
  package static func keeps(_ line: String) -> Bool {
    guard let first = line.first else { return false }
    return !first.isWhitespace && !line.contains("\n")
  }

  /// The lines, the oldest first, at most `linesMax`; none where there is no file. A file that has grown to twice as many
  /// is cut.
  package func load() throws(Trouble) -> [String] {
    guard
      let file = try Descriptor.regular(path, O_RDONLY | O_NOFOLLOW, "cannot read the history \(path)")
    else { return [] }
    var buffer = LineBuffer(lineBytesMax: Self.lineBytesMax)
    var chunk = [UInt8](repeating: 0, count: 65_536)
    var lines: [String] = []
    var hasEnded = false
    while !hasEnded {
      switch file.read(into: &chunk) {
      case .bytes(0): hasEnded = true
      case .bytes(let count): buffer.append(chunk, count: count)
      case .wouldBlock: break
      case .failed(let code): throw Trouble("cannot read the history \(path)", code: code)
      }
      while let range = hasEnded ? buffer.nextAtEnd() : buffer.next() {
        lines.append(ReplyText.string(buffer.line(range)))
      }
    }
    let kept = Array(lines.suffix(Self.linesMax))
    if lines.count >= 2 * Self.linesMax {
      let partPath = PartFile.path(beside: path)
      try write(kept, to: try PartFile.make(partPath, mode: 0o600))
      guard unsafe rename(partPath, path) == 0 else {  // the C strings live through the call
        let code = errno
        unsafe unlink(partPath)
        throw Trouble("cannot cut the history \(path)", code: code)
      }
    }
    return kept
  }

  /// Adds a line, and makes the file and its folder if there are none.
  package func append(_ line: String) throws(Trouble) {
    makeFolders()
    let what = "cannot write the history \(path)"
    guard let file = try Descriptor.regular(path, O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW, what) else {
      throw Trouble(what, code: ENOENT)
    }
    guard fchmod(file.raw, 0o600) == 0 else { throw Trouble(what, code: errno) }
    try write([line], to: file)
  }

  /// Removes the file.
  package func clear() throws(Trouble) {
    guard unsafe unlink(path) == 0 || errno == ENOENT else {  // the C string lives through the call
      throw Trouble("cannot remove the history \(path)", code: errno)
    }
  }

  /// No line that a person types is longer.
  private static let lineBytesMax = 65_536

  private func write(_ lines: [String], to file: consuming Descriptor) throws(Trouble) {
    var output = LineOutput(file)
    output.queue.storage.append(lines.map { $0 + "\n" }.joined())
    try output.writeAll()
  }

  /// Makes the folders above the file. That one cannot be made is seen when the file is opened.
  private func makeFolders() {
    var folder = ""
    for name in path.split(separator: "/").dropLast() {
      folder += "/" + name
      _ = unsafe mkdir(folder, 0o700)  // the C string lives through the call
    }
  }
}
