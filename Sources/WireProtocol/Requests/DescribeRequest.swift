/// `DESCRIBE slug name=value ...`: sets fields of a dataset's entry.
package struct DescribeRequest: Request {
  package static let name = "DESCRIBE"
  package static let summary = "slug name=value ... - set fields of a dataset's entry"
  package static let role = Role.load

  package var slug = ""
  /// By their names; an empty value clears a field.
  package var values: [String: String] = [:]

  package init() {}

  package init(_ slug: String, _ values: [Arguments.Field]) {
    self.slug = slug
    for field in values { self.values[field.name] = field.value }
  }

  package static var words: [WordOf<Self>] { [.slug(\.slug)] }

  package static var fields: [FieldOf<Self>] {
    CatalogueField.allCases.map { field in
      FieldOf(field.rawValue, text: { $0.values[field.rawValue] }) { request, value throws(ProtocolError) in
        guard value.utf8.count <= ProtocolLimits.catalogueValueBytesMax else {
          throw ProtocolError(.limit, "a field has at most \(ProtocolLimits.catalogueValueBytesMax) bytes")
        }
        request.values[field.rawValue] = value
      }
    }
  }

  package func check() throws(ProtocolError) {
    guard !values.isEmpty else { throw ProtocolError(.syntax, "DESCRIBE takes at least one field") }
  }

  /// Writes fields that are not known too: to refuse them is the daemon's.
  package func appendArguments(to line: inout [UInt8]) {
    line.append(UInt8(ascii: " "))
    Escapes.append(slug, to: &line)
    values.sorted { $0.key < $1.key }.map { Arguments.Field(name: $0.key, value: $0.value) }.append(to: &line)
  }
}
