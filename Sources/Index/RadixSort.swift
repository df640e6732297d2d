// Sorting by a 64-bit key, from the least digit to the greatest. Stable, and linear whatever the keys are.

/// Radix sort with digits of 11 bits.
enum RadixSort {
  private static let digitBits = 11
  private static let digits = 1 << digitBits

  /// Sorts `items` by `key`. O(n) time, and n items of further memory.
  @inline(__always)
  static func sort<Item>(_ items: inout [Item], by key: (Item) -> UInt64) {
    guard items.count > 256 else {
      items.sort { key($0) < key($1) }
      return
    }
    var scratch = items
    // One pass over the items counts all digits.
    let passes = (64 + digitBits - 1) / digitBits
    var counts = [Int](repeating: 0, count: passes * digits)
    for item in items {
      var rest = key(item)
      for pass in 0..<passes {
        counts[pass * digits + Int(rest & UInt64(digits - 1))] += 1
        rest >>= UInt64(digitBits)
      }
    }
    for pass in 0..<passes {
      let range = (pass * digits)..<((pass + 1) * digits)
      // A digit that all keys share orders nothing.
      if counts[range].contains(items.count) { continue }
      var sum = 0
      for digit in range { (counts[digit], sum) = (sum, sum + counts[digit]) }
      scatter(
        items, into: &scratch, shift: UInt64(pass * digitBits), starts: &counts, from: range.lowerBound,
        by: key)
      swap(&items, &scratch)
    }
  }

  @inline(__always)
  private static func scatter<Item>(
    _ items: [Item], into scratch: inout [Item], shift: UInt64, starts: inout [Int], from base: Int,
    by key: (Item) -> UInt64
  ) {
    var places = starts.mutableSpan
    var target = scratch.mutableSpan
    for item in items {
      let digit = base + Int(truncatingIfNeeded: key(item) >> shift) & (digits - 1)
      target[places[digit]] = item
      places[digit] += 1
    }
  }
}
