// Writes the parts of a row. The wire form itself is `RowWriter`'s; here is what all formats share of it.

import ByteText
import WireProtocol

/// Appends rows.
enum RowText {
  /// Begins a row with an identifier as the list has it.
  ///
  /// - Returns: `row`, or why these bytes cannot be an identifier of a row. O(n).
  static func begin(_ identifier: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !identifier.isEmpty else { return .rejected(.noIdentifier("the identifier is empty")) }
    guard identifier[0] != UInt8(ascii: "!") else {
      return .rejected(.malformed("an identifier cannot begin with '!'"))
    }
    // No early exit, so that the loop runs many bytes at a time.
    var separators: UInt8 = 0
    for index in identifier.indices {
      let byte = identifier[index]
      separators |= byte == 0x09 || byte == 0x0A || byte == 0x0D ? 1 : 0
    }
    guard separators == 0 else {
      return .rejected(.malformed("an identifier cannot hold TAB, CR or LF"))
    }
    output.append(identifier)
    return .row
  }

  /// Begins a row with a key: `namespace`, which ends in a colon, and a value without separators.
  static func begin(_ namespace: StaticString, _ value: Span<UInt8>, to output: inout [UInt8]) {
    namespace.withUTF8Buffer { unsafe output.append(contentsOf: $0) }  // a static string's bytes stay
    output.append(value)
  }

  /// Begins a row with a key.
  ///
  /// - Returns: `row`, or why the value cannot stand in an identifier of a row. O(n).
  static func begin(_ key: RowKey, _ value: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    begin(key, to: &output)
    return begin(value, to: &output)
  }

  /// Begins a row with `namespace:`.
  static func begin(_ key: RowKey, to output: inout [UInt8]) {
    key.name.withUTF8Buffer { unsafe output.append(contentsOf: $0) }  // a static string's bytes stay
    output.append(UInt8(ascii: ":"))
  }

  /// Adds a further key, unless its value is empty or zero, which is no id anywhere.
  static func addKey(_ namespace: StaticString, _ value: Span<UInt8>, to output: inout [UInt8]) {
    guard !value.isEmpty, !(value.count == 1 && value[0] == UInt8(ascii: "0")) else { return }
    addField(namespace, value, to: &output)
  }

  /// Adds a field, its value escaped.
  static func addField(_ name: StaticString, _ value: Span<UInt8>, to output: inout [UInt8]) {
    RowWriter.field(name, value, to: &output)
  }

  /// A column without blanks and quotes around it: TSV has no quotes, but some programs write them.
  @_lifetime(copy column)
  static func unquoted(_ column: Span<UInt8>) -> Span<UInt8> {
    let content = column.trimmingBlanks()
    guard content.count > 1, content.hasPrefix("\""), content.endsInLiteral("\"") else { return content }
    return content.extracting(1..<content.count - 1)
  }
}
