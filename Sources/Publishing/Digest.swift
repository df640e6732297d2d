// The SHA-256 of a key's text, as far as files have it, and that of whole files.

import ByteText
import Digests

/// The first 128 bits of the SHA-256 of `namespace:value`. Ordered as its bytes are.
package struct KeyDigest: Hashable, Comparable, Sendable {
  static let byteCount = 16
  package let high: UInt64
  package let low: UInt64

  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  package static func < (left: KeyDigest, right: KeyDigest) -> Bool {
    left.high == right.high ? left.low < right.low : left.high < right.high
  }

  /// The number of its file, of those that `bits` tell apart.
  package func prefix(_ bits: Int) -> Int { bits == 0 ? 0 : Int(high >> UInt64(64 - bits)) }
}

/// Makes digests, one after the other.
package struct Digester: ~Copyable {
  private var digest = RunningDigest(.sha256)
  /// The last digest.
  private(set) var last = [UInt8](repeating: 0, count: Self.byteCount)
  static let byteCount = RunningDigest.Algorithm.sha256.byteCount

  package init() {}

  package mutating func key(_ text: Span<UInt8>) -> KeyDigest {
    digest.digest(of: text, into: &last)
    let words = last.span
    return KeyDigest(high: BigEndian.word(words, at: 0), low: BigEndian.word(words, at: 8))
  }

  package mutating func hexadecimal(_ file: [UInt8]) -> String {
    digest.digest(of: file.span, into: &last)
    return last.hexadecimal
  }
}

package enum BigEndian {
  /// Eight bytes.
  @inline(__always)
  package static func word(_ bytes: Span<UInt8>, at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= bytes.count - 8)
    // Safe: bytes have no padding to see, and eight are there.
    return unsafe UInt64(
      bigEndian: bytes.bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt64.self))
  }

  package static func number(_ bytes: Span<UInt8>, at offset: Int, byteCount: Int) -> Int {
    var value = 0
    for index in offset..<(offset + byteCount) { value = value << 8 | Int(bytes[index]) }
    return value
  }

  @inline(__always)
  package static func append(_ value: UInt64, byteCount: Int, to output: inout [UInt8]) {
    for place in (0..<byteCount).reversed() {
      output.append(UInt8(truncatingIfNeeded: value >> UInt64(8 * place)))
    }
  }
}

extension [UInt8] {
  /// Two digits a byte.
  var hexadecimal: String {
    var text: [UInt8] = []
    Hexadecimal.append(span, to: &text)
    return String(decoding: text, as: UTF8.self)
  }
}
