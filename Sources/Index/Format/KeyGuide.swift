// Where in a block a key is: keys spread evenly, so a key's distance from the first one gives its place up to the
// square root of their number, some ten keys. The guide has the mean error of each stretch of the block, which leaves
// one or two keys, so that a search reads one cache line, usually.

/// The guide of a block, as its header has it: shift (1), then 31 corrections (1 each, signed).
struct KeyGuide {
  static let byteCount = 32
  /// Stretches have numbers below this.
  static let stretchesMax = 31

  let bytes: [UInt8]

  /// Measures sorted keys. O(n).
  ///
  /// - Parameters:
  ///   - low: the first key's high half.
  ///   - span: from there to the last key's.
  ///   - scale: what multiplies a key's distance from `low` into its likely place.
  init(_ entries: ArraySlice<BlockEntry>, low: UInt64, span: UInt64, scale: UInt64) {
    var shift: UInt64 = 0
    while span >> shift >= UInt64(Self.stretchesMax) { shift += 1 }
    var errors = [Int](repeating: 0, count: Self.stretchesMax)
    var counts = [Int](repeating: 0, count: Self.stretchesMax)
    for (place, entry) in entries.enumerated() {
      let distance = entry.key.high - low
      let stretch = Int(distance >> shift)
      errors[stretch] += place - Int(distance.multipliedFullWidth(by: scale).high)
      counts[stretch] += 1
    }
    var bytes = [UInt8(shift)]
    for (error, count) in zip(errors, counts) {
      let mean = count == 0 ? 0 : Int((Double(error) / Double(count)).rounded())
      bytes.append(UInt8(bitPattern: Int8(clamping: mean)))
    }
    self.bytes = bytes
  }
}
