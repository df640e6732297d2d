// How a key is stored: a namespace's number and either an invertible mix of an integer or a keyed digest of a
// text. Both spread evenly over 64 bits, which is what lets blocks be found without a tree walk. The index
// sees no text forms; whoever calls it turns them into these.

/// One namespace of keys, as the index knows it.
package struct KeySpace: Hashable, Sendable {
  /// The number that stands for the namespace on disk; never reused for another one.
  package let id: UInt8
  /// The name that its sub-databases carry.
  package let name: String
  /// Whether values are integers, stored exactly in 8 bytes, or texts, stored as digests of 12 bytes.
  package let isInteger: Bool
  /// Whether its keys name accounts, which datasets count apart from images.
  package let namesAccounts: Bool
  /// Whether lists may leave its keys out, so that a miss says nothing where none has any.
  package let isOptional: Bool

  /// Describes a namespace.
  package init(
    id: UInt8, name: String, isInteger: Bool, namesAccounts: Bool = false, isOptional: Bool = false
  ) {
    self.id = id
    self.name = name
    self.isInteger = isInteger
    self.namesAccounts = namesAccounts
    self.isOptional = isOptional
  }

  /// Bytes of a stored key: 8 or 12.
  package var keyBytes: Int { isInteger ? 8 : 12 }
}

/// A key as blocks hold it. Keys are ordered by `high`, then by `low`.
package struct StoredKey: Hashable, Comparable, Sendable {
  /// The mixed integer, or the first 64 bits of the digest.
  package var high: UInt64
  /// The next 32 bits of the digest; 0 for integers.
  package var low: UInt64

  /// Makes a key from its halves.
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The stored form of an integer: exact, spread evenly, reversible by `integerValue`.
  package init(integer value: UInt64) {
    self.init(high: Self.mix(value), low: 0)
  }

  /// The stored form of a text: 96 bits of its digest under the index's secret, so that nobody who does not know
  /// the secret can make two texts collide, or crowd a block. That any two of 10^10 texts have the same 96 bits has a
  /// probability of 10^20 / 2^97, less than one in 10^9. O(text).
  package init(text: Span<UInt8>, secret: IndexSecret) {
    let digest = SipHash.digest(text, key: secret)
    self.init(high: digest.high, low: digest.low >> 32)
  }

  /// The integer behind a key of an integer namespace.
  package var integerValue: UInt64 { Self.unmix(high) }

  /// Key order.
  package static func < (left: StoredKey, right: StoredKey) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// Integers below 2^37, which all ids of photographs at Flickr are by far, take so many bits: their stored form has zeros
  /// below. A block of such keys leaves these zeros out.
  static let idBits: UInt64 = 37
  private static let idMask: UInt64 = 1 << idBits - 1
  private static let restMask: UInt64 = .max >> idBits

  // A bijection of 64-bit words that takes the words below 2^37 to those with 27 zeros at their end, and spreads both kinds
  // evenly. A word is first turned so that its leading 27 bits are its last ones: where they are zeros, the other 37 are
  // mixed among themselves, else the whole word is, until its last 27 bits are not zeros, which they nearly never are.
  static func mix(_ value: UInt64) -> UInt64 {
    let turned = value << (64 - idBits) | value >> idBits
    if turned & restMask == 0 { return mixID(value) << (64 - idBits) }
    var word = mixWord(turned)
    while word & restMask == 0 { word = mixWord(word) }
    return word
  }

  static func unmix(_ mixed: UInt64) -> UInt64 {
    if mixed & restMask == 0 { return unmixID(mixed >> (64 - idBits)) }
    var word = unmixWord(mixed)
    while word & restMask == 0 { word = unmixWord(word) }
    return word >> (64 - idBits) | word << idBits
  }

  // The finaliser of SplitMix64 (Steele, Lea, Flood 2014, with Stafford's constants, variant 13): a bijection
  // of 64-bit words. The second pair of constants are the inverses of the first modulo 2^64, and so modulo 2^37.
  private static let factors: (UInt64, UInt64) = (0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB)
  private static let inverses: (UInt64, UInt64) = (0x96DE_1B17_3F11_9089, 0x3196_42B2_D24D_8EC3)

  static func mixWord(_ value: UInt64) -> UInt64 {
    var word = value
    word = (word ^ (word >> 30)) &* factors.0
    word = (word ^ (word >> 27)) &* factors.1
    return word ^ (word >> 31)
  }

  static func unmixWord(_ mixed: UInt64) -> UInt64 {
    var word = mixed
    word = (word ^ (word >> 31) ^ (word >> 62)) &* inverses.1
    word = (word ^ (word >> 27) ^ (word >> 54)) &* inverses.0
    return word ^ (word >> 30) ^ (word >> 60)
  }

  // The same form for words of 37 bits. A shift by 19 is its own inverse there.
  private static func mixID(_ value: UInt64) -> UInt64 {
    var word = value
    word = ((word ^ (word >> 19)) &* factors.0) & idMask
    word = ((word ^ (word >> 18)) &* factors.1) & idMask
    return word ^ (word >> 19)
  }

  private static func unmixID(_ mixed: UInt64) -> UInt64 {
    var word = mixed
    word = ((word ^ (word >> 19)) &* inverses.1) & idMask
    word = ((word ^ (word >> 18) ^ (word >> 36)) &* inverses.0) & idMask
    return word ^ (word >> 19)
  }
}

/// The secret under which an index digests texts: 128 random bits, made with the index and kept in it.
package struct IndexSecret: Hashable, Sendable {
  let first: UInt64
  let second: UInt64

  /// Makes a secret from two words.
  package init(_ first: UInt64, _ second: UInt64) {
    self.first = first
    self.second = second
  }

  /// Undoes `stored`; nil where it does not have 16 bytes.
  init?(stored bytes: [UInt8]) {
    guard bytes.count == 16 else { return nil }
    self.init(
      LittleEndian.load(8, from: bytes.rawSpan, at: 0), LittleEndian.load(8, from: bytes.rawSpan, at: 8))
  }

  /// The stored form: 16 bytes.
  var stored: [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(first, bytes: 8, to: &bytes)
    LittleEndian.append(second, bytes: 8, to: &bytes)
    return bytes
  }

  /// What is stored beside the secret, so that a damaged one is noticed: the digest of a constant.
  var check: [UInt8] {
    BigEndian.key(StoredKey(text: Array("whichset secret".utf8).span, secret: self), hasSecondHalf: true)
  }

  /// A fresh secret from the system's random source.
  package static func random() -> IndexSecret {
    var source = SystemRandomNumberGenerator()
    return IndexSecret(source.next(), source.next())
  }
}
