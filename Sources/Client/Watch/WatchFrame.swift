// What happened between two looks at the daemon's metrics: rates, and quantiles of durations from the differences of
// the histograms' buckets. Pure.

package import WireProtocol

/// The daemon's work in one stretch of time.
package struct WatchFrame: Sendable {
  package struct VerbWork: Equatable, Sendable {
    package let verb: String
    /// Requests, or identifiers of `MCHECK`, a second.
    package let perSecond: Double
    /// Upper bounds of the durations of 50 %, 99 % and 99.9 % of them, in seconds; nil where there were none.
    package let quantiles: [Double?]
    /// How many there were since the daemon started.
    package let total: Double
  }

  /// Seconds between the two looks.
  package let seconds: Double
  /// Whether the first look was the daemon's start.
  package let isSinceStart: Bool
  /// The metrics of the second look.
  package let now: MetricSamples
  /// Identifiers looked up a second.
  package let lookups: Double
  /// The share of them that were in some dataset; nil where there were none.
  package let hitShare: Double?
  /// The share that were no identifiers, or could not be resolved.
  package let invalidShare: Double?
  package let errors: Double
  /// The verbs that were asked, the busiest first.
  package let verbs: [VerbWork]
  package let loads: [LoadsRequest.StagedLoad]

  /// The quantiles that are shown.
  package static let quantiles = [0.5, 0.99, 0.999]

  /// Compares two looks; `before` is nil at the first one.
  package init(
    _ now: MetricSamples, before: MetricSamples?, seconds elapsed: Double, loads: [LoadsRequest.StagedLoad]
  ) {
    // A restarted daemon counts from 0 again.
    let start = "whichset_start_time_seconds"
    let isSame = before?.value(start) == now.value(start)
    let before = isSame ? before ?? MetricSamples() : MetricSamples()
    isSinceStart = !isSame
    let seconds = isSame ? elapsed : now.value("whichset_uptime_seconds") ?? elapsed
    self.seconds = max(seconds, 0.001)
    self.now = now
    self.loads = loads
    let span = self.seconds
    func gain(_ name: String, _ labels: [String: String] = [:]) -> Double {
      max(0, now.sum(name, labels) - before.sum(name, labels))
    }
    let looked = gain("whichset_lookups_total")
    lookups = looked / span
    hitShare = looked > 0 ? gain("whichset_lookups_total", ["outcome": "hit"]) / looked : nil
    invalidShare =
      looked > 0
      ? (gain("whichset_lookups_total", ["outcome": "invalid"])
        + gain("whichset_lookups_total", ["outcome": "unresolvable"])) / looked : nil
    errors = gain("whichset_errors_total") / span
    let histogram = "whichset_request_duration_seconds"
    verbs = now.values(of: "verb", in: histogram + "_count").map { verb in
      let buckets = Self.difference(
        now.buckets(histogram, ["verb": verb]), before.buckets(histogram, ["verb": verb]))
      return VerbWork(
        verb: verb, perSecond: gain(histogram + "_count", ["verb": verb]) / span,
        quantiles: Self.quantiles.map { Self.quantile($0, buckets) },
        total: now.sum(histogram + "_count", ["verb": verb]))
    }.sorted { ($0.perSecond, $0.total, $1.verb) > ($1.perSecond, $1.total, $0.verb) }
  }

  private static func difference(
    _ now: [(bound: Double, count: Double)], _ before: [(bound: Double, count: Double)]
  ) -> [(bound: Double, count: Double)] {
    let old = Dictionary(before.map { ($0.bound, $0.count) }, uniquingKeysWith: { first, _ in first })
    return now.map { ($0.bound, max(0, $0.count - (old[$0.bound] ?? 0))) }
  }

  /// The upper bound of the bucket that holds a quantile of cumulative buckets; nil where there is nothing in them.
  package static func quantile(_ quantile: Double, _ buckets: [(bound: Double, count: Double)]) -> Double? {
    guard let all = buckets.last?.count, all > 0 else { return nil }
    let wanted = (quantile * all).rounded(.up)
    return buckets.first { $0.count >= wanted }?.bound
  }
}
