// Sorting by a 64-bit key. Keys spread evenly (they are mixed integers and digests), so their leading bits nearly
// order them: one pass over the memory parts them into buckets that fit a cache, three passes in the cache order each
// bucket by the next 33 bits, and what still ties is compared. Keys that do not spread cost more, but are sorted all
// the same: by comparison, where their leading bits are equal.

/// Radix sort with digits of 11 bits.
enum RadixSort {
  private static let digitBits = 11
  private static let digits = 1 << digitBits
  private static let passes = 3
  /// Items of a bucket that, with the room to sort them, fit a second-level cache.
  private static let bucketItems = 1 << 14
  /// Fewer items than this are compared.
  private static let comparedItems = 256

  /// Sorts `items` by `key`; equal keys keep their order. O(n) time for keys that spread, O(n log n) for any, and n
  /// items of further memory.
  @inline(__always)
  static func sort<Item>(_ items: inout [Item], by key: (Item) -> UInt64) {
    guard items.count > comparedItems else {
      items.sort { key($0) < key($1) }
      return
    }
    var scratch = items
    let (bits, ends) = part(items.span, into: &scratch, by: key)
    var start = 0
    for end in ends {
      if end - start > comparedItems {
        order(start..<end, below: bits, of: &scratch, into: &items, by: key)
      } else if end > start {
        scratch[start..<end].sort { key($0) < key($1) }
        for index in start..<end { items[index] = scratch[index] }
      }
      start = end
    }
    settleTies(&items, leadingBits: bits + passes * digitBits, by: key)
  }

  /// Copies `items` to `scratch`, separated by as many leading bits as leave buckets that fit a cache.
  ///
  /// - Returns: how many bits, and where each bucket ends.
  @inline(__always)
  private static func part<Item>(
    _ items: Span<Item>, into scratch: inout [Item], by key: (Item) -> UInt64
  ) -> (bits: Int, ends: [Int]) {
    var bits = 0
    while bits < digitBits, items.count >> bits > bucketItems { bits += 1 }
    // Already copied.
    guard bits > 0 else { return (0, [items.count]) }
    var places = [Int](repeating: 0, count: 1 << bits)
    var target = scratch.mutableSpan
    scatter(items, 0..<items.count, into: &target, shift: 64 - bits, places: &places, by: key)
    // Each place has moved to where its bucket ends.
    return (bits, places)
  }

  /// Orders a bucket by the digits below its leading `bits`, from `scratch` into `items`.
  @inline(__always)
  private static func order<Item>(
    _ bucket: Range<Int>, below bits: Int, of scratch: inout [Item], into items: inout [Item],
    by key: (Item) -> UInt64
  ) {
    var places = [Int](repeating: 0, count: digits)
    for pass in 0..<passes {
      let shift = 64 - bits - (passes - pass) * digitBits
      // There and back: the passes are of an odd number.
      if pass % 2 == 0 {
        var target = items.mutableSpan
        scatter(scratch.span, bucket, into: &target, shift: shift, places: &places, by: key)
      } else {
        var target = scratch.mutableSpan
        scatter(items.span, bucket, into: &target, shift: shift, places: &places, by: key)
      }
    }
  }

  /// Copies a range of `items` to the same range of `target`, ordered by the digit at `shift`; keeps the order of
  /// items with the same digit. `places` has a power of two of elements; afterwards each digit's range ends there.
  @inline(__always)
  private static func scatter<Item>(
    _ items: Span<Item>, _ range: Range<Int>, into target: inout MutableSpan<Item>, shift: Int,
    places: inout [Int], by key: (Item) -> UInt64
  ) {
    let mask = places.count - 1
    var places = places.mutableSpan
    for digit in places.indices { places[digit] = 0 }
    for index in range { places[Int(truncatingIfNeeded: key(items[index]) >> UInt64(shift)) & mask] += 1 }
    var sum = range.lowerBound
    for digit in places.indices { (places[digit], sum) = (sum, sum + places[digit]) }
    for index in range {
      let digit = Int(truncatingIfNeeded: key(items[index]) >> UInt64(shift)) & mask
      target[places[digit]] = items[index]
      places[digit] += 1
    }
  }

  /// Puts items that are ordered by their leading bits in full order. O(n) where hardly any tie.
  @inline(__always)
  private static func settleTies<Item>(
    _ items: inout [Item], leadingBits: Int, by key: (Item) -> UInt64
  ) {
    let shift = UInt64(64 - leadingBits)
    var index = 1
    while index < items.count {
      if key(items[index - 1]) > key(items[index]) {
        let tied = key(items[index]) >> shift
        var start = index - 1
        while start > 0, key(items[start - 1]) >> shift == tied { start -= 1 }
        while index < items.count, key(items[index]) >> shift == tied { index += 1 }
        items[start..<index].sort { key($0) < key($1) }
      } else {
        index += 1
      }
    }
  }
}
