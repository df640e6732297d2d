// Fields in a line of their own, separated by TABs: `name=value TAB name=value`. Values are escaped, spaces apart. For
// lines of bodies and exports, which hold fields and nothing else.

package enum FieldLine {
  /// Appends fields, without an end of the line.
  package static func append(_ fields: [Arguments.Field], to output: inout [UInt8]) {
    for (index, field) in fields.enumerated() {
      if index > 0 { output.append(UInt8(ascii: "\t")) }
      output.append(contentsOf: field.name.utf8)
      output.append(UInt8(ascii: "="))
      Escapes.append(field.value, to: &output, keepingSpaces: true)
    }
  }

  /// The fields of a line; nil where a column is no field, or an escape is wrong. O(n).
  package static func parse(_ line: Span<UInt8>) -> [Arguments.Field]? {
    var fields: [Arguments.Field] = []
    guard line.count > 0 else { return fields }
    var columns = ColumnScanner()
    while let column = columns.next(in: line) {
      let field = line.extracting(column)
      guard let equals = field.indices.first(where: { field[$0] == UInt8(ascii: "=") }),
        let name = Escapes.unescape(field.extracting(0..<equals)),
        let value = Escapes.unescape(field.extracting((equals + 1)..<field.count))
      else { return nil }
      fields.append(
        Arguments.Field(
          name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
      )
    }
    return fields
  }
}
