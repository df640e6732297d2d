// What a run found out.

internal import BenchmarkWork
internal import Glibc

/// The figures of one run.
struct Measurement {
  let requests: Int
  let seconds: Double
  let latency: LatencyHistogram
  /// Processor time of the server, if it was measured.
  let serverSeconds: Double?
  /// Processor time of the generator; near `seconds`, the generator is what limits the rate.
  let generatorSeconds: Double

  var millionsPerSecond: Double { Double(requests) / seconds / 1e6 }
  var serverMicroseconds: Double? { serverSeconds.map { $0 / Double(requests) * 1e6 } }

  /// One line for people.
  func summary(_ options: LoadOptions) -> String {
    let percentiles = [0.5, 0.99, 0.999].map { fixed(latency.microseconds(at: $0), 0) }
    let server = serverMicroseconds.map { ", server \(fixed($0, 2)) us CPU a request" } ?? ""
    return """
      \(options.label) \(options.connectionCount)x\(options.depth): \(fixed(millionsPerSecond, 3)) M requests/s, \
      batch p50 \(percentiles[0]) us p99 \(percentiles[1]) us p99.9 \(percentiles[2]) us\(server), \
      generator busy \(fixed(100 * generatorSeconds / seconds, 0)) %, all \(requests) answers right
      """
  }

  /// One line for bench-report: label, connections, depth, millions of requests a second, p50, p99, p99.9 in
  /// microseconds, server's microseconds a request, share of time that the generator was busy; parted by TAB.
  func record(_ options: LoadOptions) -> String {
    let columns =
      [options.label, "\(options.connectionCount)", "\(options.depth)", fixed(millionsPerSecond, 4)]
      + [0.5, 0.99, 0.999].map { fixed(latency.microseconds(at: $0), 1) }
      + [fixed(serverMicroseconds ?? 0, 3), fixed(generatorSeconds / seconds, 3)]
    return columns.joined(separator: "\t") + "\n"
  }

  /// Appends the record to a file. The C function is `open`.
  func append(to path: String, _ options: LoadOptions) throws {
    // Safe: the path is NUL-terminated for the call.
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw SystemFailure("open \(path)", code: errno) }
    defer { close(descriptor) }
    try writeAll([UInt8](record(options).utf8), to: descriptor)
  }
}
