// What a verification found, be it the daemon's of its index or the client's of a file.

package import Console
package import WireProtocol

package struct VerificationReport: Sendable {
  /// Columns of a damage.
  private static let columns = ["database", "place", "damage", "effect"]

  private let subject: String
  private let damages: [[String]]
  package let counts: VerifyRequest.End

  /// - Parameters:
  ///   - subject: what was verified.
  ///   - damages: sub-database, place, what is wrong, what that means.
  ///   - counts: of all that was looked at, and of all damages.
  package init(of subject: String, damages: [[String]], counts: VerifyRequest.End) {
    self.subject = subject
    self.damages = damages
    self.counts = counts
  }

  /// Whether nothing is damaged.
  package var isSound: Bool { counts.damages == 0 }

  /// Damages, then the counts. TSV: a line a damage, `damage` in front, and a line a count, as name and value. JSON: an
  /// object a damage, then one of the counts.
  package var answer: Answer {
    let records = damages.map { Record(Array(zip(Self.columns, $0))) }
    let counts = counts.values.map { ($0.name, Content.number($0.value)) }
    return Answer(
      records + [Record(counts)],
      .these(damages.map { ["damage"] + $0 } + counts.map { [$0.0, $0.1] })
    ) { _ in text }
  }

  private var text: String {
    var text = ""
    for damage in damages where damage.count == 4 {
      text += "\(damage[0])\(damage[1].isEmpty ? "" : " at \(damage[1])"): \(damage[2]): \(damage[3])\n"
    }
    let size =
      "\(Figures.counted(counts.datasets, "dataset")), \(Figures.counted(counts.keys, "key")) in "
      + Figures.counted(counts.blocks, "block")
    if isSound { return text + "\(subject) is sound: \(size)\n" }
    text += "\(subject) is damaged: \(Figures.counted(counts.damages, "damage")) in \(size)\n"
    if counts.damages > damages.count { text += "only the first \(damages.count) are listed\n" }
    return text
      + "What to do: restore a backup (whichset restore FILE), or load the lists again into a new index. See also the disk and "
      + "the memory of this machine: an index that was written whole does not change by itself.\n"
  }
}
