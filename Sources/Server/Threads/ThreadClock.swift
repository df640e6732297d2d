// What the system says of one thread's time.

internal import Glibc
internal import Platform

/// The processor time of the thread that makes it, and its time in the queue for a processor.
struct ThreadClock: ~Copyable {
  /// None where the system does not count how long threads wait.
  private let file: Descriptor

  /// Nanoseconds since the thread began.
  struct Time {
    var ran = 0
    /// How long it could have run and had no processor; 0 where that is not known.
    var waited = 0
  }

  /// The first two figures of the file are described in the kernel's Documentation/scheduler/sched-stats.rst.
  init() {
    // Safe: the path is NUL-terminated.
    let raw = unsafe open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC)
    file = raw >= 0 ? Descriptor(owning: raw) : .none
  }

  /// Two system calls. The C functions are `clock_gettime` and `pread`.
  func read() -> Time {
    var time = timespec()
    unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)  // safe: the call fills the struct that it is lent
    return Time(ran: time.tv_sec * 1_000_000_000 + time.tv_nsec, waited: waited)
  }

  private var waited: Int {
    var text = InlineArray<64, UInt8>(repeating: 0)
    var span = text.mutableSpan
    // Safe: the call fills at most as many bytes as there are.
    let count = unsafe span.withUnsafeMutableBytes { unsafe pread(file.raw, $0.baseAddress, $0.count, 0) }
    var number = 0
    var place = 0
    for index in 0..<max(0, count) {
      guard case UInt8(ascii: "0")...UInt8(ascii: "9") = text[index] else {
        place += 1
        if place == 2 { return number }
        continue
      }
      if place == 1 { number = number &* 10 &+ Int(text[index] - UInt8(ascii: "0")) }
    }
    return 0
  }
}
