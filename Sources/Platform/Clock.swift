// The clocks.

package import CLinux
internal import Glibc

/// A clock that never goes back.
package enum MonotonicClock {
  /// Nanoseconds since some moment. The C function is `clock_gettime`, which on Linux is no system call.
  @inline(__always)
  package static var nanoseconds: Int {
    var time = timespec()
    _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)  // safe: the call fills the struct that it is lent
    return time.tv_sec &* 1_000_000_000 &+ time.tv_nsec
  }

  /// Waits for nothing but the time. The C function is `usleep`.
  package static func sleep(_ time: Duration) { usleep(UInt32(clamping: Int(time / .microseconds(1)))) }
}

/// The time of day.
package enum WallClock {
  /// The C function is `clock_gettime`.
  package static var now: timespec {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)  // safe: the call fills the struct that it is lent
    return time
  }

  /// Seconds since 1970.
  package static var seconds: Int { seconds(now.tv_sec) }

  /// What a clock that shows `time` says. One that is not set may show a moment before 1970, which no record can hold: 0.
  static func seconds(_ time: Int) -> Int { max(0, time) }

  /// The moment in UTC, written as `strftime` has it: `%Y-%m-%d`. Empty for a year that no calendar of the
  /// system holds. The C functions are `gmtime_r` and `strftime`.
  package static func text(_ secondsSince1970: Int, _ form: String) -> String {
    var seconds = secondsSince1970
    var bytes = InlineArray<64, CChar>(repeating: 0)
    var span = bytes.mutableSpan
    // Safe: both calls fill what they are lent, the second at most as many bytes as it holds.
    let count = unsafe span.withUnsafeMutableBufferPointer { buffer in
      var parts = unsafe tm()
      guard unsafe gmtime_r(&seconds, &parts) != nil else { return 0 }
      return unsafe strftime(buffer.baseAddress, buffer.count, form, &parts)
    }
    return String(decoding: (0..<count).map { UInt8(bitPattern: bytes[$0]) }, as: UTF8.self)
  }
}
