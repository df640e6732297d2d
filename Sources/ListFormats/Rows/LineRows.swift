// The table of the formats that are made of lines: which type reads a line of which.

/// Turns lines into rows.
struct LineRows {
  private(set) var plain: PlainRow
  private let format: ListFormat
  private var columns = ColumnCutter()
  private var table: TableRows?
  private let fileNames: FileNameRow

  init(format: ListFormat, options: ListOptions) {
    self.format = format
    plain = PlainRow(readsLabels: options.readsLabels)
    table = TableShape(format: format, options: options).map {
      TableRows(shape: $0, filePrefix: options.filePrefix)
    }
    fileNames = FileNameRow(dataset: options.filePrefix ?? "")
  }

  /// What the usual lines look like, where they need not be taken one by one.
  var usual: UsualRows? { format == .plain ? .plain : table?.usual }

  /// Appends the row of a line, its end not included.
  mutating func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
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
    case .pubFig, .faceScrub, .msCeleb, .tsv:
      columns.cut(line, at: UInt8(ascii: "\t"), countMax: ListLimits.columnsMax)
      return table?.append(line, columns: columns.places, to: &output) ?? .noRow
    case .coco, .flickrCropping, .ffhq, .openImages, .imdbFace, .csv:
      preconditionFailure("JSON and CSV are not cut into lines")
    }
  }
}
