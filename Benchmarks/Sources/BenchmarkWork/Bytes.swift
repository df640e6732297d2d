// Numbers as text, straight into bytes: a run writes hundreds of millions of them, and String would take longer
// than the work that is measured.

extension [UInt8] {
  /// Appends text as UTF-8.
  package mutating func append(_ text: StaticString) {
    // Safe: the text is a constant of the program, and the buffer is used within the call only.
    text.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }

  /// Appends a number in decimal.
  package mutating func append(decimal value: UInt64) {
    // Twenty digits hold any number of 64 bits; they come last first.
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = 20
    var rest = value
    repeat {
      let quotient = rest / 10
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest - quotient * 10)
      rest = quotient
    } while rest > 0
    for position in first..<20 { append(digits[position]) }
  }

  /// Appends the lowest `digits` hexadecimal digits of a number, in lower case.
  package mutating func append(hexadecimal value: UInt64, digits: Int) {
    for digit in (0..<digits).reversed() {
      let nibble = UInt8(truncatingIfNeeded: value >> (4 * UInt64(digit)) & 15)
      append(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
    }
  }
}
