// What a run found out, as it is printed.

internal import BenchmarkWork
internal import LoadGenerator

extension Measurement {
  private static let percentiles = [("p50", 0.5), ("p99", 0.99), ("p99.9", 0.999)]

  private var serverMicroseconds: Double? { serverSeconds.map { $0 / Double(requests) * 1e6 } }

  /// One line for people.
  func summary(_ options: LoadOptions) -> String {
    let times = Self.percentiles.map { "\($0) \(fixed(latency.microseconds(at: $1), 0)) us" }
    let server = serverMicroseconds.map { ", server \(fixed($0, 2)) us CPU a request" } ?? ""
    return """
      \(options.mode.rawValue) \(options.plan.connectionCount)x\(options.depth): \(fixed(perSecond / 1e6, 3)) M \
      requests/s, batch \(times.joined(separator: " "))\(server), \
      generator busy \(fixed(100 * generatorSeconds / seconds, 0)) %, all \(requests) answers right
      """
  }

  /// Lines `figure TAB value`: millions of requests a second, percentiles in microseconds, the server's processor
  /// time a request in microseconds, percent of time that the generator was busy.
  var record: String {
    var figures = [("M/s", fixed(perSecond / 1e6, 4))]
    figures += Self.percentiles.map { ($0, fixed(latency.microseconds(at: $1), 1)) }
    figures += serverMicroseconds.map { [("CPU", fixed($0, 3))] } ?? []
    figures.append(("generator", fixed(100 * generatorSeconds / seconds, 1)))
    return figures.map { "\($0)\t\($1)" }.joined(separator: "\n")
  }
}
