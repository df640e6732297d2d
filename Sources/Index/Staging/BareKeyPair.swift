// The bare keys of two lanes as one sorted stream: nearly all rows of most loads come out of it, so they take no way through
// the heap of a merge, where which of two lanes is next is a matter of chance that no processor foresees.

/// The sorted keys of two lanes; one that both have comes twice.
struct BareKeyPair {
  private let keys: ([UInt64], [UInt64])
  private var places: (Int, Int)

  /// All from the first key on that is `lowest` or greater. O(log keys).
  init(_ one: [UInt64], _ other: [UInt64], from lowest: UInt64) {
    keys = (one, other)
    places = (one.firstPlace { $0 >= lowest }, other.firstPlace { $0 >= lowest })
  }

  /// Puts the next keys into `bytes`, eight bytes each and at most `keysMax` of them; none at the end.
  mutating func next(_ keysMax: Int, into bytes: inout [UInt8]) {
    let keys = keys
    let (one, other) = (keys.0.span, keys.1.span)
    var (first, second) = places
    let count = min(keysMax, one.count - first + other.count - second)
    if bytes.count != 8 * count { bytes = [UInt8](repeating: 0, count: 8 * count) }
    var place = 0
    while place < count, first < one.count, second < other.count {
      let (left, right) = (one[first], other[second])
      // No branch: it would be foreseen wrongly every other time.
      let isLeft = left <= right ? 1 : 0
      LittleEndian.store(isLeft == 1 ? left : right, at: 8 * place, in: &bytes)
      first += isLeft
      second += 1 - isLeft
      place += 1
    }
    while place < count, first < one.count {
      LittleEndian.store(one[first], at: 8 * place, in: &bytes)
      first += 1
      place += 1
    }
    while place < count {
      LittleEndian.store(other[second], at: 8 * place, in: &bytes)
      second += 1
      place += 1
    }
    places = (first, second)
  }
}
