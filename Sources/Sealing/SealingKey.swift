// Keys of X25519, written as age writes them.

/// The key that opens what is sealed to its recipient.
package struct SealingKey: Sendable {
  package static let byteCount = Libcrypto.keyBytes
  let bytes: [UInt8]

  /// Nil where there are not 32 bytes.
  package init?(_ bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  package static func random() -> SealingKey { SealingKey(bytes: SecretBytes.random(byteCount)) }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  package var recipient: SealingRecipient { SealingRecipient(bytes: Libcrypto.publicKey(of: bytes)) }
}

/// To whom a file is sealed: a public key.
package struct SealingRecipient: Equatable, Sendable {
  let bytes: [UInt8]

  fileprivate init(bytes: [UInt8]) { self.bytes = bytes }

  /// Undoes `text`; nil where it is mistyped.
  package init?(_ text: String) {
    guard let bytes = Bech32.decoded(text, prefix: Self.prefix), bytes.count == SealingKey.byteCount else {
      return nil
    }
    self.bytes = bytes
  }

  /// `age1` and 58 letters and digits, in which a mistake is noticed.
  package var text: String { Bech32.encoded(bytes, prefix: Self.prefix) }

  private static let prefix = "age"
}

enum SecretBytes {
  /// Bytes of the system's random source.
  static func random(_ count: Int) -> [UInt8] {
    var source = SystemRandomNumberGenerator()
    return (0..<count).map { _ in source.next() }
  }
}

/// Bytes as letters and digits with a check of six (BIP 173).
enum Bech32 {
  private static let letters = Array("qpzry9x8gf2tvdw0s3jn54khce6mua7l".utf8)

  static func encoded(_ bytes: [UInt8], prefix: String) -> String {
    let values = BitGroups.filled(bytes, from: 8, to: 5)
    let whole = checked(prefix) + values + [UInt8](repeating: 0, count: 6)
    let check = remainder(of: whole) ^ 1
    let digits = values + (0..<6).map { UInt8(check >> (5 * (5 - $0)) & 31) }
    return prefix + "1" + String(decoding: digits.map { letters[Int($0)] }, as: UTF8.self)
  }

  static func decoded(_ text: String, prefix: String) -> [UInt8]? {
    guard text.hasPrefix(prefix + "1") else { return nil }
    var values: [UInt8] = []
    for letter in text.utf8.dropFirst(prefix.utf8.count + 1) {
      guard let value = letters.firstIndex(of: letter) else { return nil }
      values.append(UInt8(value))
    }
    guard values.count >= 6, remainder(of: checked(prefix) + values) == 1 else { return nil }
    return BitGroups.emptied(Array(values.dropLast(6)), from: 5, to: 8)
  }

  private static func checked(_ prefix: String) -> [UInt8] {
    prefix.utf8.map { $0 >> 5 } + [0] + prefix.utf8.map { $0 & 31 }
  }

  private static func remainder(of values: [UInt8]) -> UInt32 {
    let factors: [UInt32] = [0x3B6A_57B2, 0x2650_8E6D, 0x1EA1_19FA, 0x3D42_33DD, 0x2A14_62B3]
    var sum: UInt32 = 1
    for value in values {
      let top = sum >> 25
      sum = (sum & 0x1FF_FFFF) << 5 ^ UInt32(value)
      for (place, factor) in factors.enumerated() where top >> UInt32(place) & 1 == 1 { sum ^= factor }
    }
    return sum
  }
}

/// Bits in groups of another size.
enum BitGroups {
  /// Smaller groups, the last one filled up with zeros.
  static func filled(_ values: [UInt8], from old: Int, to new: Int) -> [UInt8] {
    var (output, held, bits) = regrouped(values, from: old, to: new)
    if bits > 0 { output.append(UInt8(held << (new - bits) & (1 << new - 1))) }
    return output
  }

  /// Undoes `filled`; nil where the last group was filled up with something else.
  static func emptied(_ values: [UInt8], from old: Int, to new: Int) -> [UInt8]? {
    let (output, held, bits) = regrouped(values, from: old, to: new)
    return bits < old && held & (1 << bits - 1) == 0 ? output : nil
  }

  private static func regrouped(_ values: [UInt8], from old: Int, to new: Int)
    -> (output: [UInt8], held: Int, bits: Int)
  {
    var (held, bits) = (0, 0)
    var output: [UInt8] = []
    for value in values {
      held = (held << old | Int(value)) & 0xFFFF
      bits += old
      while bits >= new {
        bits -= new
        output.append(UInt8(held >> bits & (1 << new - 1)))
      }
    }
    return (output, held, bits)
  }
}
