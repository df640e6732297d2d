// The secret key of an index to which others seal what they give it. Made with the index, and independent of its other
// secrets, since those go with what the index gives to others.
//
//   meta    "exchange-key" -> 32 random bytes, and 16 by which a damaged one is noticed

/// 32 secret bytes, of which another layer makes a pair of keys.
package struct ExchangeKey: Sendable {
  package let bytes: [UInt8]

  static func random() -> ExchangeKey {
    var source = SystemRandomNumberGenerator()
    return ExchangeKey(bytes: (0..<byteCount).map { _ in source.next() })
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// Undoes `stored`; nil where it is damaged.
  init?(stored: [UInt8]) {
    guard stored.count > Self.byteCount else { return nil }
    self.init(bytes: Array(stored.prefix(Self.byteCount)))
    guard self.stored == stored else { return nil }
  }

  var stored: [UInt8] { bytes + SuppressionDigest(of: bytes, secret: IndexSecret(0, 0)).stored }

  private static let byteCount = 32
}
