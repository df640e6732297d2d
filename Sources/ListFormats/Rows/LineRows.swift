// The table of the formats that are made of lines: which type reads a line of which.

/// Turns lines into rows.
struct LineRows: ~Copyable {
  private(set) var plain: PlainRow
  private let format: ListFormat
  private var columns = ColumnCutter()
  private var table: TableRows?
  private let separator: Separator
  private let isRecognised: Bool
  private let fileNames: FileNameRow

  /// - Parameters:
  ///   - table: the columns of a format that is a table.
  ///   - isRecognised: whether the format was not named.
  init(format: ListFormat, table: TableShape?, options: ListOptions, isRecognised: Bool = false) {
    self.format = format
    plain = PlainRow(readsLabels: options.readsLabels, isRecognised: isRecognised)
    self.table = table.map { TableRows(shape: $0, filePrefix: options.filePrefix) }
    separator = table?.separator ?? .tab
    self.isRecognised = isRecognised
    fileNames = FileNameRow(dataset: options.filePrefix ?? "")
  }

  /// What the usual lines look like, where they need not be taken one by one.
  var usual: UsualRows? {
    format == .plain && table == nil ? .plain(isUnbroken: isRecognised) : table?.usual
  }

  /// The label of the line that was just rejected; empty where it has none that is whole.
  mutating func takeRejectedLabel() -> [UInt8] { table?.takeRejectedLabel() ?? plain.takeRejectedLabel() }

  /// Appends the row of a line, its end not included.
  mutating func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    if table != nil {
      columns.cut(line, at: separator, countMax: ListLimits.columnsMax)
      return table?.append(line, columns: columns.places, to: &output) ?? .noRow
    }
    switch format {
    case .plain: return plain.append(line, to: &output)
    case .megaface: return MegaFaceRow.append(line, to: &output)
    case .pipa: return PIPARow.append(line, columns: &columns, to: &output)
    case .openImagesFaces: return OpenImagesFacesRow.append(line, to: &output)
    case .adience: return AdienceRow.append(line, columns: &columns, to: &output)
    case .nusWide: return NUSWideRow.append(line, to: &output)
    case .yfcc100m: return YFCC100MRow.append(line, columns: &columns, to: &output)
    case .vggFace: return VGGFaceRow.append(line, to: &output)
    case .imdbWiki: return IMDBWikiRow.append(line, to: &output)
    case .flickrCaptions: return FlickrCaptionRow.append(line, to: &output)
    case .files: return fileNames.append(line, to: &output)
    case .frames: return fileNames.appendFrame(line, to: &output)
    case .hashes: return HashRow.append(line, to: &output)
    case .coco, .flickrCropping, .ffhq, .json, .visualGenome, .openImages, .imdbFace, .csv, .pubFig,
      .faceScrub,
      .msCeleb, .tsv:
      preconditionFailure("JSON and tables are not read line by line")
    }
  }
}
