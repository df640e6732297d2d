// Rows of tables, CSV or TSV: finds the columns by the header, then takes them out of each record.

import ByteText
import Identifiers

/// Turns records with columns into rows.
struct TableRows {
  /// What a column is to the row.
  private enum Target {
    case identifier
    case key(RowKey)
    case label
  }

  private let shape: TableShape
  private let filePrefix: [UInt8]
  private var targets: [(target: Target, column: Int)] = []
  private var header: [UInt8] = []
  private var columnsCount: Int?
  private var value: [UInt8] = []
  private var rejectedLabel: [UInt8] = []
  /// What the usual rows of the table look like; nil as long as that is not known, or where there are none.
  private(set) var usual: UsualRows?

  init(shape: TableShape, filePrefix: String?) {
    self.shape = shape
    self.filePrefix = filePrefix.map { Array("\($0)/".utf8) } ?? []
    columnsCount = shape.columnsCount
    if !shape.hasHeader { resolve(names: []) }
  }

  /// The label of the record that was just rejected; empty where it has none that is whole.
  mutating func takeRejectedLabel() -> [UInt8] {
    defer { rejectedLabel = [] }
    return rejectedLabel
  }

  /// Appends the row of a record, its end not included.
  mutating func append(
    _ text: Span<UInt8>, columns: [Range<Int>], to output: inout [UInt8]
  ) -> RowOutcome {
    let outcome = appendRow(text, columns, to: &output)
    if case .rejected = outcome { keepLabel(text, columns) }
    return outcome
  }

  /// Keeps the label of a rejected record. One with too many columns may have another text in that place.
  private mutating func keepLabel(_ text: Span<UInt8>, _ columns: [Range<Int>]) {
    let expected = columnsCount ?? columns.count
    guard columns.count <= expected else { return }
    let whole = columns.count < expected ? columns.dropLast() : columns[...]
    for (target, column) in targets where column < whole.count {
      guard case .label = target else { continue }
      // The last that is not empty counts, as in a row that is accepted.
      let label = RowText.unquoted(text.extracting(whole[column]))
      if !label.isEmpty { rejectedLabel = label.copied }
    }
  }

  /// A record with fewer columns than its table has been cut: its last column may be a part only and does not
  /// count. Of the others, the identifying ones make the row.
  private mutating func appendRow(
    _ text: Span<UInt8>, _ columns: [Range<Int>], to output: inout [UInt8]
  ) -> RowOutcome {
    guard !text.isEmpty, !(shape.hasComments && text[0] == UInt8(ascii: "#")) else { return .noRow }
    if shape.hasHeader, header.isEmpty { return readHeader(text, columns) }
    if shape.hasHeader, text.equals(header) { return .noRow }
    let expected = columnsCount ?? columns.count
    columnsCount = expected
    if usual == nil { usual = usualRows(columnsCount: expected) }
    guard !shape.isExact || columns.count <= expected else {
      return .rejected(.columns("has more columns than the other rows"))
    }
    let whole = columns.count < expected ? columns.dropLast() : columns[...]
    if shape.isExact, shape.separator == .spaces, cutsURL(text, whole) {
      return .rejected(.columns("has a blank in the URL"))
    }
    guard let first = beginRow(text, whole, to: &output) else {
      return .rejected(
        whole.count < columns.count
          ? .cutRow("ends before the columns that identify the image")
          : .noIdentifier("the columns that identify the image are empty"))
    }
    if case .rejected(let reason) = first.outcome { return .rejected(reason) }
    for (index, (target, column)) in targets.enumerated() where index != first.index && column < whole.count {
      switch target {
      case .identifier: continue
      case .key(let key):
        takeValue(of: key, text.extracting(whole[column]))
        if !value.isEmpty { RowText.addKey(key.name, value.span, to: &output) }
      case .label:
        let label = RowText.unquoted(text.extracting(whole[column]))
        if !label.isEmpty { RowText.addField("label", label, to: &output) }
      }
    }
    return .row
  }

  /// Whether the ending of an image stands in the column behind that of a URL without one.
  private func cutsURL(_ text: Span<UInt8>, _ columns: ArraySlice<Range<Int>>) -> Bool {
    targets.contains { target, column in
      guard case .identifier = target, column + 1 < columns.count else { return false }
      return !IdentifierShape.endsInImage(url: text.extracting(columns[column]))
        && FileNameRow.endsInImage(text.extracting(columns[column + 1]))
    }
  }

  /// Rows of a table in which one column, as it stands, makes the row; nil for another table.
  private func usualRows(columnsCount: Int) -> UsualRows? {
    guard shape.separator == .tab, targets.count == 1, let first = targets.first, first.column < columnsCount
    else {
      return nil
    }
    var isDecimal = false
    var prefix: [UInt8] = []
    switch first.target {
    case .identifier: break
    case .key(.flickr), .key(.coco), .key(.yfcc), .key(.imdbPage), .key(.url), .key(.imdb):
      guard case .key(let key) = first.target else { return nil }
      RowText.begin(key, to: &prefix)
      // Other values may be names of files.
      isDecimal = key == .flickr
    case .key, .label: return nil
    }
    return UsualRows(
      column: first.column, columnsCount: columnsCount, allowsMore: !shape.isExact, prefix: prefix,
      header: header,
      hasComments: shape.hasComments, isDecimal: isDecimal)
  }

  /// Begins the row with the first identifier that is not empty, or else the first key of an image.
  private mutating func beginRow(
    _ text: Span<UInt8>, _ columns: ArraySlice<Range<Int>>, to output: inout [UInt8]
  ) -> (index: Int, outcome: RowOutcome)? {
    for (index, (target, column)) in targets.enumerated() where column < columns.count {
      let content = RowText.unquoted(text.extracting(columns[column]))
      if case .identifier = target, !content.isEmpty, !NoValue.matches(content) {
        return (index, RowText.begin(content, to: &output))
      }
    }
    for (index, (target, column)) in targets.enumerated() where column < columns.count {
      guard case .key(let key) = target, key.namesImage else { continue }
      takeValue(of: key, text.extracting(columns[column]))
      if !value.isEmpty { return (index, RowText.begin(key, value.span, to: &output)) }
    }
    return nil
  }

  /// Puts what a column gives for a key into `value`; nothing if the column is empty or is no such value.
  private mutating func takeValue(of key: RowKey, _ column: Span<UInt8>) {
    value.removeAll(keepingCapacity: true)
    let content = RowText.unquoted(column)
    guard !content.isEmpty, !NoValue.matches(content) else { return }
    switch key {
    case .flickr:
      if let photo = PhotoName.photo(in: content) {
        value.append(content.extracting(photo))
      } else if !shape.namesPhotos {
        value.append(content)
      }
    case .openImages: if content.count == 16 { value.append(content) }
    case .yfccHash: if IdentifierParser.isYFCCHash(content) { value.append(content) }
    case .md5, .sha1, .sha256: HashText.append(content, bytesCount: key.hashBytes ?? 0, to: &value)
    case .account: AccountText.append(content, to: &value)
    case .file:
      value += filePrefix
      value.append(content)
    default: value.append(content)
    }
  }

  private mutating func readHeader(_ text: Span<UInt8>, _ columns: [Range<Int>]) -> RowOutcome {
    header.append(text)
    columnsCount = columnsCount ?? columns.count
    let names = columns.map { place in
      var name: [UInt8] = []
      name.append(RowText.unquoted(text.extracting(place)))
      return String(decoding: name, as: UTF8.self).lowercased()
    }
    if let missing = resolve(names: names) {
      return .unusable(
        "the header has no column \(missing)",
        hint: "its columns are \(names.prefix(40).joined(separator: ", "))")
    }
    return .noRow
  }

  /// Finds the columns that are read.
  ///
  /// - Returns: the name of a column that is not there, or nil if all are found.
  @discardableResult
  private mutating func resolve(names: [String]) -> String? {
    if shape.columns.isEmpty {
      for (index, name) in names.enumerated() {
        if let target = TableShape.defaultTarget(ofColumn: name) { addTarget(target, index) }
      }
      return targets.isEmpty ? "url, identifier or namespace" : nil
    }
    for column in shape.columns {
      switch column.place {
      case .numbered(let number): addTarget(column.target, number - 1)
      case .named(let name):
        guard let index = names.firstIndex(of: name.lowercased()) else { return "\"\(name)\"" }
        addTarget(column.target, index)
      }
    }
    return nil
  }

  private mutating func addTarget(_ name: String, _ column: Int) {
    let other = name == ListColumn.label ? Target.label : .identifier
    targets.append((RowKey(name.utf8.span).map(Target.key) ?? other, column))
  }
}
