// Parts of a namespace's keys: a large merge is cut into them, so that several threads merge at a time and what is
// finished stays small. Keys spread evenly, so parts that differ in the leading bits are of about the same size; where
// keys do not spread, a part is larger, and all is merged just the same.

/// The keys that begin with the same bits: one of as many parts as such bits have values.
struct KeyPart: Equatable, Sendable {
  let number: Int
  let bits: Int

  /// All keys.
  static let whole = KeyPart(number: 0, bits: 0)

  /// How many parts leading bits make.
  static func count(bits: Int) -> Int { 1 << bits }

  /// The fewest leading bits whose parts have no more than the bounds, as far as keys spread.
  ///
  /// - Parameters:
  ///   - keys: how many there are in all.
  ///   - byteCount: what is read of all of them.
  static func bits(keys: Int, byteCount: Int, limits: IndexLimits) -> Int {
    var bits = 0
    while bits < IndexLimits.mergedPartBitsMax,
      keys > limits.mergedPartKeys << bits || byteCount > limits.mergedPartBytes << bits
    {
      bits += 1
    }
    return bits
  }

  /// The least high half of a key.
  var lowest: UInt64 { bits == 0 ? 0 : UInt64(number) << UInt64(64 - bits) }
  /// The greatest one.
  var highest: UInt64 { lowest | .max >> UInt64(bits) }

  private var isLast: Bool { number == Self.count(bits: bits) - 1 }

  /// The part as a range.
  var range: KeyRange {
    KeyRange(
      low: number == 0 ? nil : StoredKey(high: lowest - 1, low: .max),
      high: isLast ? nil : StoredKey(high: highest, low: .max))
  }

  /// The blocks that have keys of the part, or to which its keys belong; one where no block stands.
  func blocks(of directory: FenceDirectory?) -> Range<Int> {
    guard let directory, directory.count > 0 else { return 0..<1 }
    let range = range
    return
      (range.low.map(directory.blockIndex) ?? 0)..<(range.high.map(directory.blockIndex) ?? directory.count
      - 1) + 1
  }
}

extension KeyRange {
  /// The keys that both ranges have, which must be some, or could be.
  func intersection(_ other: KeyRange) -> KeyRange {
    let lows = [low, other.low].compactMap(\.self)
    let highs = [high, other.high].compactMap(\.self)
    return KeyRange(low: lows.max(), high: highs.min())
  }
}
