// Lays out RESULTS.md: the machine, then a table for what each section found out. What is measured, and why so, is
// told in Benchmarks/README.md. Sections that did not run are left out.

internal import BenchmarkWork

/// The report, in Markdown.
struct Report {
  let facts: [(name: Substring, value: Substring)]
  let records: Records

  var text: String {
    let sections: [String?] = [
      introduction, bounds, lookups, costs, alone, loads, crossReference, latency, start, identifiers,
      formats,
      growth, durations,
    ]
    return sections.compactMap { $0 }.joined(separator: "\n\n") + "\n"
  }

  private var introduction: String {
    """
    # Results

    Written by `Benchmarks/run`, which `make bench` calls; not to be edited. What is measured, and how every \
    answer is checked, stands in [README.md](README.md). Rates differ from machine to machine: the ratios of \
    one run are what to compare. A figure is the median of the rounds (lowest to highest); a ratio is taken \
    in each round, where the peers were measured one after the other.

    \(Self.table(["what", "this run"], facts.map { [String($0.name), String($0.value)] }) ?? "")
    """
  }

  private var bounds: String? {
    section(
      "Bounds", "What the project promises of these figures, and whether this run kept it.",
      Self.table(
        ["promise", "bound", "measured", "kept"],
        Bound.all(records).map {
          [$0.promise, $0.boundText, fixed($0.measured, $0.decimals), $0.isKept ? "yes" : "NO"]
        }))
  }

  private var durations: String? {
    section(
      "Time taken", "Seconds, the loading of servers included.",
      Self.table(
        ["section", "s"],
        records.cases("sections").map { [$0, records.rounds("sections", $0, "run", "s").cell(0)] }))
  }

  /// A heading, a text and a table; nil without a table.
  func section(_ title: String, _ text: String, _ table: String?) -> String? {
    table.map { "## \(title)\n\n\(text)\n\n\($0)" }
  }

  /// A table; nil without rows.
  static func table(_ header: [String], _ rows: [[String]]) -> String? {
    guard !rows.isEmpty else { return nil }
    let lines = [header, header.map { _ in "---" }] + rows
    return lines.map { "| " + $0.joined(separator: " | ") + " |" }.joined(separator: "\n")
  }
}
