// What came of a load, and how it is reported.

/// The figures of a finished load.
package struct LoadOutcome: Equatable, Sendable {
  /// Whether the dataset had this very list already, so that nothing was to be done.
  package let isUnchanged: Bool
  /// Rows of the list.
  package let rows: Int
  /// Rows that were taken.
  package let accepted: Int
  /// Rows that were not.
  package let rejected: Int
  /// Images that the index did not have before.
  package let imagesNew: Int
  /// Memberships that the index did not have before.
  package let membershipsNew: Int
  /// The rejected rows by reason, as far as they came up in this run.
  package var rejects = RejectTally()

  /// Takes the reply to `COMMIT`, or the one to `INGEST` that says `unchanged=1`; nil where figures are missing.
  package init?(_ reply: Reply, isUnchanged: Bool) {
    guard let rows = reply.number("rows"), let accepted = reply.number("accepted"),
      let rejected = reply.number("rejected"), let images = reply.number("images"),
      let memberships = reply.number("memberships")
    else { return nil }
    self.isUnchanged = isUnchanged
    self.rows = rows
    self.accepted = accepted
    self.rejected = rejected
    imagesNew = images
    membershipsNew = memberships
  }
}

/// Writes the figures of a load.
package struct LoadReport: Sendable {
  private let slug: String
  private let outcome: LoadOutcome
  private let seconds: Double

  /// Takes the dataset's slug, what came of the load and how long it took.
  package init(slug: String, outcome: LoadOutcome, time: Duration) {
    self.slug = slug
    self.outcome = outcome
    seconds = time / .seconds(1)
  }

  /// Appends one line for people, one JSON object, or a line a figure.
  package func write(_ format: OutputFormat, to output: inout [UInt8]) {
    switch format {
    case .text: output.append(sentence + "\n")
    case .tsv:
      TabSeparated.record(["status", status], &output)
      TabSeparated.record(["dataset", slug], &output)
      for (name, value) in figures { TabSeparated.record([name, String(value)], &output) }
      for (code, rows) in outcome.rejects.byCode {
        TabSeparated.record(["rejected.\(code)", String(rows)], &output)
      }
      TabSeparated.record(["seconds", Figures.fixed(seconds, decimals: 3)], &output)
    case .json:
      var json = JSONWriter()
      json.open(.object, &output)
      json.name("status", &output)
      json.string(status, &output)
      json.name("dataset", &output)
      json.string(slug, &output)
      for (name, value) in figures {
        json.name(name, &output)
        json.number(value, &output)
      }
      json.counts("rejectedBy", outcome.rejects.byCode.map { ($0.code, $0.rows) }, &output)
      json.name("seconds", &output)
      json.literal(Figures.fixed(seconds, decimals: 3), &output)
      json.close(.object, &output)
      output.append(UInt8(ascii: "\n"))
    }
  }

  private var status: String { outcome.isUnchanged ? "unchanged" : "loaded" }

  private var figures: [(String, Int)] {
    [
      ("rows", outcome.rows), ("accepted", outcome.accepted), ("rejected", outcome.rejected),
      ("imagesNew", outcome.imagesNew), ("membershipsNew", outcome.membershipsNew),
    ]
  }

  private var sentence: String {
    let rows =
      "\(Figures.counted(outcome.rows, "row")), \(Figures.grouped(outcome.accepted)) accepted, "
      + "\(Figures.grouped(outcome.rejected)) rejected"
      + (outcome.rejects.total > 0 ? " (\(outcome.rejects.text))" : "")
    if outcome.isUnchanged {
      return "unchanged: this list is loaded already into \(slug) (\(rows))"
    }
    return "loaded \(slug): \(rows); new: \(Figures.counted(outcome.imagesNew, "image")), "
      + "\(Figures.counted(outcome.membershipsNew, "membership")) (\(Figures.duration(seconds: seconds)))"
  }
}
