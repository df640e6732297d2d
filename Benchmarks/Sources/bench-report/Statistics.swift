// What several rounds of one measurement come to. A machine that others use gives outliers, so the middle is
// told with its ends, and no mean.

internal import BenchmarkWork

/// The values of some rounds, at least one, in their order.
struct Rounds {
  let values: [Double]

  /// Nil if there are none.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    self.values = values
  }

  /// The middle value, or halfway between the two middle ones.
  var median: Double {
    let sorted = values.sorted()
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }

  /// What these are to others, round by round: both were measured one after the other.
  func ratio(to others: Rounds) -> Rounds? { Rounds(zip(values, others.values).map { $0 / $1 }) }

  /// The median, and in brackets the lowest and the highest if there were several rounds.
  func text(_ decimals: Int) -> String {
    let middle = fixed(median, decimals)
    guard let lowest = values.min(), let highest = values.max(), values.count > 1 else { return middle }
    return "\(middle) (\(fixed(lowest, decimals)) to \(fixed(highest, decimals)))"
  }
}

extension Rounds? {
  /// The text of the rounds, or a dash.
  func cell(_ decimals: Int) -> String { self?.text(decimals) ?? "-" }
}
