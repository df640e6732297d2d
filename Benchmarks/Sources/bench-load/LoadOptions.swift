// What a run of the load generator is told.

internal import BenchmarkWork

/// The command's options.
struct LoadOptions {
  static let usage = """
    bench-load MODE --socket PATH [--keys N] [--connections C] [--depth D] [--hits SHARE]
      [--pattern uniform|skewed] [--seconds S] [--requests R] [--warm-up S] [--pool P] [--seed S]
      [--slug NAME] [--pid SERVER] [--rate R]
    MODE is one of \(Mode.allCases.map(\.rawValue).joined(separator: ", ")).
    Ends after --seconds, or after --requests if that comes first. With --rate, R batches a second are due at even
    distances, whether or not those before are answered, and the time of a batch counts from when it was due.
    Prints a line for people to standard error, and lines `figure TAB value` to standard output.
    """

  let mode: Mode
  let socketPath: String
  let keyCount: UInt64
  let connectionCount: Int
  let depth: Int
  let hitShare: Double
  let pattern: KeyPattern
  let seed: UInt64
  let slug: String
  /// How many different requests are made before the clock starts; longer runs begin again from the first.
  let poolRequests: Int
  let requestsMax: Int
  let secondsMax: Double
  /// For so long requests are sent and checked, but not measured.
  let warmUpSeconds: Double
  /// The server, if its processor time is to be measured.
  let serverProcess: Int32?
  /// Batches that are due in a second; without it, each connection sends again as soon as it is answered.
  let rate: Double?

  init(_ arguments: inout Arguments) throws(UsageError) {
    let name = try arguments.word("MODE\n\(Self.usage)")
    guard let mode = Mode(rawValue: name) else { throw UsageError("no such mode: \(name)\n\(Self.usage)") }
    self.mode = mode
    socketPath = try arguments.option("socket")
    keyCount = try arguments.option("keys", default: 24_000_000)
    connectionCount = try arguments.option("connections", default: 4)
    depth = try arguments.option("depth", default: 128)
    hitShare = try arguments.option("hits", default: 0.5)
    pattern = try arguments.pattern()
    seed = try arguments.option("seed", default: 1)
    slug = try arguments.option("slug", default: "bench")
    poolRequests = try arguments.option("pool", default: 4_000_000)
    requestsMax = try arguments.option("requests", default: Int.max)
    secondsMax = try arguments.option("seconds", default: 2)
    warmUpSeconds = try arguments.option("warm-up", default: 0.2)
    serverProcess = try arguments.optional("pid")
    rate = try arguments.optional("rate")
    try arguments.finish()
    guard
      1...(1 << 32) ~= keyCount, 1...4_096 ~= connectionCount, 1...1_000_000 ~= depth, 0...1 ~= hitShare,
      1...100_000_000 ~= poolRequests, requestsMax > 0, 0...86_400 ~= secondsMax, 0...3_600 ~= warmUpSeconds,
      1...1_000_000 ~= rate ?? 1
    else { throw UsageError("an option is out of bounds\n\(Self.usage)") }
  }
}
