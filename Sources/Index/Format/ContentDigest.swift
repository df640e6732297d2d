// A digest of records that does not depend on their order: each record is hashed, and the hashes are added. What the
// records are is left to others. It tells whether two indexes hold the same; it is against mistakes, not against
// somebody who chooses records so that their sum is what he wants.

/// The sum, modulo 2^128, of the SipHash-2-4-128 of each record under a key that is the same everywhere.
package struct ContentDigest: Equatable, Sendable {
  /// The bytes of "whichset" and "content1".
  private static let key = IndexSecret(0x7768_6963_6873_6574, 0x636F_6E74_656E_7431)
  private var sum: UInt128 = 0

  /// The digest of no records.
  package init() {}

  /// The digest of one record. O(record), no allocation.
  package init(of record: Span<UInt8>) {
    let digest = SipHash.digest(record, key: Self.key)
    sum = UInt128(digest.high) << 64 | UInt128(digest.low)
  }

  /// Adds all records of another digest.
  package mutating func add(_ other: ContentDigest) { sum &+= other.sum }

  /// The sum in 32 lower-case hex digits.
  package var hexadecimal: String {
    let digits = String(sum, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
