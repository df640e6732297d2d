/// `DATASET slug`: one dataset, its lists and its entry.
package struct DatasetRequest: Request {
  package static let name = "DATASET"
  package static let summary = "slug - one dataset, its lists and its entry"
  package static let role = Role.read

  package var slug = ""

  package init() {}

  package init(_ slug: String) { self.slug = slug }

  package static var words: [WordOf<Self>] { [.slug(\.slug)] }

  /// `OK n`, then lines `name TAB value`.
  package struct Reply: WholeReply {
    /// Begins the names of counts of keys by namespace.
    package static let keys = "keys."
    /// Begins the names of fields that `DESCRIBE` set.
    package static let field = "field."
    /// Begins the names of what is known of a list: `list.k.name`.
    package static let list = "list."

    package private(set) var lines: [(name: String, value: String)]

    package init(_ lines: [(name: String, value: String)]) { self.lines = lines }

    package init(
      _ counts: DatasetCounts, keys: [(namespace: String, count: Int)], fields: [Arguments.Field],
      lists: [ListDescription]
    ) {
      lines = counts.values.map { ($0.name, $0.value) }
      lines += keys.map { (Self.keys + $0.namespace, String($0.count)) }
      lines += fields.map { (Self.field + $0.name, $0.value) }
      for (number, list) in lists.enumerated() {
        lines += list.values.map { ("\(Self.list)\(number + 1).\($0.name)", $0.value) }
      }
    }

    package func append(to output: inout [UInt8]) { TableReply(lines).append(to: &output) }
  }
}
