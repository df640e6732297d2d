// Keeps millions of durations in a few kilobytes, near enough for percentiles.

/// Counts of durations in nanoseconds, in buckets of at most 1/64 of their value.
package struct LatencyHistogram: Sendable {
  private static let fractionBits = 6
  private var counts = [Int](repeating: 0, count: 64 << fractionBits)
  package private(set) var total = 0
  /// The longest, in nanoseconds.
  package private(set) var longest: UInt64 = 0

  package init() {}

  /// Adds one duration.
  package mutating func add(nanoseconds: UInt64) {
    counts[Self.bucket(nanoseconds)] += 1
    total += 1
    longest = max(longest, nanoseconds)
  }

  /// The duration in microseconds that the share `share` of all does not exceed; 0 if there are none.
  package func microseconds(at share: Double) -> Double {
    var rest = Int((Double(total) * share).rounded(.up))
    for (bucket, count) in counts.enumerated() where count > 0 {
      rest -= count
      if rest <= 0 { return Double(min(longest, Self.upperBound(bucket))) / 1_000 }
    }
    return 0
  }

  /// How many were longer than the bound before, and no longer than each of `bounds`, which are in microseconds and rise.
  ///
  /// Those in the bucket of a bound count as no longer than it.
  package func counts(upTo bounds: [Double]) -> [Int] {
    var inside = [Int](repeating: 0, count: bounds.count)
    var place = 0
    for (bucket, count) in counts.enumerated() where count > 0 {
      while place < bounds.count, Self.lowerBound(bucket) > bounds[place] * 1_000 { place += 1 }
      guard place < bounds.count else { break }
      inside[place] += count
    }
    return inside
  }

  private static func lowerBound(_ bucket: Int) -> Double {
    bucket == 0 ? 0 : Double(upperBound(bucket - 1)) + 1
  }

  /// Values below 128 have a bucket each; above, 64 buckets to each power of two.
  private static func bucket(_ value: UInt64) -> Int {
    let shift = max(0, UInt64.bitWidth - 1 - fractionBits - value.leadingZeroBitCount)
    return shift << fractionBits + Int(value >> UInt64(shift))
  }

  private static func upperBound(_ bucket: Int) -> UInt64 {
    let shift = max(0, bucket >> fractionBits - 1)
    return (UInt64(bucket - shift << fractionBits) + 1) << UInt64(shift) &- 1
  }
}
