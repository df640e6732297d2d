// `whichset bench`: how fast a daemon answers, asked as programs ask it. Every answer is compared with the one that the
// daemon gave before the clock started.

package import Console
package import DaemonClient
internal import LoadGenerator
internal import Platform

package struct Bench: Sendable {
  package var connections = 4
  /// Requests that are under way on each connection.
  package var depth = 128
  package var seconds = 5.0
  /// Batches that are due in a second; nil for as many as are answered.
  package var rate: Double?
  /// The part of the identifiers that the index has, where they are made.
  package var hits = 0.5
  /// How many are made.
  package var count = 100_000

  package static let connectionsMax = 1_024
  package static let depthMax = 10_000
  package static let secondsMax = 86_400.0
  /// Questions a second where only the latency is wanted: far below what the daemon can do, so that what is seen is
  /// waiting, not queueing.
  package static let latencyRate = 1_000.0
  /// Different requests that are made before the clock starts.
  private static let poolRequests = 500_000

  package init() {}

  /// Identifiers that the index has, and made-up photo ids that it most likely does not have.
  package func identifiers(_ daemon: inout DaemonLink) throws(Trouble) -> [String] {
    let hitCount = Int((Double(count) * hits).rounded())
    var sample = BenchSample(hitCount)
    if hitCount > 0 {
      var output = LineOutput(.none)
      try daemon.run(&sample, output: &output)
      guard !sample.identifiers.isEmpty else {
        throw Trouble("the index is empty: load a list first, or ask with --hits 0")
      }
    }
    // Where the index has fewer images than are wanted, they are asked more often.
    let found = (0..<hitCount).map { sample.identifiers[$0 % sample.identifiers.count] }
    let missing = (0..<(count - hitCount)).map { _ in "flickr:\(Int.random(in: 1...99_999_999_999))" }
    return (found + missing).shuffled()
  }

  /// Asks, until the time is up or somebody wants to see what was found out.
  package func run(_ questions: borrowing BenchQuestions, path: String) throws(Trouble) -> Answer {
    guard questions.tally.total > 0 else { throw Trouble("there is nothing to ask: the input has no line") }
    var plan = LoadPlan(socketPath: path, connectionCount: connections)
    plan.secondsMax = seconds
    plan.rate = rate
    let pool = questions.pool(depth: depth, count: Self.poolRequests)
    Interruption.awaitWish()
    let measurement: Measurement
    do throws(LoadTrouble) {
      var generator = try LoadGenerator(plan, pool: pool) { Interruption.isWanted }
      measurement = try generator.run()
    } catch {
      switch error {
      case .wrong(let answer):
        throw Trouble("an answer is another one than before; is a list being loaded? \(answer.description)")
      default: throw Trouble("\(path): \(error)")
      }
    }
    Interruption.fallSilent()
    return answer(measurement, questions.tally)
  }

  // MARK: - What is shown

  private static let percentiles = [
    ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999), ("p99.99", 0.9999),
  ]

  private func answer(_ measured: Measurement, _ tally: Tally) -> Answer {
    let times = Self.percentiles.map { ($0, measured.latency.microseconds(at: $1)) }
    let longest = Double(measured.latency.longest) / 1_000
    let busy = measured.generatorSeconds / measured.seconds
    func fixed(_ value: Double, _ decimals: Int) -> String { Figures.fixed(value, decimals: decimals) }
    let fields =
      [
        "requests": measured.requests, "seconds": Content.number(fixed(measured.seconds, 3)),
        "per_second": Content.number(fixed(measured.perSecond, 0)), "connections": connections,
        "depth": depth, "hits": tally.found, "misses": tally.missed, "refused": tally.refused,
      ]
      + Record((times + [("longest", longest)]).map { ("\($0)_us", Content.number(fixed($1, 1))) })
      + ["client_busy": Content.number(fixed(busy, 3))]
    return Answer(fields, .pairs()) { _ in
      guard measured.requests > 0 else { return "interrupted before anything was measured\n" }
      var text = """
        \(Figures.grouped(Int(measured.perSecond))) identifiers a second: \
        \(Figures.grouped(measured.requests)) in \(Figures.duration(seconds: measured.seconds)), \
        \(Figures.counted(connections, "connection")), \(depth) under way on each
        of \(Figures.counted(tally.total, "identifier")): \(Figures.counted(tally.found, "hit")), \
        \(Figures.grouped(tally.missed)) misses, \(Figures.grouped(tally.refused)) refused; \
        every answer as before\n
        """
      text += depth == 1 ? "\nan answer took\n" : "\nthe answers to \(depth) requests took\n"
      for (name, time) in times + [("longest", longest)] {
        text += "  \(name.padded(to: 8))\(Self.time(time))\n"
      }
      text += "\n" + Self.histogram(measured.latency)
      if busy > Self.busyShare {
        text +=
          "\nThis program was busy \(fixed(busy * 100, 0)) % of the time: it may be what limits the rate.\n"
      }
      return text
    }
  }

  private static let busyShare = 0.9

  /// Microseconds as people read them.
  private static func time(_ microseconds: Double) -> String {
    microseconds < 1_000
      ? "\(Figures.fixed(microseconds, decimals: 0)) us"
      : "\(Figures.fixed(microseconds / 1_000, decimals: microseconds < 100_000 ? 2 : 0)) ms"
  }

  /// A line for each doubling of the time, from the first to the last that anything took.
  private static func histogram(_ latency: LatencyHistogram) -> String {
    let bounds = (0..<34).map { Double(1 << $0) }
    let counts = latency.counts(upTo: bounds)
    guard let first = counts.firstIndex(where: { $0 > 0 }), let last = counts.lastIndex(where: { $0 > 0 }),
      let most = counts.max()
    else { return "" }
    return (first...last).map { place in
      let share = Double(counts[place]) / Double(latency.total)
      let bar = String(repeating: "#", count: (counts[place] * barColumns + most - 1) / most)
      let percent = "\(Figures.fixed(share * 100, decimals: 2)) %".padded(to: 9, atEnd: true)
      let line = "  up to \(time(bounds[place]).padded(to: 9, atEnd: true))  \(percent)"
      return bar.isEmpty ? line + "\n" : "\(line)  \(bar)\n"
    }.joined()
  }

  private static let barColumns = 40
}

extension String {
  fileprivate func padded(to width: Int, atEnd: Bool = false) -> String {
    let room = String(repeating: " ", count: max(0, width - count))
    return atEnd ? room + self : self + room
  }
}
