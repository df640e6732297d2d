// What came of a load, and how it is reported.

package import Console
package import DaemonClient
package import Identifiers
import WireProtocol

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
  /// Images that were left out, since they are suppressed.
  package let suppressed: Int
  /// The rejected rows by reason, as far as they came up in this run.
  package var rejects = RejectTally()
  /// The format of the list, and why it was read so; empty where it was not read.
  package var format = ""
  package var reason = ""
  /// The keys that the dataset has got, by namespace.
  package var keys: [Namespace: Int] = [:]
  /// What is odd about them.
  package var warning: String?

  /// Takes the reply to `COMMIT`, or the one to `INGEST` that says `unchanged=1`; nil where figures are missing.
  package init?(_ reply: Reply, isUnchanged: Bool) {
    guard let counts: LoadCounts = reply.record() else { return nil }
    self.isUnchanged = isUnchanged
    (rows, accepted, rejected) = (counts.rows, counts.accepted, counts.rejected)
    (imagesNew, membershipsNew) = (counts.images, counts.memberships)
    suppressed = counts.suppressed ?? 0
  }
}

extension LoadOutcome {
  /// What came of a load into a dataset.
  package func answer(slug: String, time: Duration) -> Answer {
    let seconds = time / .seconds(1)
    var fields: Record = [
      "status": isUnchanged ? "unchanged" : "loaded", "dataset": slug, "rows": rows, "accepted": accepted,
      "rejected": rejected, "imagesNew": imagesNew, "membershipsNew": membershipsNew,
      "rejectedBy": rejects.record, "seconds": Content.number(Figures.fixed(seconds, decimals: 3)),
    ]
    if suppressed > 0 { fields = fields + ["suppressed": suppressed] }
    if !isUnchanged {
      fields = fields + ["format": format, "reason": reason, "keys": KeyKinds(keys).record]
      if let warning { fields = fields + ["warning": warning] }
    }
    return Answer(fields, .pairs(names: ["rejectedBy": "rejected"])) { _ in
      sentence(slug: slug, seconds: seconds) + "\n" + (isUnchanged ? "" : details)
    }
  }

  private var details: String {
    "  format  \(format): \(reason)\n  keys    \(KeyKinds(keys).text)\n"
      + (suppressed > 0 ? "  left out: \(Figures.counted(suppressed, "suppressed image"))\n" : "")
  }

  private func sentence(slug: String, seconds: Double) -> String {
    let rows =
      "\(Figures.counted(rows, "row")), \(Figures.grouped(accepted)) accepted, "
      + "\(Figures.grouped(rejected)) rejected" + (rejects.total > 0 ? " (\(rejects.text))" : "")
    if isUnchanged { return "unchanged: this list is loaded already into \(slug) (\(rows))" }
    return "loaded \(slug): \(rows); new: \(Figures.counted(imagesNew, "image")), "
      + "\(Figures.counted(membershipsNew, "membership")) (\(Figures.duration(seconds: seconds)))"
  }
}
