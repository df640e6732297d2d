// How much processor time the server and the generator used: what a request costs, whoever waits for whom.

internal import CLinux
internal import Glibc
internal import Platform

/// Processor time in seconds.
enum ProcessTime {
  /// That of all threads of a process, in user and system mode, from `/proc/PID/stat` (proc(5), fields 14 and
  /// 15), in steps of a clock tick, usually 10 ms.
  static func seconds(ofProcess process: Int32) throws(LoadTrouble) -> Double {
    let path = "/proc/\(process)/stat"
    let text: [UInt8]
    do throws(SystemFailure) {
      text = try Descriptor(opening: path, O_RDONLY).readAll(bytesMax: 4_096)
    } catch {
      throw .failed(error)
    }
    // The second field, the program's name, is in brackets and may hold anything; field 3 follows the last one.
    let fields = text.split(separator: UInt8(ascii: ")")).last?.split(separator: UInt8(ascii: " "))
    guard let fields, fields.count > 12 else { throw .failed(SystemFailure("read", path, code: EINVAL)) }
    let ticks = fields[11...12].map { Double(String(decoding: $0, as: UTF8.self)) ?? 0 }
    return ticks.reduce(0, +) / Double(sysconf(Int32(_SC_CLK_TCK)))
  }

  /// That of this process. The C function is `clock_gettime`.
  static func ofGenerator() -> Double { seconds(of: CLOCK_PROCESS_CPUTIME_ID) }

  private static func seconds(of clock: clockid_t) -> Double {
    var time = timespec()
    // Safe: the call fills the struct that it is lent.
    unsafe clock_gettime(clock, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
