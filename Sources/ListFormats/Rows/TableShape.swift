// Which columns of a table are read, for each format that is one.

/// The columns of a table.
struct TableShape {
  /// What is read.
  let columns: [ListColumn]
  /// Whether the first record is a header.
  let hasHeader: Bool
  /// How many columns a whole record has; nil for as many as the first.
  let columnsCount: Int?
  /// Whether lines that begin with `#` are comments.
  let hasComments: Bool

  /// The table of a format; nil if the format is none.
  init?(format: ListFormat, options: ListOptions) {
    switch format {
    case .openImages:
      self.init([
        "identifier=OriginalURL", "identifier=OriginalLandingURL", "openimages=ImageID", "md5=OriginalMD5",
        "nsid=AuthorProfileURL",
      ])
    case .imdbFace: self.init(["identifier=url"])
    case .faceScrub: self.init(["identifier=url", "sha256=sha256"])
    case .pubFig: self.init(["identifier=3", "md5=5"], columnsCount: 5, hasComments: true)
    case .msCeleb: self.init(["identifier=3"], columnsCount: 7)
    case .csv, .tsv:
      let isNumbered = options.columns.allSatisfy { if case .numbered = $0.place { true } else { false } }
      self.init(
        columns: options.columns, hasHeader: options.hasHeader ?? (options.columns.isEmpty || !isNumbered))
    default: return nil
    }
  }

  /// A table with a header, unless the number of its columns is given.
  private init(_ arguments: [String], columnsCount: Int? = nil, hasComments: Bool = false) {
    self.init(
      columns: arguments.compactMap { ListColumn(argument: $0) }, hasHeader: columnsCount == nil,
      columnsCount: columnsCount, hasComments: hasComments)
  }

  private init(
    columns: [ListColumn], hasHeader: Bool, columnsCount: Int? = nil, hasComments: Bool = false
  ) {
    self.columns = columns
    self.hasHeader = hasHeader
    self.columnsCount = columnsCount
    self.hasComments = hasComments
  }

  /// What a column of this name holds, if nobody says which columns to read; nil if it is not read.
  static func defaultTarget(ofColumn name: String) -> String? {
    let name = name.lowercased()
    if name == "identifier" || name == "url" { return "identifier" }
    return RowKey(name.utf8.span) != nil ? name : nil
  }
}
