// Waking a thread.

internal import CLinux
internal import Glibc
internal import Platform

/// An eventfd: a counter that a thread can wait for, alone or in an epoll.
final class EventCounter: Sendable {
  private let event: Descriptor

  var descriptor: Int32 { event.raw }

  /// The C function is `eventfd`.
  init() throws(SystemFailure) {
    let raw = eventfd(0, Int32(EFD_NONBLOCK | EFD_CLOEXEC))
    guard raw >= 0 else { throw SystemFailure("eventfd") }
    event = Descriptor(owning: raw)
  }

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

  /// Waits until something was added, or the time is up; takes it and returns how much.
  @discardableResult
  func wait(milliseconds: Int32) -> Int {
    _ = Poll.wait(for: descriptor, POLLIN, milliseconds: milliseconds)
    return clear()
  }
}
