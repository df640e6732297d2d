// What the caller can say about a list beyond its format.

/// Choices that some formats need.
package struct ListOptions: Sendable {
  /// The dataset before the slash of `file:<dataset>/<name>`, for lists that know file names only.
  package var filePrefix: String?
  /// Which columns of a table, or fields of JSON records, are read. If there are none, those are that clearly hold what
  /// identifies images.
  package var columns: [ListColumn] = []
  /// Whether the first row of a table is a header; nil to have it recognised, or, with columns that are given, for yes,
  /// unless all of them are given by number.
  package var hasHeader: Bool?
  /// What separates the columns of a table; nil to have it recognised.
  package var separator: Separator?
  /// The encoding of the list; nil to have it recognised.
  package var encoding: TextEncoding?
  /// Whether the dataset is known as one of names of files, so that a list of those needs no word.
  package var namesFiles = false
  /// Whether rows may have a label, for a cross-reference: in a plain list the first column behind the identifier that
  /// is no field, in a table the column of the target `label`. No list for a dataset has any.
  package var readsLabels = false

  /// The defaults: nothing beyond the format.
  package init() {}
}

/// A column of a table, and what it holds.
package struct ListColumn: Sendable, Equatable {
  /// Where the column is.
  package enum Place: Sendable, Equatable {
    /// The column with this name in the header, in any case.
    case named(String)
    /// The column of this number, from 1.
    case numbered(Int)
  }

  /// `identifier`, or the name of a namespace (`flickr`, `md5`, ...), or `label`. Of several columns with identifiers,
  /// the first that is not empty counts.
  package let target: String
  /// Where the column is.
  package let place: Place

  /// A column; nil if `target` is neither `identifier` nor the name of a namespace, nor `label` where there may be
  /// one, or if a number is below 1.
  package init?(target: String, place: Place, allowsLabel: Bool = false) {
    guard target == "identifier" || RowKey(target.utf8.span) != nil || allowsLabel && target == Self.label
    else {
      return nil
    }
    if case .numbered(let number) = place, number < 1 { return nil }
    self.target = target
    self.place = place
  }

  /// Reads `target=column` as a command line has it; a column of digits is a number.
  package init?(argument: String, allowsLabel: Bool = false) {
    let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2 else { return nil }
    self.init(
      target: parts[0], place: Int(parts[1]).map(Place.numbered) ?? .named(parts[1]), allowsLabel: allowsLabel
    )
  }

  /// The target of the column that has the label of a row.
  static let label = "label"
}
