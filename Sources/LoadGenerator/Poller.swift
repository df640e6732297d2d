// epoll, behind names: which connections have something to read, or room to write.

internal import CLinux
internal import Glibc
internal import Platform

/// A level-triggered epoll instance over numbered descriptors, closed when it goes.
@safe struct Poller: ~Copyable {
  /// What is ready on a connection.
  struct Readiness {
    let connection: Int
    let canRead: Bool
    let canWrite: Bool
  }

  private let epoll: Descriptor
  private var events = unsafe [epoll_event](repeating: epoll_event(), count: 256)

  /// The C function is `epoll_create1`.
  init() throws(LoadTrouble) {
    let raw = epoll_create1(Int32(EPOLL_CLOEXEC))
    guard raw >= 0 else { throw .failed(SystemFailure("epoll_create1")) }
    epoll = Descriptor(owning: raw)
  }

  /// Watches a new descriptor for something to read. The C function is `epoll_ctl`.
  func add(_ descriptor: Int32, connection: Int) throws(LoadTrouble) {
    try control(EPOLL_CTL_ADD, descriptor, connection: connection, alsoWriting: false)
  }

  /// Watches for room to write as well, or no longer. The C function is `epoll_ctl`.
  func watch(_ descriptor: Int32, connection: Int, alsoWriting: Bool) throws(LoadTrouble) {
    try control(EPOLL_CTL_MOD, descriptor, connection: connection, alsoWriting: alsoWriting)
  }

  /// Waits until something is ready, and says how much; 0 after `nanosecondsMax`, or a signal. The C function is `epoll_pwait2`.
  mutating func wait(nanosecondsMax: UInt64) throws(LoadTrouble) -> Int {
    let (seconds, rest) = nanosecondsMax.quotientAndRemainder(dividingBy: 1_000_000_000)
    var time = timespec(tv_sec: Int(seconds), tv_nsec: Int(rest))
    // Safe: the buffer has room for as many events as are asked for, and the time is lent for the call.
    let count = unsafe events.withUnsafeMutableBufferPointer {
      unsafe epoll_pwait2(epoll.raw, $0.baseAddress, Int32($0.count), &time, nil)
    }
    guard count >= 0 || errno == EINTR else { throw .failed(SystemFailure("epoll_pwait2")) }
    return Int(max(0, count))
  }

  /// One of those that the last `wait` found. An error or a hang-up counts as something to read.
  subscript(position: Int) -> Readiness {
    // Safe: the number was stored as `u32`, and is read back as such.
    let (flags, connection) = unsafe (events[position].events, events[position].data.u32)
    return Readiness(
      connection: Int(connection), canRead: flags & ~EPOLLOUT.rawValue != 0,
      canWrite: flags & EPOLLOUT.rawValue != 0)
  }

  private func control(
    _ operation: Int32, _ watched: Int32, connection: Int, alsoWriting: Bool
  ) throws(LoadTrouble) {
    let flags = EPOLLIN.rawValue | (alsoWriting ? EPOLLOUT.rawValue : 0)
    // Safe: the call copies the struct that it is lent; the number is read back as `u32`.
    var event = unsafe epoll_event(events: flags, data: epoll_data_t(u32: UInt32(connection)))
    guard unsafe epoll_ctl(epoll.raw, operation, watched, &event) == 0 else {
      throw .failed(SystemFailure("epoll_ctl"))
    }
  }
}
