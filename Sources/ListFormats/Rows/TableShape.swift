// Which columns of a table are read, for each format that is one.

/// The columns of a table.
struct TableShape {
  /// What is read.
  let columns: [ListColumn]
  /// Whether the first record is a header.
  let hasHeader: Bool
  /// How many columns a whole record has; nil for as many as the first.
  var columnsCount: Int?
  /// Whether a record with more columns is rejected: one of them holds the separator, and nobody knows which.
  var isExact = false
  /// Whether photos of Flickr are named by files, so that a mere number is none.
  var namesPhotos = false
  /// Whether lines that begin with `#` are comments.
  var hasComments = false
  var separator = Separator.tab
  /// Lines in front of the header or the first record.
  var preambleLines = 0

  init(columns: [ListColumn], hasHeader: Bool) {
    self.columns = columns
    self.hasHeader = hasHeader
  }

  /// A table whose columns are written as on the command line.
  init(_ columns: [String], hasHeader: Bool) {
    self.init(columns: columns.compactMap { ListColumn(argument: $0) }, hasHeader: hasHeader)
  }

  /// The table of a format that always has the same columns; nil if it is another.
  init?(format: ListFormat) {
    switch format {
    case .pubFig:
      self.init(["identifier=3", "md5=5"], hasHeader: false)
      (columnsCount, hasComments) = (5, true)
    case .msCeleb:
      self.init(["identifier=3"], hasHeader: false)
      columnsCount = 7
    default: return nil
    }
  }

  /// A table whose columns the caller gives. Columns that all are numbered need no header.
  init(options: ListOptions) {
    let isNumbered = options.columns.allSatisfy { if case .numbered = $0.place { true } else { false } }
    self.init(
      columns: options.columns, hasHeader: options.hasHeader ?? (options.columns.isEmpty || !isNumbered))
  }

  /// What a column of this name holds, if nobody says which columns to read; nil if it is not read. Names of files and
  /// numbers of a dataset's own are not: the same ones stand in other lists for other images.
  static func defaultTarget(ofColumn name: String) -> String? {
    let name = name.lowercased()
    if name == "identifier" || name == "url" { return "identifier" }
    guard let key = RowKey(name.utf8.span) else { return nil }
    switch key {
    case .file, .coco, .yfcc, .yfccHash, .openImages: return nil
    default: return name
    }
  }
}
