// Which section of a generation a key is in, and how it is stored there. Integers are exact: a section has those of one
// namespace that need about as many bits, and the same number of bits for each. Texts are in one section, as the first 128
// bits of a SHA-256.

package import Publishing

package struct Section: Hashable, Comparable, Sendable {
  /// The number of the namespace; 0 for texts of all namespaces.
  package let namespace: UInt8
  /// Bits of a stored key.
  package let width: Int

  /// A key as a section stores it: the bits come first, zeros follow.
  package typealias StoredKey = KeyDigest

  package static let texts = Section(namespace: 0, width: 128)

  /// Photos of Flickr have ids of 36 bits since 2015, and of 32 before.
  private static let widths = [32, 36, 40, 48, 64]

  /// The section of an integer, and the integer as it is stored there.
  package static func integer(_ value: UInt64, namespace: UInt8) -> (Section, StoredKey) {
    let needed = UInt64.bitWidth - value.leadingZeroBitCount
    let width = widths.first { $0 >= needed }!
    let mixed = mix(value, width: width)
    return (
      Section(namespace: namespace, width: width),
      StoredKey(high: mixed << UInt64(UInt64.bitWidth - width), low: 0)
    )
  }

  /// Permutes the integers of `width` bits, so that the first bits of neighbours differ: buckets are about as full.
  static func mix(_ value: UInt64, width: Int) -> UInt64 {
    let mask = UInt64.max >> UInt64(UInt64.bitWidth - width)
    // Odd factors and a shifted exclusive or can all be undone. The factors are those of MurmurHash3's finalizer.
    var mixed = value &* 0xFF51_AFD7_ED55_8CCD & mask
    mixed ^= mixed >> UInt64(width / 2)
    mixed = mixed &* 0xC4CE_B9FE_1A85_EC53 & mask
    mixed ^= mixed >> UInt64(width / 2)
    return mixed &* 0xFF51_AFD7_ED55_8CCD & mask
  }

  package static func < (left: Section, right: Section) -> Bool {
    (left.namespace, left.width) < (right.namespace, right.width)
  }

  var isKnown: Bool { self == .texts || namespace > 0 && Self.widths.contains(width) }
}
