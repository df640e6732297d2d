// Loads a server with requests whose answers are known, and says how fast the right ones came.

internal import BenchmarkWork
internal import Glibc
internal import LoadGenerator
internal import Platform

@main struct Load {
  static func main() {
    runProgram { arguments in
      let options = try LoadOptions(&arguments)
      let choice = KeyChoice(
        space: KeySpace(count: options.keyCount), hitShare: options.hitShare, pattern: options.pattern,
        seed: options.seed)
      let pool = RequestPool(
        mode: options.mode, depth: options.depth, count: min(options.poolRequests, options.plan.requestsMax),
        slug: options.slug, choice: choice)
      var generator = try LoadGenerator(options.plan, pool: pool)
      let measurement = try generator.run()
      try Descriptor(borrowing: STDERR_FILENO).writeAll(
        [UInt8]((measurement.summary(options) + "\n").utf8).span)
      print(measurement.record)
    }
  }
}
