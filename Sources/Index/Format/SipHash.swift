// SipHash-2-4 with a 128-bit result (Aumasson and Bernstein, 2012; the 128-bit variant of the reference code):
// a keyed hash that stays unpredictable to those who do not know the key.

/// The keyed digest of text keys.
enum SipHash {
  private struct State {
    var v0: UInt64
    var v1: UInt64
    var v2: UInt64
    var v3: UInt64

    @inline(__always) mutating func round() {
      v0 = v0 &+ v1
      v1 = Self.rotate(v1, 13) ^ v0
      v0 = Self.rotate(v0, 32)
      v2 = v2 &+ v3
      v3 = Self.rotate(v3, 16) ^ v2
      v0 = v0 &+ v3
      v3 = Self.rotate(v3, 21) ^ v0
      v2 = v2 &+ v1
      v1 = Self.rotate(v1, 17) ^ v2
      v2 = Self.rotate(v2, 32)
    }

    @inline(__always) mutating func absorb(_ word: UInt64) {
      v3 ^= word
      round()
      round()
      v0 ^= word
    }

    @inline(__always) mutating func squeeze() -> UInt64 {
      round()
      round()
      round()
      round()
      return v0 ^ v1 ^ v2 ^ v3
    }

    @inline(__always) private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 {
      word << bits | word >> (64 - bits)
    }
  }

  /// The digest of `bytes`. O(n), no allocation.
  static func digest(_ bytes: Span<UInt8>, key: IndexSecret) -> (high: UInt64, low: UInt64) {
    var state = State(
      v0: 0x736F_6D65_7073_6575 ^ key.first, v1: 0x646F_7261_6E64_6F6D ^ key.second ^ 0xEE,
      v2: 0x6C79_6765_6E65_7261 ^ key.first, v3: 0x7465_6462_7974_6573 ^ key.second)
    let raw = unsafe bytes.bytes  // safe: bytes have no padding to see
    var offset = 0
    while offset + 8 <= raw.byteCount {
      // In bounds by the loop's condition; any bytes make a word.
      state.absorb(unsafe raw.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self).littleEndian)
      offset += 8
    }
    var last = UInt64(truncatingIfNeeded: raw.byteCount) << 56
    var shift: UInt64 = 0
    while offset < raw.byteCount {
      last |= UInt64(bytes[offset]) << shift
      shift += 8
      offset += 1
    }
    state.absorb(last)
    state.v2 ^= 0xEE
    let high = state.squeeze()
    state.v1 ^= 0xDD
    return (high, state.squeeze())
  }
}
