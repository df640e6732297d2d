// The tables of what was asked through a socket.

internal import BenchmarkWork

extension Report {
  static let ours = "whichsetd"
  static let peer = "Redis"

  /// Cases of the lookups that were put to Redis as well.
  private var compared: [String] {
    records.cases("lookups").filter {
      records.subjects("lookups", $0).contains(Self.peer)
        && records.subjects("lookups", $0).contains(Self.ours)
    }
  }

  func lookup(_ subcase: String, _ subject: String, _ figure: String) -> Rounds? {
    records.rounds("lookups", subcase, subject, figure)
  }

  var lookups: String? {
    let rows = compared.map { subcase in
      let ours = lookup(subcase, Self.ours, "M/s")
      let peer = lookup(subcase, Self.peer, "M/s")
      return [
        subcase, lookup(subcase, "memcached", "M/s").cell(2), peer.cell(2), ours.cell(2),
        peer.flatMap { ours?.ratio(to: $0) }.cell(1),
      ]
    }
    return section(
      "Lookups",
      """
      ![Lookups a second](lookups.svg)

      Millions of keys a second, half of them hits unless said otherwise; connections x requests under way on each. \
      `GET`, `get` and `CHECK` with the same keys; "many in a request" are `MGET` and `MCHECK COMPACT`. Redis and \
      memcached have one thread for commands; whichsetd has one reactor; as installed, one \
      a core at most. Ratio: whichsetd to Redis.
      """,
      Self.table(["keys", "memcached", "Redis", "whichsetd", "ratio"], rows))
  }

  var costs: String? {
    let rows = compared.map { subcase in
      let ours = lookup(subcase, Self.ours, "CPU")
      let peer = lookup(subcase, Self.peer, "CPU")
      return [
        subcase, percentiles("lookups", subcase, Self.peer), percentiles("lookups", subcase, Self.ours),
        peer.cell(2), ours.cell(2), ours.flatMap { peer?.ratio(to: $0) }.cell(1),
      ]
    }
    return section(
      "Cost of a lookup",
      """
      Microseconds: the time from sending a batch to its last answer, and the server's processor time a key. Other \
      programs on the machine lower the rates, and the processor times less. Ratio: Redis's processor time to ours.
      """,
      Self.table(
        [
          "keys", "Redis p50 / p99 / p99.9", "whichsetd p50 / p99 / p99.9", "Redis CPU", "whichsetd CPU",
          "ratio",
        ], rows))
  }

  var alone: String? {
    var rows: [[String]] = []
    for subcase in records.cases("lookups") where !compared.contains(subcase) {
      for subject in records.subjects("lookups", subcase) {
        rows.append([
          subcase, subject, lookup(subcase, subject, "M/s").cell(2), percentiles("lookups", subcase, subject),
          lookup(subcase, subject, "CPU").cell(2), lookup(subcase, subject, "generator").cell(0),
        ])
      }
    }
    return section(
      "Other questions",
      """
      Millions of keys a second, microseconds as above, and the percentage of time that the load generator was busy: \
      near 100 it is the limit. cdb and SQLite are asked in the process, key by key, by one thread.
      """,
      Self.table(["question", "of", "M/s", "p50 / p99 / p99.9", "CPU", "generator"], rows))
  }

  var latency: String? {
    let rows = records.cases("latency").map { subcase in
      [subcase]
        + ["p50", "p99", "p99.9", "CPU"].map { records.rounds("latency", subcase, Self.ours, $0).cell(0) }
    }
    return section(
      "Latency",
      """
      Microseconds from when a `CHECK` was due to its answer: 5,000 a second over 8 connections, to a whichsetd as \
      installed; idle, and while a list a quarter as long as the index is loaded into it.
      """,
      Self.table(["while", "p50", "p99", "p99.9", "CPU"], rows))
  }

  var start: String? {
    let rows = records.cases("start").map { [$0, records.rounds("start", $0, Self.ours, "ms").cell(0)] }
    return section(
      "Start", "Milliseconds from exec to the first right answer.", Self.table(["index", "ms"], rows))
  }

  private func percentiles(_ section: String, _ subcase: String, _ subject: String) -> String {
    ["p50", "p99", "p99.9"].map { figure in
      records.rounds(section, subcase, subject, figure).map { fixed($0.median, 0) } ?? "-"
    }.joined(separator: " / ")
  }
}
