// Lays out RESULTS.md. What is measured, and why so, is told in Benchmarks/README.md.

internal import BenchmarkWork

/// The report, in Markdown.
struct Report {
  /// The labels of the two peers that are compared case by case, as the script gives them.
  static let peer = "Redis GET"
  static let ours = "whichsetd CHECK"

  let facts: [(name: Substring, value: Substring)]
  let records: Records

  var text: String {
    [introduction, checks, latencies, otherQuestions].joined(separator: "\n\n") + "\n"
  }

  private var introduction: String {
    """
    # Results

    Written by `Benchmarks/run`, which `make bench` calls; not to be edited. What is measured, and how every \
    answer is checked, stands in [README.md](README.md). Rates differ from machine to machine: the ratios of \
    one run are what to compare.

    | what | this run |
    |---|---|
    \(facts.map { "| \($0.name) | \($0.value) |" }.joined(separator: "\n"))
    """
  }

  private var compared: [(ours: Case, peer: Case)] {
    records.cases.filter { $0.label == Self.ours }.map {
      ($0, Case(label: Self.peer, connections: $0.connections, depth: $0.depth))
    }
  }

  private var checks: String {
    let rows = compared.map { ours, peer in
      let ourRates = records.rounds(ours, \.millionsPerSecond)
      let peerRates = records.rounds(peer, \.millionsPerSecond)
      let ratios = zip(ourRates, peerRates).map { $0 / $1 }
      return row([size(ours), cell(peerRates, 2), cell(ourRates, 2), cell(ratios, 1)])
    }
    return """
      ## Checks

      Millions of requests a second, half of them hits: the median of the rounds (lowest to highest). The ratio \
      is taken in each round, where both peers ran one after the other.

      | connections x pipeline | \(Self.peer) | \(Self.ours) | ratio |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  private var latencies: String {
    let rows = compared.map { ours, peer in
      let ourTimes = records.rounds(ours, \.serverMicroseconds)
      let peerTimes = records.rounds(peer, \.serverMicroseconds)
      return row([
        size(ours), percentiles(peer), percentiles(ours), cell(peerTimes, 2), cell(ourTimes, 2),
        cell(zip(peerTimes, ourTimes).map { $0 / $1 }, 1),
      ])
    }
    return """
      Time from sending a batch to its last answer, and the server's processor time a request, in microseconds. \
      Other programs on the machine lower the rates, and the processor times less: the ratio of those is the steadier.

      | connections x pipeline | \(Self.peer) p50 / p99 / p99.9 | \(Self.ours) p50 / p99 / p99.9 \
      | \(Self.peer) CPU | \(Self.ours) CPU | ratio of CPU |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  private var otherQuestions: String {
    let rows = records.cases.filter { $0.label != Self.ours && $0.label != Self.peer }.map {
      row([
        $0.label, size($0), cell(records.rounds($0, \.millionsPerSecond), 2), percentiles($0),
        cell(records.rounds($0, \.serverMicroseconds), 2),
        cell(records.rounds($0) { 100 * $0.generatorShare }, 0),
      ])
    }
    return """
      ## Other questions

      Millions of identifiers a second, microseconds as above, and the share of time in percent that the load \
      generator itself was busy: near 100 it is the limit, not the server.

      | question | connections x pipeline | M/s | p50 / p99 / p99.9 | CPU | generator |
      |---|---|---|---|---|---|
      \(rows.joined(separator: "\n"))
      """
  }

  private func size(_ subject: Case) -> String { "\(subject.connections) x \(subject.depth)" }

  private func percentiles(_ subject: Case) -> String {
    (0...2).map { index in
      Rounds(records.rounds(subject) { $0.latencyMicroseconds[index] }).map { fixed($0.median, 0) } ?? "-"
    }.joined(separator: " / ")
  }

  private func cell(_ values: [Double], _ decimals: Int) -> String {
    Rounds(values)?.text(decimals: decimals) ?? "-"
  }

  private func row(_ cells: [String]) -> String { "| " + cells.joined(separator: " | ") + " |" }
}
