// The keys of rows in wire form, as a daemon makes them: what tests of whole lists compare.

import Identifiers
import ListFormats

enum Keys {
  /// All keys of a list that can be read; none of one that is refused.
  static func ofList(
    _ bytes: [UInt8], as format: ListFormat? = nil, options: ListOptions = Lists.options
  ) -> Set<String> {
    guard let content = try? Lists.read(bytes: bytes, as: format, options: options) else { return [] }
    return of(content.accepted)
  }

  static func of(_ rows: [String]) -> Set<String> {
    var parser = IdentifierParser()
    var keys: Set<String> = []
    for row in rows {
      for (index, column) in row.split(separator: "\t").enumerated() {
        if index == 0 {
          keys.formUnion(key(parser.parse(Array(column.utf8).span), by: parser))
          continue
        }
        let field = column.split(separator: "=", maxSplits: 1).map(String.init)
        guard field.count == 2, let namespace = Namespace(name: field[0]) else { continue }
        keys.formUnion(key(parser.parse(Array(field[1].utf8).span, as: namespace), by: parser))
      }
    }
    return keys
  }

  private static func key(_ found: Identification, by parser: borrowing IdentifierParser) -> [String] {
    switch found {
    case .integer(let namespace, let value): ["\(namespace.name):\(value)"]
    case .text(let namespace):
      [namespace.name + ":" + String(decoding: parser.text.indices.map { parser.text[$0] }, as: UTF8.self)]
    case .unresolvable, .invalid: []
    }
  }
}
