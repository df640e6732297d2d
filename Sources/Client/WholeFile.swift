// Files that get their name only when they are whole, so that what was cut off is never taken for the whole.

import Glibc

/// Writing a file as a whole.
package enum WholeFile {
  /// Opens `<path>.part`, lets `body` write to it, and gives it its name; if anything fails, nothing is left. The
  /// corresponding C functions are `open` and `rename`.
  package static func write<Value>(
    _ path: String, _ body: (consuming Descriptor) throws(Trouble) -> Value
  ) throws(Trouble) -> Value {
    let partPath = path + ".part"
    // The C strings live through the calls.
    let raw = unsafe open(partPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard raw >= 0 else { throw Trouble("cannot write \(partPath)", code: errno) }
    do throws(Trouble) {
      let value = try body(Descriptor(owning: raw))
      guard unsafe rename(partPath, path) == 0 else { throw Trouble("cannot write \(path)", code: errno) }
      return value
    } catch {
      unsafe unlink(partPath)
      throw error
    }
  }
}
