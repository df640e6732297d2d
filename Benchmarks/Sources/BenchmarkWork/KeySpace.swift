// Which photo ids the benchmark's dataset holds. Membership is arithmetic, so the load generator knows every
// answer before it asks, and needs no copy of the list to check them.

/// `count` photo ids, evenly spaced, and as many ids between them that are no members.
///
/// The ids run to 53 thousand million, which is how far Flickr's own had come by 2023, so they have as many digits as real
/// ones. Up to 24 million members are as far apart as 24 million are; more of them lie closer. Absent ids lie between
/// members, so that a miss searches as deep as a hit.
package struct KeySpace {
  private static let stepMax: UInt64 = 2_203
  private static let first: UInt64 = 1_000_000_003
  private static let span: UInt64 = 24_000_000 * stepMax

  /// The distance of two members, at least 12.
  private let step: UInt64
  /// How many members there are.
  package let count: UInt64
  private let order: Permutation

  /// The space of `count` members, at least 1, at most 2^32.
  package init(count: UInt64) {
    precondition(count >= 1 && count <= 1 << 32)
    self.count = count
    step = min(Self.stepMax, Self.span / count)
    order = Permutation(count: count)
  }

  /// The member with this index in `0..<count`, in an order that looks random.
  package func member(_ index: UInt64) -> UInt64 { Self.first + order(index) * step }

  /// An id that is no member, one for each index in `0..<count`.
  package func absent(_ index: UInt64) -> UInt64 { member(index) + step / 2 + 1 }

  /// An id that is neither a member nor ever asked for, one for each index: for lists that are loaded beside.
  package func other(_ index: UInt64) -> UInt64 { member(index) + step / 4 }

  /// Whether `identifier` is a member.
  package func contains(_ identifier: UInt64) -> Bool {
    guard identifier >= Self.first else { return false }
    let (index, rest) = (identifier - Self.first).quotientAndRemainder(dividingBy: step)
    return rest == 0 && index < count
  }
}
