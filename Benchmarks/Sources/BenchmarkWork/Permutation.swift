// Puts the numbers below a count in an order that looks random, without a table: a list of 24 million members
// is written in random order from no memory at all.

/// A bijection of `0..<count` on itself.
///
/// A Feistel network of four rounds over the next even power of two, walked on until it lands below `count`
/// (Black and Rogaway, "Ciphers with arbitrary finite domains", 2002): at most four steps on average.
package struct Permutation {
  private let count: UInt64
  private let halfBits: UInt64
  private let halfMask: UInt64

  /// The permutation of `0..<count`. `count` is at least 1 and at most 2^62.
  package init(count: UInt64) {
    precondition(count >= 1 && count <= 1 << 62)
    self.count = count
    let bits = UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount)
    halfBits = max(1, (bits + 1) / 2)
    halfMask = (1 << halfBits) - 1
  }

  /// Where `position` goes. `position` is below the count.
  package func callAsFunction(_ position: UInt64) -> UInt64 {
    var value = position
    repeat {
      var left = value >> halfBits
      var right = value & halfMask
      for round in UInt64(1)...4 {
        (left, right) = (right, left ^ (mixed(right &+ round << 56) & halfMask))
      }
      value = left << halfBits | right
    } while value >= count
    return value
  }
}
