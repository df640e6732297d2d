// What a verification found, be it the daemon's of its index or the client's of a file.

package import Console

package struct VerificationReport: Sendable {
  /// Names of its counts, as `VERIFY` has them.
  package static let names = ["datasets", "sets", "blocks", "keys", "listings", "remains", "damages"]
  /// Columns of a damage.
  private static let columns = ["database", "place", "damage", "effect"]

  private let subject: String
  private let damages: [[String]]
  private let counts: [(name: String, value: Int)]

  /// - Parameters:
  ///   - subject: what was verified.
  ///   - damages: sub-database, place, what is wrong, what that means.
  ///   - counts: by `names`.
  package init(of subject: String, damages: [[String]], counts: [(name: String, value: Int)]) {
    self.subject = subject
    self.damages = damages
    self.counts = counts
  }

  /// Whether nothing is damaged.
  package var isSound: Bool { count("damages") == 0 }

  /// What was counted under a name.
  package func count(_ name: String) -> Int { counts.first { $0.name == name }?.value ?? 0 }

  /// Damages, then the counts. TSV: a line a damage, `damage` in front, and a line a count, as name and value. JSON: an
  /// object a damage, then one of the counts.
  package var answer: Answer {
    let records = damages.map { Record(Array(zip(Self.columns, $0))) }
    return Answer(
      records + [Record(counts)],
      .these(damages.map { ["damage"] + $0 } + counts.map { [$0.name, $0.value] })
    ) { _ in text }
  }

  private var text: String {
    var text = ""
    for damage in damages where damage.count == 4 {
      text += "\(damage[0])\(damage[1].isEmpty ? "" : " at \(damage[1])"): \(damage[2]): \(damage[3])\n"
    }
    let size =
      "\(Figures.counted(count("datasets"), "dataset")), \(Figures.counted(count("keys"), "key")) in "
      + Figures.counted(count("blocks"), "block")
    if isSound { return text + "\(subject) is sound: \(size)\n" }
    text += "\(subject) is damaged: \(Figures.counted(count("damages"), "damage")) in \(size)\n"
    if count("damages") > damages.count { text += "only the first \(damages.count) are listed\n" }
    return text
      + "What to do: restore a backup (whichset restore FILE), or load the lists again into a new index. See also the disk and "
      + "the memory of this machine: an index that was written whole does not change by itself.\n"
  }
}
