// How much memory the process has, as the system says.

internal import Glibc
internal import Platform

struct ProcessMemory: Equatable, Sendable {
  /// In memory in all: the pages of the index that are mapped there are part of it, and go when others need the room.
  let residentBytes: Int
  /// The daemon's own, which no file backs.
  let anonymousBytes: Int

  /// Reads `/proc/self/statm`; nil where the system does not give it.
  static func read() -> ProcessMemory? {
    guard let file = try? Descriptor(opening: "/proc/self/statm", O_RDONLY),
      let bytes = try? file.readAll(bytesMax: 256)
    else { return nil }
    // Pages: all, resident, shared (files and shared memory), ...
    let pages = String(decoding: bytes, as: UTF8.self).split(separator: " ").prefix(3).compactMap { Int($0) }
    guard pages.count == 3 else { return nil }
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    return ProcessMemory(
      residentBytes: pages[1] * pageBytes, anonymousBytes: max(0, pages[1] - pages[2]) * pageBytes)
  }
}
