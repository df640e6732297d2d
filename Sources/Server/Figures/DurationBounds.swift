// The bounds of all histograms of durations, in one place: powers of two, so that a bucket is found without a search
// and the quotient of any two neighbours, which is how exact a quantile can be, is the same everywhere.
//
// Not HdrHistogram: 2 significant digits from 1 us to 8 s would take some 1,800 counters a verb where this takes 25,
// and the text formats of METRICS give buckets, so that all but these few would be summed up again.

/// Buckets of durations: at most 1 us, 2 us, 4 us, ... 8.4 s, and anything longer.
enum DurationBounds {
  static let bounded = 24
  static let count = bounded + 1

  /// The upper bound of a bucket, in seconds.
  static func seconds(_ bucket: Int) -> Double { Double(1 << bucket) / 1_000_000 }

  @inline(__always)
  static func bucket(nanoseconds: Int) -> Int {
    // Whole microseconds, rounded up, so that a bound belongs to its own bucket.
    let above = UInt(clamping: (nanoseconds + 999) / 1_000 - 1)
    return min(UInt.bitWidth - above.leadingZeroBitCount, bounded)
  }
}
