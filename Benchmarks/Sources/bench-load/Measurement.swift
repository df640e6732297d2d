// What a run found out.

internal import BenchmarkWork

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

  private static let percentiles = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)]

  /// One line for people.
  func summary(_ options: LoadOptions) -> String {
    let times = Self.percentiles.map { "\($0) \(fixed(latency.microseconds(at: $1), 0)) us" }
    let server = serverMicroseconds.map { ", server \(fixed($0, 2)) us CPU a request" } ?? ""
    return """
      \(options.mode.rawValue) \(options.connectionCount)x\(options.depth): \(fixed(millionsPerSecond, 3)) M \
      requests/s, batch \(times.joined(separator: " "))\(server), \
      generator busy \(fixed(100 * generatorSeconds / seconds, 0)) %, all \(requests) answers right
      """
  }

  /// Lines `figure TAB value`: millions of requests a second, percentiles in microseconds, the server's processor
  /// time a request in microseconds, percent of time that the generator was busy.
  var record: String {
    var figures = [("M/s", fixed(millionsPerSecond, 4))]
    figures += Self.percentiles.map { ($0, fixed(latency.microseconds(at: $1), 1)) }
    figures += serverMicroseconds.map { [("CPU", fixed($0, 3))] } ?? []
    figures.append(("generator", fixed(100 * generatorSeconds / seconds, 1)))
    return figures.map { "\($0)\t\($1)" }.joined(separator: "\n")
  }
}
