// Which ids are asked for, and whether the answer must be a hit.

internal import Glibc

/// How often each member is asked for.
package enum KeyPattern: String, CaseIterable {
  /// All alike: the worst case for every cache.
  case uniform
  /// A few very often: the member of rank r in proportion to 1/r (Zipf's law with exponent 1).
  case skewed
}

/// An endless row of questions with their answers.
package struct KeyChoice {
  private let space: KeySpace
  private let hitShare: Double
  private let pattern: KeyPattern
  private var random: RandomSource

  /// Questions to `space`, of which the share `hitShare` (0 to 1) are members.
  package init(space: KeySpace, hitShare: Double, pattern: KeyPattern, seed: UInt64) {
    precondition(0...1 ~= hitShare)
    self.space = space
    self.hitShare = hitShare
    self.pattern = pattern
    random = RandomSource(seed: seed)
  }

  /// The next id, and whether it is a member.
  package mutating func next() -> (identifier: UInt64, isMember: Bool) {
    let index: UInt64
    switch pattern {
    case .uniform: index = random.next(below: space.count)
    case .skewed:
      // The logarithm of a rank is uniform where its frequency falls as 1/rank.
      let rank = exp2(random.nextFraction() * log2(Double(space.count) + 1))
      index = min(space.count - 1, UInt64(rank) - 1)
    }
    let isMember = random.nextFraction() < hitShare
    return (isMember ? space.member(index) : space.absent(index), isMember)
  }
}

extension Arguments {
  /// Takes the option `--pattern`.
  package mutating func pattern() throws(UsageError) -> KeyPattern {
    let name: String = try option("pattern", default: KeyPattern.uniform.rawValue)
    guard let pattern = KeyPattern(rawValue: name) else {
      throw UsageError("--pattern \(name): uniform or skewed")
    }
    return pattern
  }
}
