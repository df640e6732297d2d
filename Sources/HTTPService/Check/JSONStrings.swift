// The strings of a JSON array, out of a stream of any length (RFC 8259). Pure.

import ByteText

struct JSONStrings: Sendable {
  private enum State {
    case start, first, element, separator, end
    case string
    case escape
    /// `code` has the digits so far, and `left` more come.
    case unicode(code: UInt32, left: Int)
  }

  private var state = State.start
  private var string: [UInt8] = []
  /// The first half of a surrogate pair.
  private var high: UInt32?
  private let bytesMax: Int

  /// The body is no JSON array of strings.
  struct Malformed: Error {}

  /// - Parameter bytesMax: bytes of a string; of a longer one, one more is kept.
  init(bytesMax: Int) { self.bytesMax = bytesMax }

  /// Whether the array is whole.
  var isOver: Bool { if case .end = state { true } else { false } }

  /// Takes bytes, and hands out the strings that they complete.
  mutating func take(_ bytes: Span<UInt8>, _ string: (Span<UInt8>) -> Void) throws(Malformed) {
    for index in bytes.indices { try take(bytes[index], string) }
  }

  private mutating func take(_ byte: UInt8, _ give: (Span<UInt8>) -> Void) throws(Malformed) {
    switch state {
    case .string: try takeCharacter(byte, give)
    case .escape: try takeEscape(byte)
    case .unicode(let code, let left):
      guard let digit = ASCII.hexValue(byte) else { throw Malformed() }
      let code = code << 4 | UInt32(digit)
      if left > 1 { state = .unicode(code: code, left: left - 1) } else { takeUnit(code) }
    default: try takeStructure(byte)
    }
  }

  private mutating func takeStructure(_ byte: UInt8) throws(Malformed) {
    switch (byte, state) {
    case (0x20, _), (0x09, _), (0x0A, _), (0x0D, _): break
    case (UInt8(ascii: "["), .start): state = .first
    case (UInt8(ascii: "]"), .first), (UInt8(ascii: "]"), .separator): state = .end
    case (UInt8(ascii: ","), .separator): state = .element
    case (UInt8(ascii: "\""), .first), (UInt8(ascii: "\""), .element): state = .string
    default: throw Malformed()
    }
  }

  private mutating func takeCharacter(_ byte: UInt8, _ give: (Span<UInt8>) -> Void) throws(Malformed) {
    switch byte {
    case UInt8(ascii: "\\"): state = .escape
    case 0..<0x20: throw Malformed()
    case UInt8(ascii: "\""):
      dropHigh()
      give(string.span)
      string.removeAll(keepingCapacity: true)
      state = .separator
    default: append([byte])
    }
  }

  private mutating func takeEscape(_ byte: UInt8) throws(Malformed) {
    state = .string
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): append([byte])
    case UInt8(ascii: "b"): append([0x08])
    case UInt8(ascii: "f"): append([0x0C])
    case UInt8(ascii: "n"): append([0x0A])
    case UInt8(ascii: "r"): append([0x0D])
    case UInt8(ascii: "t"): append([0x09])
    case UInt8(ascii: "u"): state = .unicode(code: 0, left: 4)
    default: throw Malformed()
    }
  }

  /// Takes a unit of UTF-16; half of a pair becomes U+FFFD.
  private mutating func takeUnit(_ unit: UInt32) {
    state = .string
    if let high, unit & 0xFC00 == 0xDC00 {
      self.high = nil
      append(Self.bytes(0x10000 + (high & 0x3FF) << 10 + unit & 0x3FF))
    } else if unit & 0xFC00 == 0xD800 {
      dropHigh()
      high = unit
    } else {
      append(Self.bytes(unit))
    }
  }

  private mutating func dropHigh() {
    guard high != nil else { return }
    high = nil
    append(Self.bytes(0xFFFD))
  }

  private mutating func append(_ bytes: [UInt8]) {
    dropHigh()
    if string.count <= bytesMax { string += bytes.prefix(bytesMax + 1 - string.count) }
  }

  private static func bytes(_ code: UInt32) -> [UInt8] {
    Array(String(Unicode.Scalar(code) ?? "\u{FFFD}").utf8)
  }
}
