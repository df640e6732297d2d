// Keeps millions of durations in a few kilobytes, near enough for percentiles.

/// Counts of durations in nanoseconds, in buckets of at most 1/64 of their value.
struct LatencyHistogram {
  private static let fractionBits = 6
  private var counts = [Int](repeating: 0, count: 64 << fractionBits)
  private var total = 0

  /// Adds one duration.
  mutating func add(nanoseconds: UInt64) {
    counts[Self.bucket(nanoseconds)] += 1
    total += 1
  }

  /// The duration in microseconds that the share `share` of all does not exceed; 0 if there are none.
  func microseconds(at share: Double) -> Double {
    var rest = Int((Double(total) * share).rounded(.up))
    for (bucket, count) in counts.enumerated() where count > 0 {
      rest -= count
      if rest <= 0 { return Double(Self.upperBound(bucket)) / 1_000 }
    }
    return 0
  }

  /// Values below 128 have a bucket each; above, 64 buckets to each power of two.
  private static func bucket(_ value: UInt64) -> Int {
    let shift = max(0, UInt64.bitWidth - 1 - fractionBits - value.leadingZeroBitCount)
    return shift << fractionBits + Int(value >> UInt64(shift))
  }

  private static func upperBound(_ bucket: Int) -> UInt64 {
    let shift = max(0, bucket >> fractionBits - 1)
    return (UInt64(bucket - shift << fractionBits) + 1) << UInt64(shift) - 1
  }
}
