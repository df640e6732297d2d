// How much memory the process has, as the system says.

internal import Glibc

struct ProcessMemory: Equatable, Sendable {
  /// In memory in all: the pages of the index that are mapped there are part of it, and go when others need the room.
  let residentBytes: Int
  /// The daemon's own, which no file backs.
  let anonymousBytes: Int

  /// Reads `/proc/self/statm`; nil where the system does not give it.
  static func read() -> ProcessMemory? {
    // Safe: the path is NUL-terminated for the call.
    let descriptor = unsafe open("/proc/self/statm", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 256)
    let size = bytes.count
    let count = unsafe Glibc.read(descriptor, &bytes, size)  // safe: the array has the room
    guard count > 0 else { return nil }
    // Pages: all, resident, shared (files and shared memory), ...
    let pages = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ").prefix(3).compactMap {
      Int($0)
    }
    guard pages.count == 3 else { return nil }
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    return ProcessMemory(
      residentBytes: pages[1] * pageBytes, anonymousBytes: max(0, pages[1] - pages[2]) * pageBytes)
  }
}
