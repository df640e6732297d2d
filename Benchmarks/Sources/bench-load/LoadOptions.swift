// What a run of the load generator is told.

internal import BenchmarkWork
internal import LoadGenerator

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
  let keyCount: UInt64
  let depth: Int
  let hitShare: Double
  let pattern: KeyPattern
  let seed: UInt64
  let slug: String
  /// How many different requests are made before the clock starts; longer runs begin again from the first.
  let poolRequests: Int
  let plan: LoadPlan

  init(_ arguments: inout Arguments) throws(UsageError) {
    let name = try arguments.word("MODE\n\(Self.usage)")
    guard let mode = Mode(rawValue: name) else { throw UsageError("no such mode: \(name)\n\(Self.usage)") }
    self.mode = mode
    let socketPath: String = try arguments.option("socket")
    keyCount = try arguments.option("keys", default: 24_000_000)
    let connectionCount: Int = try arguments.option("connections", default: 4)
    depth = try arguments.option("depth", default: 128)
    hitShare = try arguments.option("hits", default: 0.5)
    pattern = try arguments.pattern()
    seed = try arguments.option("seed", default: 1)
    slug = try arguments.option("slug", default: "bench")
    poolRequests = try arguments.option("pool", default: 4_000_000)
    var plan = LoadPlan(socketPath: socketPath, connectionCount: connectionCount)
    plan.requestsMax = try arguments.option("requests", default: Int.max)
    plan.secondsMax = try arguments.option("seconds", default: 2)
    plan.warmUpSeconds = try arguments.option("warm-up", default: 0.2)
    plan.serverProcess = try arguments.optional("pid")
    plan.rate = try arguments.optional("rate")
    try arguments.finish()
    guard
      1...(1 << 32) ~= keyCount, 1...4_096 ~= connectionCount, 1...1_000_000 ~= depth, 0...1 ~= hitShare,
      1...100_000_000 ~= poolRequests, plan.requestsMax > 0, 0...86_400 ~= plan.secondsMax,
      0...3_600 ~= plan.warmUpSeconds, 1...1_000_000 ~= plan.rate ?? 1
    else { throw UsageError("an option is out of bounds\n\(Self.usage)") }
    self.plan = plan
  }
}
