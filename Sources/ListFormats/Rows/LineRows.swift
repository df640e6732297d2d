// The table of the formats that are made of lines: which type reads a line of which.

/// Turns lines into rows.
struct LineRows {
  let format: ListFormat
  private(set) var plain = PlainRow()
  private var columns = ColumnCutter()

  init(format: ListFormat) { self.format = format }

  /// Appends the row of a line, its end not included.
  mutating func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    switch format {
    case .plain: plain.append(line, to: &output)
    case .megaface: MegaFaceRow.append(line, to: &output)
    case .pipa: PIPARow.append(line, columns: &columns, to: &output)
    case .openImagesFaces: OpenImagesFacesRow.append(line, to: &output)
    case .adience: AdienceRow.append(line, columns: &columns, to: &output)
    case .nusWide: NUSWideRow.append(line, to: &output)
    case .yfcc100m: YFCC100MRow.append(line, columns: &columns, to: &output)
    case .coco, .flickrCropping: preconditionFailure("JSON is not cut into lines")
    }
  }
}
