// What an answer says, as ordered fields. An answer states them once; JSON objects and columns are made of them.

import WireProtocol

package enum Content: Sendable {
  /// Not known: `null` in JSON, `-` in a column.
  case none
  case text(String)
  /// Text that need not be UTF-8: what somebody gave as input.
  case bytes([UInt8])
  /// A number in JSON's form.
  case number(String)
  /// `yes` or `no` in a column.
  case flag(Bool)
  case list([Content])
  case record(Record)

  /// Text for a column whose separators are escaped already.
  case escaped(String)

  /// Appends the value as a column: elements of a list are separated by commas, fields of a record by `=`.
  func appendColumn(to output: inout [UInt8]) {
    switch self {
    case .none: output.append("-")
    case .bytes(let bytes): Escapes.append(bytes.span, to: &output, keepingSpaces: true)
    case .text(let text): Escapes.append(text, to: &output, keepingSpaces: true)
    case .number(let text), .escaped(let text): output.append(text)
    case .flag(let isSet): output.append(isSet ? "yes" : "no")
    case .list(let values) where values.isEmpty: output.append("-")
    case .list(let values): Self.append(values, separator: ",", to: &output)
    case .record(let record): Self.append(record.fields.map(\.value), separator: "=", to: &output)
    }
  }

  private static func append(_ values: [Content], separator: Character, to output: inout [UInt8]) {
    for (index, value) in values.enumerated() {
      if index > 0 { output.append(String(separator)) }
      value.appendColumn(to: &output)
    }
  }
}

package struct Record: Sendable, ExpressibleByDictionaryLiteral {
  package private(set) var fields: [(name: String, value: Content)] = []

  package init(dictionaryLiteral elements: (String, any FieldValue)...) { self.init(elements) }

  package init(_ fields: [(String, any FieldValue)]) {
    self.fields = fields.map { (name: $0.0, value: $0.1.content) }
  }

  package static func + (first: Record, second: Record) -> Record {
    var sum = first
    sum.fields += second.fields
    return sum
  }
}

/// What can be the value of a field.
package protocol FieldValue {
  var content: Content { get }
}

extension Content: FieldValue {
  package var content: Content { self }
}

extension Record: FieldValue {
  package var content: Content { .record(self) }
}

extension String: FieldValue {
  package var content: Content { .text(self) }
}

extension Int: FieldValue {
  package var content: Content { .number(String(self)) }
}

extension Bool: FieldValue {
  package var content: Content { .flag(self) }
}

extension Optional: FieldValue where Wrapped: FieldValue {
  package var content: Content { self?.content ?? .none }
}

extension Array: FieldValue where Element: FieldValue {
  package var content: Content { .list(map(\.content)) }
}
