// Numbers that look random and are the same in every run, so that two peers are asked the same questions.
// What is asked with them is KeyChoice's to say.

/// Spreads the bits of a number over the whole word, invertibly.
///
/// The finalizer of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
package func mixed(_ value: UInt64) -> UInt64 {
  var bits = value
  bits = (bits ^ (bits >> 30)) &* 0xbf58_476d_1ce4_e5b9
  bits = (bits ^ (bits >> 27)) &* 0x94d0_49bb_1331_11eb
  return bits ^ (bits >> 31)
}

/// SplitMix64: a stream of 64-bit numbers from a seed.
package struct RandomSource {
  private var state: UInt64

  /// The stream of `seed`; equal seeds give equal streams.
  package init(seed: UInt64) { state = mixed(seed &+ 0x5851_f42d_4c95_7f2d) }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return mixed(state)
  }

  /// A number in `0..<bound`, uniform but for a bias below `bound` / 2^64.
  package mutating func next(below bound: UInt64) -> UInt64 { next().multipliedFullWidth(by: bound).high }

  /// A number in `0 ..< 1`, in steps of 2^-53.
  package mutating func nextFraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}
