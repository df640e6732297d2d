// Parameters of a URL's query, `name=value` separated by `&`, as they stand: nothing is decoded here.

import ByteText

extension Span where Element == UInt8 {
  /// The value of the first parameter of this name in a query.
  func parameter(_ name: StaticString, in query: Range<Int>) -> Range<Int>? {
    var parameters = QueryParameters(query)
    while let parameter = parameters.next(in: self) {
      if equals(name, in: parameter.name), parameter.hasValue { return parameter.value }
    }
    return nil
  }
}

/// A walk over the parameters of a query.
struct QueryParameters {
  struct Parameter {
    let name: Range<Int>
    let value: Range<Int>
    /// Whether there is a `=`.
    let hasValue: Bool
  }

  private var position: Int
  private let end: Int

  init(_ query: Range<Int>) {
    position = query.lowerBound
    end = query.upperBound
  }

  /// The next parameter, or nil at the end of the query.
  mutating func next(in text: Span<UInt8>) -> Parameter? {
    guard position < end else { return nil }
    let parameterEnd = text.firstIndex(of: UInt8(ascii: "&"), in: position..<end) ?? end
    let part = position..<parameterEnd
    position = parameterEnd + 1
    guard let equals = text.firstIndex(of: UInt8(ascii: "="), in: part) else {
      return Parameter(name: part, value: parameterEnd..<parameterEnd, hasValue: false)
    }
    return Parameter(
      name: part.lowerBound..<equals, value: equals + 1..<parameterEnd, hasValue: true)
  }
}
