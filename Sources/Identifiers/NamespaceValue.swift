// Integer values as text, and back: the canonical digits of a value, and the reading of digits that may
// have zeros in front.

/// Writes values of integer namespaces.
package enum NamespaceValue {
  /// Appends the canonical text of an integer namespace's value: sixteen lower-case hexadecimal digits
  /// for `openimages`, decimal digits without leading zeros for the others.
  package static func append(_ value: UInt64, of namespace: Namespace, to output: inout [UInt8]) {
    precondition(namespace.isInteger, "text namespaces have no integer values")
    if namespace == .openimages {
      for shift in stride(from: UInt64(60), through: 0, by: -4) {
        output.append(ASCII.lowerHexDigit(UInt8(truncatingIfNeeded: (value >> shift) & 15)))
      }
      return
    }
    output.append(contentsOf: repeatElement(0x30, count: decimalDigits(value)))
    var place = output.count
    var rest = value
    while rest > 0 {
      place -= 1
      output[place] = 0x30 + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}

extension NamespaceValue {
  /// How many decimal digits a value has, 1 to 20.
  package static func decimalDigits(_ value: UInt64) -> Int {
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

/// An id read from digits.
enum Number: Equatable {
  case value(UInt64)
  case invalid(InvalidReason)

  /// Reads decimal digits; leading zeros are dropped, zero is refused.
  init(decimal text: Span<UInt8>, in part: Range<Int>) {
    guard !part.isEmpty else {
      self = .invalid(.notDecimal)
      return
    }
    var value: UInt64 = 0
    var overflow = false
    for index in part {
      let digit = text[index] &- 0x30
      guard digit < 10 else {
        self = .invalid(.notDecimal)
        return
      }
      // No nineteen digits are too many.
      if part.count < 20 {
        value = value &* 10 &+ UInt64(digit)
        continue
      }
      let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(digit))
      overflow = overflow || productOverflow || sumOverflow
      value = sum
    }
    self = overflow ? .invalid(.numberTooLarge) : value == 0 ? .invalid(.zero) : .value(value)
  }

  /// Reads the sixteen hexadecimal digits of an Open Images id.
  init(openImages text: Span<UInt8>) {
    var value: UInt64 = 0
    guard text.count == 16, text.isHex(in: text.indices) else {
      self = .invalid(.notOpenImagesID)
      return
    }
    for index in text.indices { value = value << 4 | UInt64(ASCII.hexValue(text[index]) ?? 0) }
    self = value == 0 ? .invalid(.zero) : .value(value)
  }

  /// The number, or nil if it is none.
  var value: UInt64? {
    if case .value(let value) = self { value } else { nil }
  }
}
