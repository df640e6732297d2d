// The tables of lists: loads, the cross-reference, formats, identifiers, and what more keys cost.

internal import BenchmarkWork

extension Report {
  private static let crossReferenceCase = "xref of a list"

  var loads: String? {
    var rows: [[String]] = []
    for subcase in records.cases("loads") where subcase != Self.crossReferenceCase {
      let ours = load(subcase, Self.ours, "s")
      for subject in records.subjects("loads", subcase) {
        let seconds = load(subcase, subject, "s")
        rows.append([
          subcase, subject, seconds.cell(1), load(subcase, subject, "M rows/s").cell(2),
          ours.flatMap { seconds?.ratio(to: $0) }.cell(2), load(subcase, subject, "bytes").cell(1),
        ])
      }
    }
    return section(
      "Loads",
      """
      Seconds from the start of the command, which reads a file, until all is visible and, in whichsetd and DuckDB, \
      durable; how many times as long as whichsetd; bytes on the disk a row. Redis, memcached and SQLite (which \
      has neither a journal nor waits for the disk) would lose all in a crash. memcached, cdb and SQLite load once.
      """,
      Self.table(["rows", "into", "s", "M rows/s", "times whichsetd", "bytes a row"], rows))
  }

  func load(_ subcase: String, _ subject: String, _ figure: String) -> Rounds? {
    records.rounds("loads", subcase, subject, figure)
  }

  var crossReference: String? {
    let rows = records.subjects("loads", Self.crossReferenceCase).map { subject in
      [subject, load(Self.crossReferenceCase, subject, "s").cell(3)]
    }
    return section(
      "Cross-reference",
      """
      Seconds to find which of a list's ids are in the index, one in twenty: `whichset xref` through the socket, and a \
      join in DuckDB's process, for the first time after its file was opened and again. 1,000,000 ids, or as many as \
      the index holds.
      """,
      Self.table(["by", "s"], rows))
  }

  var identifiers: String? {
    let rows = records.cases("identifiers").map { subcase in
      [subcase]
        + [("M/s", 2), ("ns", 0), ("allocations", 6)].map {
          records.rounds("identifiers", subcase, "whichset", $0.0).cell($0.1)
        }
    }
    return section(
      "Identifiers",
      "Identifiers to keys on one core: millions a second, nanoseconds and requests for memory each.",
      Self.table(["identifier", "M/s", "ns", "allocations"], rows))
  }

  var formats: String? {
    let wasMeasured = records.cases("formats").contains { records.subjects("formats", $0).contains("before") }
    let rows = records.cases("formats").map { format in
      let rate = records.rounds("formats", format, "whichset", "M rows/s")
      let before = records.rounds("formats", format, "before", "M rows/s")
      let keys = records.figures("formats", format, beginning: "keys").map { namespace in
        let count = records.rounds("formats", format, "whichset", "keys " + namespace)?.median ?? 0
        return "\(namespace) \(Self.grouped(fixed(count, 0)))"
      }
      return [
        format, Self.code(records.text("formats", format, "sample") ?? "-"),
        Self.grouped(records.text("formats", format, "rows") ?? "-"), keys.joined(separator: ", "),
        rate.cell(2),
        records.rounds("formats", format, "whichset", "MB/s").cell(0),
      ] + (wasMeasured ? [before.flatMap { rate?.ratio(to: $0) }.cell(2)] : [])
    }
    return section(
      "List formats",
      """
      Rows of invented lists to rows as they are sent, a second of one core; the digest of the list included. A row of each, \
      shortened; how many rows; the distinct keys that they give, by namespace\(wasMeasured
        ? "; how many times as fast as the revision of --before in the same round" : "").
      """,
      Self.table(
        ["format", "a row", "rows", "keys", "M rows/s", "MB/s"]
          + (wasMeasured ? ["times as fast as before"] : []),
        rows))
  }

  /// Text as code in a cell of a table.
  private static func code(_ text: String) -> String {
    "`" + text.map { $0 == "|" ? "\\|" : String($0) }.joined() + "`"
  }

  var growth: String? {
    let rows = records.cases("growth").map { keys in
      [Self.grouped(keys)]
        + [
          ("M/s", 2), ("CPU", 3), ("M rows/s", 2), ("bytes", 2), ("start ms", 0), ("MiB", 0),
          ("MiB mapped", 0),
        ].map { records.rounds("growth", keys, Self.ours, $0.0).cell($0.1) }
    }
    return section(
      "Growth",
      """
      ![What more keys cost](growth.svg)

      The same questions, 4 x 128, to indexes of other sizes: lookups, their processor time in microseconds, the rate \
      of the load, bytes on the disk a key, milliseconds from exec to the first answer, and memory after the lookups: \
      the daemon's own, and pages of the index that the system may take back.
      """,
      Self.table(
        ["keys", "M lookups/s", "CPU", "load, M rows/s", "bytes a key", "start", "MiB", "MiB mapped"], rows))
  }

  /// Digits in groups of three.
  static func grouped(_ digits: String) -> String {
    let places = Array(digits)
    return places.indices.map { index in
      index > 0 && (places.count - index) % 3 == 0 ? ",\(places[index])" : "\(places[index])"
    }.joined()
  }
}
