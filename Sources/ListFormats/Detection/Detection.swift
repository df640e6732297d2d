// How a list is read, told from its first rows where the caller does not say, with the reason. Lists that say nothing for
// certain are refused with what they hold: a row that is read wrongly gives keys that nobody will ever ask for.

import ByteText
import WireProtocol

/// How a list is read, and why.
struct Detection {
  let format: ListFormat
  /// One line for people.
  let reason: String
  /// The columns, if the list is a table.
  var table: TableShape?
  /// The records and fields, if it is JSON. Those of a format without rows of its own are the columns of `table`.
  var json: JSONShape?

  init(_ format: ListFormat, _ reason: String, table: TableShape? = nil, json: JSONShape? = nil) {
    (self.format, self.reason, self.table, self.json) = (format, reason, table, json)
  }

  /// Chooses how to read a list.
  ///
  /// - Parameters:
  ///   - prefix: the first bytes of the list.
  ///   - isWhole: whether the list ends with them.
  ///   - named: the format that the caller says.
  ///   - name: what messages call the list.
  static func choose(
    _ prefix: Span<UInt8>, isWhole: Bool, named: ListFormat?, options: ListOptions, name: String
  ) throws(ListError) -> Detection {
    let chooser = Chooser(isWhole: isWhole, options: options, name: name)
    if let named { return try chooser.choose(prefix, as: named) }
    return JSONSample.isJSON(prefix) ? try chooser.chooseJSON(prefix) : try chooser.chooseRows(prefix)
  }
}

/// What is known of a list before its rows are looked at.
private struct Chooser {
  let isWhole: Bool
  let options: ListOptions
  let name: String

  func error(_ reason: String, _ hint: String = "") -> ListError {
    ListError(file: name, line: nil, reason: reason, hint: hint)
  }

  func refusal(_ columns: [ColumnProfile], isJSON: Bool = false) -> ListError {
    let refusal = ColumnRefusal(columns, in: name, isJSON: isJSON)
    return error(refusal.reason, refusal.hint)
  }

  // MARK: A format that is named

  func choose(_ prefix: Span<UInt8>, as format: ListFormat) throws(ListError) -> Detection {
    let reason = "as asked for"
    if format == .json || format == .visualGenome || format == .ffhq {
      return try chooseJSON(prefix, as: format)
    }
    if format == .flickrCropping, let sample = JSONSample.all(prefix).first, !sample.has("flickr_photo_id") {
      throw error(
        "its records have no flickr_photo_id, so this is no \(format.rawValue)",
        "leave out --list-format, or name columns: --list-format json --column identifier=url")
    }
    if format == .coco || format == .flickrCropping || format == .megaface && JSONSample.isJSON(prefix) {
      return Detection(format, reason, json: JSONRows.shape(of: format))
    }
    if let table = TableShape(format: format) { return Detection(format, reason, table: table) }
    switch format {
    case .csv, .tsv:
      var options = options
      if format == .tsv { options.separator = options.separator ?? .tab }
      return try chooseTable(prefix, as: format, options)
    case .openImages, .faceScrub, .imdbFace, .nusWide, .yfcc100m:
      if let sample = TableSample(prefix, isWhole: isWhole, options: options),
        let known = KnownTable.find(sample, named: format), known.format == format
      {
        return Detection(format, reason, table: known.shape)
      }
      guard format == .nusWide || format == .yfcc100m else {
        throw error(
          "it has not the columns of \(format.rawValue)",
          "leave out --list-format, or name columns: --list-format csv --column identifier=NAME")
      }
      return Detection(format, reason)
    default: return Detection(format, reason)
    }
  }

  // MARK: Tables

  /// A table of the caller's columns, or of those that are clear.
  func chooseTable(
    _ prefix: Span<UInt8>, as format: ListFormat?, _ options: ListOptions
  ) throws(ListError) -> Detection {
    guard let sample = TableSample(prefix, isWhole: isWhole, options: options, isSingle: true) else {
      // Nothing to look at: the columns are as the caller says.
      var shape = TableShape(options: options)
      shape.separator = options.separator ?? (format == .tsv ? .tab : .comma)
      return Detection(format ?? .csv, "the list has no rows", table: shape)
    }
    let found = format ?? (sample.separator == .tab ? .tsv : .csv)
    if options.columns.contains(where: { $0.target != ListColumn.label }) {
      let reason = sample.columns.count > 1 ? "\(sample.separator.plural) separate its columns" : "one column"
      let named = format == nil ? "columns are given, and " : "as asked for; "
      return Detection(found, named + reason, table: sample.placed(TableShape(options: options)))
    }
    return try read(sample, as: found)
  }

  /// A table by what its columns hold.
  func read(_ sample: TableSample, as format: ListFormat) throws(ListError) -> Detection {
    guard sample.rows > 0 else {
      guard sample.isBroken else { throw error("the list has a header and no rows") }
      // Reading it tells where it breaks off.
      return Detection(format, "its header", table: sample.placed(TableShape(columns: [], hasHeader: true)))
    }
    guard let reading = ColumnReading(sample.columns) else { throw refusal(sample.columns) }
    var columns = reading.targets.compactMap {
      ListColumn(target: $0.target, place: .numbered($0.column + 1))
    }
    columns += options.columns
    var shape = TableShape(columns: columns, hasHeader: sample.hasHeader)
    (shape.columnsCount, shape.isExact) = (sample.width, true)
    shape.namesPhotos = reading.targets.contains {
      $0.target == "flickr" && sample.columns[$0.column].kind == .photoName
    }
    return Detection(format, reading.reason, table: sample.placed(shape))
  }

  func chooseRows(_ prefix: Span<UInt8>) throws(ListError) -> Detection {
    if !options.columns.isEmpty || options.separator != nil {
      return try chooseTable(prefix, as: nil, options)
    }
    var lines = PrefixLines(prefix, isWhole: isWhole)
    guard lines.next(of: prefix) != nil else { return Detection(.plain, "the list has no rows") }
    if prefix.hasPrefix("# PubFig") || prefix.hasPrefix("#\tperson\timagenum") {
      return try choosePubFig(prefix)
    }
    if let shape = LineShapes.detect(prefix, isWhole: isWhole) { return shape }
    let sample = TableSample(prefix, isWhole: isWhole, options: options)
    let single = sample ?? TableSample(prefix, isWhole: isWhole, options: options, isSingle: true)
    if let sample = single, let known = KnownTable.find(sample) {
      guard sample.rows > 0 || sample.isBroken else { throw error("the list has a header and no rows") }
      let reason =
        sample.hasHeader ? "the first row is the header of the format" : "its columns are those of the format"
      return Detection(known.format, reason, table: known.shape)
    }
    let plain = LineShapes.plain(prefix, isWhole: isWhole, readsLabels: options.readsLabels)
    if let plain, !(sample.map(isTable) ?? false) { return singleColumn(prefix) ?? plain }
    if options.namesFiles, let files = LineShapes.files(prefix, isWhole: isWhole) { return files }
    guard let table = single else { throw noFormat }
    do throws(ListError) {
      return try read(table, as: table.separator == .tab ? .tsv : .csv)
    } catch {
      if LineShapes.files(prefix, isWhole: isWhole) != nil { throw filesOnly }
      throw LineShapes.beginWithURLs(prefix, isWhole: isWhole) && sample == nil ? urlsThenText : error
    }
  }

  /// Whether what separates the columns of a sample is no part of URLs, which may hold anything but blanks.
  private func isTable(_ sample: TableSample) -> Bool {
    guard sample.separator.hasQuotes else { return false }
    let others = sample.columns.dropFirst()
    return sample.hasHeader || ColumnReading(sample.columns) != nil || others.allSatisfy(\.standsAlone)
      || others.contains { $0.holds(\.isURL) || $0.kind.hash != nil }
  }

  /// A plain list with a header; nil if it has none.
  private func singleColumn(_ prefix: Span<UInt8>) -> Detection? {
    guard let sample = TableSample(prefix, isWhole: isWhole, options: options, isSingle: true),
      sample.hasHeader,
      sample.columns.count == 1
    else { return nil }
    return try? read(sample, as: .csv)
  }

  /// PubFig, whose columns have no header that says so; the comment at its beginning does.
  private func choosePubFig(_ prefix: Span<UInt8>) throws(ListError) -> Detection {
    let sample = TableSample(LineShapes.withoutComments(prefix).span, isWhole: isWhole, options: options)
    guard let sample, sample.columns.count >= 5, sample.columns[2].holds(\.isURL) else {
      throw sample.map { refusal($0.columns) } ?? noFormat
    }
    return Detection(
      .pubFig, "the comment at its beginning is that of PubFig", table: TableShape(format: .pubFig))
  }

  private var noFormat: ListError {
    error(
      "the first rows fit no format: they have no columns in common",
      "name the format, or separator and columns: --separator ';' --column identifier=2")
  }

  private var filesOnly: ListError {
    error(
      "its lines are names of files, which no other list shares",
      "to load them as file:<dataset>/<name>: --list-format files")
  }

  private var urlsThenText: ListError {
    error(
      "the rows go on behind the URL, and not with the same columns",
      "name separator and column, such as --separator comma --no-header --column identifier=1; "
        + "--list-format plain takes each line as one URL")
  }

  // MARK: JSON

  func chooseJSON(_ prefix: Span<UInt8>, as named: ListFormat? = nil) throws(ListError) -> Detection {
    let samples = JSONSample.all(prefix)
    if !options.columns.isEmpty { return try columnsOfJSON(samples) }
    if named == nil || named == .visualGenome || named == .ffhq, let known = KnownJSON.find(samples) {
      if let named, known.format != named {
        throw error("its records have not the fields of \(named.rawValue)", "leave out --list-format")
      }
      return known
    }
    if let named, named != .json {
      throw error("its records have not the fields of \(named.rawValue)", "leave out --list-format")
    }
    if named == nil, samples.isEmpty || !isWhole && samples.allSatisfy({ !$0.hasImage }),
      prefix.contains("\"images\"".utf8.span) || prefix.contains("\"annotations\"".utf8.span)
    {
      return Detection(.coco, "a JSON object with images or annotations", json: JSONRows.shape(of: .coco))
    }
    let readings = samples.compactMap { sample in
      ColumnReading(sample.columns, isJSON: true).map { (sample, $0) }
    }
    guard let (sample, reading) = readings.first,
      readings.count == 1 || sample.place == .member(Array("images".utf8))
    else {
      let shown = samples.first { $0.hasImage } ?? samples.first
      throw shown.map { refusal($0.columns, isJSON: true) }
        ?? error("the JSON has no records", "name where they are: --column identifier=path.to.field")
    }
    return json(sample, reading.targets.map { ($0.target, sample.fields[$0.column]) }, reading.reason)
  }

  private func json(
    _ sample: JSONSample, _ targets: [(target: String, field: JSONShape.Field)], _ reason: String,
    as format: ListFormat = .json
  ) -> Detection {
    Detection(
      format, reason, table: JSONSample.table(targets.map(\.target)),
      json: JSONShape(sample.place, targets.map(\.field)))
  }

  /// JSON of which the caller says the fields; the records are where the first of them is.
  private func columnsOfJSON(_ samples: [JSONSample]) throws(ListError) -> Detection {
    let paths = options.columns.compactMap { column in
      if case .named(let path) = column.place { path } else { nil as String? }
    }
    guard paths.count == options.columns.count else {
      throw error("fields of JSON have names, not numbers", "name them: --column identifier=path.to.field")
    }
    for sample in samples {
      let found = paths.map { path in sample.index(of: path).map { sample.fields[$0] } }
      guard found.contains(where: { $0 != nil }) else { continue }
      let fields = zip(found, paths).map { $0 ?? JSONShape.field($1) }
      return json(
        sample, Array(zip(options.columns.map(\.target), fields)), "fields are given, and the list is JSON")
    }
    throw samples.first.map { sample in
      error(
        "its records have no \"\(paths.first ?? "")\"",
        "they have \(sample.columns.compactMap(\.name).prefix(40).joined(separator: ", "))")
    } ?? error("the JSON has no records")
  }
}

extension JSONSample {
  /// The columns of rows whose fields are read in this order.
  static func table(_ targets: [String]) -> TableShape {
    TableShape(
      columns: targets.enumerated().compactMap {
        ListColumn(target: $1, place: .numbered($0 + 1), allowsLabel: true)
      },
      hasHeader: false)
  }

  /// Whether any field holds what may identify an image.
  var hasImage: Bool { columns.contains { $0.holds { $0.isURL || $0 == .key || $0.hash != nil } } }
}
