// How much processor time the server and the generator used: what a request costs, whoever waits for whom.

internal import BenchmarkWork
internal import Glibc

/// Processor time in seconds.
enum ProcessTime {
  /// That of all threads of a process, in user and system mode, from `/proc/PID/stat` (proc(5), fields 14 and
  /// 15), in steps of a clock tick, usually 10 ms.
  static func seconds(ofProcess process: Int32) throws -> Double {
    // Safe: the path is NUL-terminated for the call.
    let descriptor = unsafe open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw SystemFailure("open /proc/\(process)/stat", code: errno) }
    defer { close(descriptor) }
    var bytes = [UInt8](repeating: 0, count: 1_024)
    // Safe: the buffer has room for what is asked for.
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
    // The second field, the program's name, is in brackets and may hold anything; field 3 follows the last one.
    guard count > 0, let nameEnd = bytes[..<count].lastIndex(of: UInt8(ascii: ")")) else {
      throw SystemFailure("read /proc/\(process)/stat", code: errno)
    }
    let fields = bytes[(nameEnd + 2)..<count].split(separator: UInt8(ascii: " "))
    let ticks = fields[11...12].map { Double(String(decoding: $0, as: UTF8.self)) ?? 0 }
    return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// That of this process. The C function is `clock_gettime`.
  static func ofGenerator() -> Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  /// The time since some start, in nanoseconds. The C function is `clock_gettime`.
  static func nanosecondsNow() -> UInt64 {
    var time = timespec()
    // Safe: the call fills the struct that it is lent.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
  }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    // Safe: the call fills the struct that it is lent.
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
