// The file that something is written to before it gets its name. It stands beside the name, under another that nobody can
// foresee, and is always a new one: neither a link, a fifo nor another writer's file is in the way.

import Glibc

package enum PartFile {
  /// A name beside `path`, another each time.
  package static func path(beside path: String) -> String {
    "\(path).part-\(String(UInt64.random(in: .min ... .max), radix: 36))"
  }

  /// Makes the file. The corresponding C function is `open`.
  package static func make(_ path: String, mode: UInt32) throws(Trouble) -> Descriptor {
    // The C string lives through the call.
    let raw = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
    guard raw >= 0 else { throw Trouble("cannot write \(path)", code: errno) }
    return Descriptor(owning: raw)
  }
}
