// Sorting by a 64-bit key, from the least digit to the greatest. Stable, and linear whatever the keys are.

/// Radix sort with digits of 11 bits.
enum RadixSort {
  private static let digitBits: UInt64 = 11

  /// Sorts `items` by `key`. O(n) time, and n items of further memory.
  static func sort<Item>(_ items: inout [Item], by key: (Item) -> UInt64) {
    guard items.count > 256 else {
      items.sort { key($0) < key($1) }
      return
    }
    let digits = 1 << Int(digitBits)
    var scratch = items
    var shift: UInt64 = 0
    while shift < 64 {
      var starts = [Int](repeating: 0, count: digits)
      for item in items { starts[Int(truncatingIfNeeded: key(item) >> shift) & (digits - 1)] += 1 }
      var sum = 0
      for digit in 0..<digits { (starts[digit], sum) = (sum, sum + starts[digit]) }
      for item in items {
        let digit = Int(truncatingIfNeeded: key(item) >> shift) & (digits - 1)
        scratch[starts[digit]] = item
        starts[digit] += 1
      }
      swap(&items, &scratch)
      shift += digitBits
    }
  }
}
