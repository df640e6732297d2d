// Numbers as text, straight into bytes: a run writes hundreds of millions of them, and String would take longer
// than the work that is measured.

internal import ByteText

extension [UInt8] {
  /// Appends text as UTF-8.
  package mutating func append(_ text: StaticString) {
    // Safe: the text is a constant of the program, and the buffer is used within the call only.
    text.withUTF8Buffer { unsafe append(contentsOf: $0) }
  }

  /// Appends a number in decimal.
  package mutating func append(decimal value: UInt64) { Decimal.append(value, to: &self) }

  /// Appends the lowest `digits` hexadecimal digits of a number, in lower case.
  package mutating func append(hexadecimal value: UInt64, digits: Int) {
    Hexadecimal.append(value, digits: digits, to: &self)
  }
}
