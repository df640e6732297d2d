import Testing

@testable import LoadGenerator

@Suite("A histogram of durations")
struct LatencyHistogramTests {
  @Test("is empty at first")
  func empty() {
    let histogram = LatencyHistogram()
    #expect(histogram.microseconds(at: 0.5) == 0)
    #expect(histogram.counts(upTo: [1, 2]) == [0, 0])
  }

  @Test("gives percentiles within a sixty-fourth of the true ones, and never more than the longest")
  func percentiles() {
    var histogram = LatencyHistogram()
    for nanoseconds in stride(from: UInt64(1_000), through: 1_000_000, by: 1_000) {
      histogram.add(nanoseconds: nanoseconds)
    }
    #expect(histogram.total == 1_000)
    #expect(histogram.longest == 1_000_000)
    for (share, microseconds) in [(0.001, 1.0), (0.5, 500), (0.9, 900), (0.99, 990), (0.999, 999)] {
      let found = histogram.microseconds(at: share)
      #expect(found >= microseconds && found <= microseconds * (1 + 1.0 / 64), "\(share)")
    }
    #expect(histogram.microseconds(at: 1) == 1_000)
  }

  @Test("takes any duration there can be")
  func extremes() {
    var histogram = LatencyHistogram()
    histogram.add(nanoseconds: 0)
    histogram.add(nanoseconds: .max)
    #expect(histogram.microseconds(at: 0.5) == 0)
    #expect(histogram.microseconds(at: 1) == Double(UInt64.max) / 1_000)
  }

  @Test("counts between bounds, each of which belongs to what is below it")
  func bounds() {
    var histogram = LatencyHistogram()
    for nanoseconds: UInt64 in [0, 1_000, 1_100, 2_000, 4_000, 5_000] {
      histogram.add(nanoseconds: nanoseconds)
    }
    #expect(histogram.counts(upTo: [1, 2, 4]) == [2, 2, 1])
    #expect(histogram.counts(upTo: [1, 2, 4, 8]).reduce(0, +) == histogram.total)
  }
}
