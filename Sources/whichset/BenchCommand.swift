// `whichset bench`.

import ArgumentParser
import Client
import Console
import DaemonClient
import Platform

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measure how fast the daemon answers.",
    usage: """
      whichset bench [--connections <n>] [--depth <n>] [--seconds <s>]
                     [--hits <share> | --input <file>] [--latency]
      """,
    discussion: """
      Asks as programs do, over several connections with several requests under way on each, and shows the rate and how \
      long answers took. Every answer is compared with what the daemon said before the clock started; one that differs \
      ends the measurement with status 2.

      Without --input, half of the identifiers are images that the index has, and half are made up. Ctrl-C shows what \
      was measured so far. Both share the machine: where this program is busy all the time, the daemon could do more.

      EXAMPLES
        whichset bench
        whichset bench --connections 50 --depth 1 --seconds 10
        whichset bench --latency --format json

      EXIT STATUS: 0 it was measured, 2 trouble.
      """)

  @Option(help: ArgumentHelp("Connections.", valueName: "n")) var connections: Int?
  @Option(help: ArgumentHelp("Requests under way on each connection.", valueName: "n")) var depth: Int?
  @Option(help: ArgumentHelp("How long to measure.", valueName: "s")) var seconds = 5.0
  @Option(help: ArgumentHelp("The part that the index has, from 0 to 1.", valueName: "share"))
  var hits: Double?
  @Option(
    help: ArgumentHelp("Ask the identifiers of this file, one a line, up to a million.", valueName: "file"),
    completion: .file())
  var input: String?
  @Flag(
    help: "Ask 1,000 times a second on one connection, one at a time, to see how long single answers take.")
  var latency = false
  @OptionGroup var output: FormatOptions
  @OptionGroup var daemon: DaemonOptions

  func validate() throws {
    if latency, connections != nil || depth != nil {
      throw ValidationError("--latency asks on one connection, one at a time.")
    }
    if input != nil, hits != nil { throw ValidationError("Give --hits or --input, not both.") }
    try Self.check(connections.map(Double.init), 1...Double(Bench.connectionsMax), "connections")
    try Self.check(depth.map(Double.init), 1...Double(Bench.depthMax), "depth")
    try Self.check(seconds, 0.1...Bench.secondsMax, "seconds")
    try Self.check(hits, 0...1, "hits")
  }

  private static func check(_ value: Double?, _ bounds: ClosedRange<Double>, _ name: String) throws {
    guard let value, !bounds.contains(value) else { return }
    func text(_ bound: Double) -> String { bound == bound.rounded() ? "\(Int(bound))" : "\(bound)" }
    throw ValidationError("--\(name) must be from \(text(bounds.lowerBound)) to \(text(bounds.upperBound)).")
  }

  func run() throws {
    try Program.answer(output) { () throws(Trouble) in
      var bench = Bench()
      if latency { (bench.connections, bench.depth, bench.rate) = (1, 1, Bench.latencyRate) }
      if let connections { bench.connections = connections }
      if let depth { bench.depth = depth }
      if let hits { bench.hits = hits }
      bench.seconds = seconds
      let path = daemon.path
      let lines: LineInput
      if let input {
        lines = LineInput(stream: try .reading(input), name: input)
      } else {
        var link = try daemon.connect()
        lines = LineInput(arguments: try bench.identifiers(&link))
      }
      var pump = LinePump(BenchQuestions(), input: lines)
      var link = try daemon.connect()
      var none = LineOutput(.none)
      try link.run(&pump, output: &none)
      return try bench.run(pump.exchange, path: path)
    }
  }
}
