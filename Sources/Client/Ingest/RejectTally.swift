// Rejected rows by the code of their reason.

package import Console

/// How many rows were rejected for which reason.
package struct RejectTally: Equatable, Sendable {
  private var counts: [String: Int] = [:]

  package init() {}

  /// Counts rows with the code of a reason.
  package mutating func add(_ code: String, rows: Int = 1) {
    if rows > 0 { counts[code, default: 0] += rows }
  }

  package var total: Int { counts.values.reduce(0, +) }

  /// The codes and their rows, the most frequent first.
  package var byCode: [(code: String, rows: Int)] {
    counts.map { (code: $0.key, rows: $0.value) }
      .sorted { $0.rows == $1.rows ? $0.code < $1.code : $0.rows > $1.rows }
  }

  /// `1,200 identifier, 3 cut-row`; empty without rows.
  package var text: String {
    byCode.map { "\(Figures.grouped($0.rows)) \($0.code)" }.joined(separator: ", ")
  }

  package var record: Record { Record(byCode.map { ($0.code, $0.rows) }) }
}
