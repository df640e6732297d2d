// The arguments behind a verb: words separated by spaces, some of them `name=value`. For the cold verbs only;
// `CHECK` and its like take the rest of the line as it is.

import ByteText

/// Positional words and named fields of a request.
package struct Arguments: Equatable, Sendable {
  /// Words without a `=`, in order, unescaped.
  package var words: [String] = []
  /// Fields in order; values unescaped.
  package var fields: [Field] = []

  /// One `name=value`.
  package struct Field: Equatable, Sendable {
    package let name: String
    /// The value, unescaped; bytes that are no UTF-8 are replaced.
    package let value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// Parses the rest of a request line. O(n).
  package init(_ bytes: borrowing Span<UInt8>) throws(ProtocolError) {
    var position = 0
    while position < bytes.count {
      var end = position
      var equals: Int?
      while end < bytes.count, bytes[end] != UInt8(ascii: " ") {
        if equals == nil, bytes[end] == UInt8(ascii: "=") { equals = end }
        end += 1
      }
      if end > position {
        if let equals {
          fields.append(
            Field(
              name: try Self.text(bytes.extracting(position..<equals)),
              value: try Self.text(bytes.extracting((equals + 1)..<end))))
        } else {
          words.append(try Self.text(bytes.extracting(position..<end)))
        }
      }
      position = end + 1
    }
  }

  /// The value of the field `name`, if given once; refuses it given twice.
  package func value(_ name: String) throws(ProtocolError) -> String? {
    var found: String?
    for field in fields where field.name == name {
      guard found == nil else { throw ProtocolError(.syntax, "field given twice: \(name)") }
      found = field.value
    }
    return found
  }

  /// Refuses more or fewer words than a verb takes, and fields that it does not know.
  package func require(words count: ClosedRange<Int>, fields known: Set<String>) throws(ProtocolError) {
    guard count.contains(words.count) else {
      throw ProtocolError(
        .syntax, words.count < count.lowerBound ? "an argument is missing" : "too many arguments")
    }
    for field in fields where !known.contains(field.name) {
      throw ProtocolError(
        .syntax,
        known.isEmpty
          ? "this verb takes no fields"
          : "unknown field; known are \(known.sorted().joined(separator: ", "))")
    }
  }

  private static func text(_ bytes: borrowing Span<UInt8>) throws(ProtocolError) -> String {
    guard let unescaped = Escapes.unescape(copy bytes) else {
      throw ProtocolError(.syntax, "a backslash must be followed by one of \\ n r t s xHH")
    }
    return String(decoding: unescaped, as: UTF8.self)
  }
}

extension Decimal {
  /// The numbers of arguments that are so many words of digits, and nothing else.
  static func all(_ rest: Span<UInt8>, count: Int) -> [Int]? {
    guard let arguments = try? Arguments(rest), arguments.words.count == count, arguments.fields.isEmpty
    else { return nil }
    let numbers = arguments.words.compactMap { parse($0) }
    return numbers.count == count ? numbers : nil
  }
}
