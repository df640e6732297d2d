// Numbers as digits, and back.

/// Unsigned decimal numbers.
package enum Decimal {
  /// The value of 1 to 19 ASCII digits and nothing else; nil otherwise.
  package static func parse(_ bytes: Span<UInt8>) -> Int? {
    guard bytes.count > 0, bytes.count <= 19 else { return nil }
    var value = 0
    for index in bytes.indices {
      guard ASCII.isDigit(bytes[index]) else { return nil }
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflowedAgain) = tens.addingReportingOverflow(Int(bytes[index] - 0x30))
      guard !overflowed, !overflowedAgain else { return nil }
      value = sum
    }
    return value
  }

  /// The value of a word of digits.
  package static func parse(_ text: String) -> Int? { parse(text.utf8.span) }

  /// Appends the digits of a value.
  package static func append(_ value: UInt64, to output: inout [UInt8]) {
    output.append(contentsOf: repeatElement(0x30, count: digits(value)))
    var place = output.count
    var rest = value
    while rest > 0 {
      place -= 1
      output[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }

  /// How many digits a value has, 1 to 20.
  package static func digits(_ value: UInt64) -> Int {
    var digits = 1
    var bound: UInt64 = 10
    while digits < 20, value >= bound {
      digits += 1
      // Beyond 10^19 there is no further power; then the loop ends.
      bound = bound &* 10
    }
    return digits
  }
}

/// Lower-case hexadecimal digits.
package enum Hexadecimal {
  /// Appends two digits a byte.
  package static func append(_ bytes: Span<UInt8>, to output: inout [UInt8]) {
    for index in bytes.indices {
      output.append(ASCII.lowerHexDigit(bytes[index] >> 4))
      output.append(ASCII.lowerHexDigit(bytes[index] & 15))
    }
  }

  /// Appends the lowest `digits` digits of a value.
  package static func append(_ value: UInt64, digits: Int, to output: inout [UInt8]) {
    for digit in (0..<digits).reversed() {
      output.append(ASCII.lowerHexDigit(UInt8(truncatingIfNeeded: value >> (4 * UInt64(digit)) & 15)))
    }
  }
}
