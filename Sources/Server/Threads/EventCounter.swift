// Waking a thread.

internal import CLinux
internal import Glibc

/// An eventfd: a counter that a thread can wait for, alone or in an epoll.
final class EventCounter: Sendable {
  let descriptor: Int32

  /// The C function is `eventfd`.
  init() throws(SystemFailure) {
    descriptor = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard descriptor >= 0 else { throw SystemFailure("eventfd", errno) }
  }

  deinit { close(descriptor) }

  func add() {
    var one: UInt64 = 1
    _ = unsafe write(descriptor, &one, 8)  // safe: eight bytes of the variable; full counters wake as well
  }

  /// Takes all that was added; returns how much.
  @discardableResult
  func clear() -> Int {
    var count: UInt64 = 0
    // Safe: eight bytes of the variable.
    return unsafe read(descriptor, &count, 8) == 8 ? Int(count) : 0
  }

  /// Waits for nothing but the time. The C function is `usleep`.
  static func pause(milliseconds: UInt32) { usleep(milliseconds * 1_000) }

  /// Waits until something was added, or the time is up; takes it and returns how much.
  @discardableResult
  func wait(milliseconds: Int32) -> Int {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    _ = unsafe poll(&entry, 1, milliseconds)  // safe: one entry
    return clear()
  }
}
