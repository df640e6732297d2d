// What several rounds of one measurement come to. A machine that others use gives outliers, so the middle is
// told with its ends, and no mean.

internal import BenchmarkWork

/// The values of some rounds, at least one.
struct Rounds {
  private let sorted: [Double]

  /// The values in any order; nil if there are none.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    sorted = values.sorted()
  }

  /// The middle value, or halfway between the two middle ones.
  var median: Double { (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2 }

  /// The median, and in brackets the lowest and the highest if there were several rounds.
  func text(decimals: Int) -> String {
    let middle = fixed(median, decimals)
    guard let lowest = sorted.first, let highest = sorted.last, sorted.count > 1 else { return middle }
    return "\(middle) (\(fixed(lowest, decimals)) to \(fixed(highest, decimals)))"
  }
}
