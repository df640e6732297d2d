// What the index keeps of a dataset, beside its keys: its name, its catalogue fields, the lists that were
// loaded into it. Its counts of images and accounts are not stored: they are sums over the dataset sets.

/// A list that was loaded into a dataset.
package struct ListRecord: Equatable, Sendable {
  /// The list's file name, or several, separated by spaces.
  package var name = ""
  /// How it was read: the format, and what else makes other rows of the same bytes.
  package var format = ""
  /// SHA-256 of its bytes, in hex; empty where unknown.
  package var sha256 = ""
  /// The name that its load had among those of the dataset.
  package var source = ""
  /// Its size; 0 where unknown.
  package var byteCount = 0
  /// Accepted rows.
  package var rows = 0
  /// Rejected rows.
  package var rejected = 0
  /// Images that were new in the index by this load.
  package var imagesNew = 0
  /// Memberships that were new in the index by this load.
  package var membershipsNew = 0
  /// When it became visible, in seconds since 1970, UTC.
  package var loadedAt = 0
  /// The version of the identifier rules that its keys were made by.
  package var ruleVersion = 0
  /// That of the staged load that it came from; no figure of its own, and empty where unknown.
  var token = ""

  /// An empty record.
  package init() {}

  /// All of it as names and values, in a fixed order: as it is stored, exported and imported.
  package var figures: [(name: String, value: String)] {
    [("name", name), ("format", format), ("sha256", sha256), ("source", source)]
      + Self.numbers.map { ($0.name, String(self[keyPath: $0.path])) }
  }

  /// Sets one of the figures; false where there is none of that name, or the value is no number and should be.
  package mutating func set(_ figure: String, _ value: String) -> Bool {
    switch figure {
    case "name": name = value
    case "format": format = value
    case "sha256": sha256 = value
    case "source": source = value
    default:
      guard let path = Self.numbers.first(where: { $0.name == figure })?.path, let number = Int(value) else {
        return false
      }
      // Older programs wrote what a clock before 1970 said.
      self[keyPath: path] = figure == "loaded" ? max(0, number) : number
    }
    return true
  }

  private static var numbers: [(name: String, path: WritableKeyPath<ListRecord, Int>)] {
    [
      ("bytes", \.byteCount), ("rows", \.rows), ("rejected", \.rejected), ("images", \.imagesNew),
      ("memberships", \.membershipsNew), ("loaded", \.loadedAt), ("rules", \.ruleVersion),
    ]
  }
}

/// A dataset, as the index keeps it.
package struct DatasetRecord: Equatable, Sendable {
  /// The number that stands for it in dataset sets and listings.
  package let number: Int
  /// The name that users and the protocol know.
  package let slug: String
  /// Catalogue fields by name.
  package var fields: [String: String] = [:]
  /// The lists that were loaded into it, oldest first.
  package var lists: [ListRecord] = []

  /// Accepted rows of all lists.
  package var rows: Int { lists.reduce(0) { $0 + $1.rows } }
  /// The oldest version of the rules by which some of its keys were made; nil where it has no list.
  package var ruleVersion: Int? { lists.map(\.ruleVersion).min() }
  /// Rejected rows of all lists.
  package var rejected: Int { lists.reduce(0) { $0 + $1.rejected } }

  /// A dataset without lists.
  init(number: Int, slug: String) {
    self.number = number
    self.slug = slug
  }

  /// The stored form.
  func encoded() -> [UInt8] {
    var values = NamedValues()
    values.put("slug", slug)
    for (name, value) in fields.sorted(by: { $0.key < $1.key }) { values.put("field.\(name)", value) }
    for list in lists {
      // The name opens a list, and has a word of its own.
      for (name, value) in list.figures { values.put(name == "name" ? "list" : name, value) }
      values.put("token", list.token)
    }
    return values.encoded
  }

  /// Undoes `encoded`.
  init(number: Int, encoded bytes: Span<UInt8>) throws(IndexError) {
    let values = try NamedValues(bytes, what: "the record of dataset \(number)")
    guard let slug = values.pairs.first(where: { $0.name == "slug" })?.value else {
      throw .corrupt("the record of dataset \(number) has no name")
    }
    self.init(number: number, slug: slug)
    for (name, value) in values.pairs {
      if name == "list" { lists.append(ListRecord()) }
      let last = lists.count - 1
      if name.hasPrefix("field.") {
        fields[String(name.dropFirst("field.".count))] = value
      } else if last >= 0, name == "token" {
        lists[last].token = value
      } else if last >= 0 {
        _ = lists[last].set(name == "list" ? "name" : name, value)
      }
    }
  }
}
