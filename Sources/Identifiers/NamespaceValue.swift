// Integer values as text, and back: the canonical digits of a value, and the reading of digits that may
// have zeros in front.

import ByteText

/// Writes values of integer namespaces.
package enum NamespaceValue {
  /// Appends the canonical text of an integer namespace's value: sixteen lower-case hexadecimal digits
  /// for `openimages`, decimal digits without leading zeros for the others.
  package static func append(_ value: UInt64, of namespace: Namespace, to output: inout [UInt8]) {
    precondition(namespace.isInteger, "text namespaces have no integer values")
    if namespace == .openimages {
      Hexadecimal.append(value, digits: 16, to: &output)
    } else {
      Decimal.append(value, to: &output)
    }
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
    if part.count <= 18 {
      let (value, end) = text.extracting(0..<part.upperBound).decimal(from: part.lowerBound)
      self = end < part.upperBound ? .invalid(.notDecimal) : value == 0 ? .invalid(.zero) : .value(value)
      return
    }
    var value: UInt64 = 0
    var overflow = false
    for index in part {
      guard ASCII.isDigit(text[index]) else {
        self = .invalid(.notDecimal)
        return
      }
      let (product, productOverflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, sumOverflow) = product.addingReportingOverflow(UInt64(text[index] &- 0x30))
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
