// What the project promises of its figures. A promise whose figures were not measured is left out.

internal import BenchmarkWork

/// A promise, and whether a run kept it.
struct Bound {
  let promise: String
  let most: Double
  let measured: Double
  let decimals: Int

  var isKept: Bool { measured <= most }
  var boundText: String { "at most \(fixed(most, decimals))" }

  /// All promises that the records say something about.
  static func all(_ records: Records) -> [Bound] {
    func median(_ section: String, _ subcase: String, _ figure: String) -> Double? {
      records.rounds(section, subcase, Report.ours, figure)?.median
    }
    var bounds: [Bound] = []
    for (figure, name) in [("p50", "median"), ("p99", "99th percentile"), ("p99.9", "99.9th percentile")] {
      if let idle = median("latency", "idle", figure),
        let busy = median("latency", "while a list is loaded", figure)
      {
        bounds.append(
          Bound(
            promise: "latency while a list is loaded to idle, \(name)", most: 3, measured: busy / idle,
            decimals: 2))
      }
    }
    if let start = median("start", "files in memory", "ms") {
      bounds.append(
        Bound(promise: "milliseconds from exec to the first answer", most: 100, measured: start, decimals: 0))
    }
    let sizes = records.cases("growth")
    for (small, large) in zip(sizes, sizes.dropFirst()) {
      guard let few = median("growth", small, "M/s"), let many = median("growth", large, "M/s") else {
        continue
      }
      let promise = "cost of a lookup with \(Report.grouped(large)) keys to \(Report.grouped(small))"
      bounds.append(Bound(promise: promise, most: 1.4, measured: few / many, decimals: 2))
    }
    for kind in records.cases("identifiers") {
      guard let allocations = records.rounds("identifiers", kind, "whichset", "allocations") else { continue }
      bounds.append(
        Bound(promise: "requests for memory, \(kind)", most: 0, measured: allocations.median, decimals: 6))
    }
    return bounds
  }
}
