// Reads what `whichset export` wrote: datasets one after the other, each with its entry, its lists and its rows. An
// export is a plain list to any other reader; here its further lines are read too (`ExportLine`), so that a file that
// was cut off is told from a whole one.

package import WireProtocol

/// What an export says of a dataset, its rows apart.
package struct ExportedDataset: Equatable, Sendable {
  /// Its name.
  package let slug: String
  /// Its catalogue fields.
  package fileprivate(set) var fields: [Arguments.Field] = []
  /// Its lists, oldest first, each as names and values.
  package fileprivate(set) var lists: [[Arguments.Field]] = []
}

/// An export that is being read.
package struct ExportReader: ~Copyable {
  private var source: ByteSource
  private var lines = LineSplitter()
  private var rows = PlainRow()
  /// What was read and not taken yet.
  private var ahead: Item?
  /// The row of `ahead`, in wire form with its LF.
  private var row: [UInt8] = []
  private var datasetCount = 0
  private var rowCount = 0

  private enum Item: Equatable {
    case line(ExportLine)
    case row(line: UInt64)
    case end
  }

  /// Opens an export, compressed or not.
  ///
  /// - Parameters:
  ///   - name: what messages call it.
  ///   - descriptor: is read from its current position; stays the caller's, who closes it.
  package init(name: String, descriptor: Int32) throws(ListError) {
    source = try ByteSource(stream: ListStream.open(ListFile(name: name, descriptor: descriptor)))
  }

  /// Bytes read of the file as it is on disk, for showing progress.
  package var bytesRead: UInt64 { source.stream.file.bytesRead }

  /// Goes on to the next dataset, past what is left of the present one.
  ///
  /// - Returns: nil at the end of a whole export.
  /// - Throws: `ListError` also where the export is cut off.
  package mutating func nextDataset() throws(ListError) -> ExportedDataset? {
    if lines.number == 0 { try readFirstLine() }
    while true {
      switch try take() {
      case .line(.dataset(let slug)):
        datasetCount += 1
        rowCount = 0
        return try readEntry(of: ExportedDataset(slug: slug))
      case .line(.datasets(let count)):
        guard count == datasetCount else {
          throw damaged("it has \(datasetCount) datasets and should have \(count)")
        }
        return nil
      case .line, .row: continue
      case .end: throw cutOff
      }
    }
  }

  private mutating func readFirstLine() throws(ListError) {
    guard case .line(.export(let version)) = try take() else {
      throw source.stream.file.error(
        "it is no export of whichset", hint: "load a list of images with: whichset ingest")
    }
    guard version <= ExportLine.version else {
      throw source.stream.file.error(
        "it is an export of version \(version)", hint: "a newer whichset reads it")
    }
  }

  private mutating func readEntry(of dataset: ExportedDataset) throws(ListError) -> ExportedDataset {
    var dataset = dataset
    while true {
      let item = try take()
      switch item {
      case .line(.field(let field)): dataset.fields.append(field)
      case .line(.list(let list)): dataset.lists.append(list)
      default:
        ahead = item
        return dataset
      }
    }
  }

  /// Appends rows of the present dataset to `block` until the next would go over a bound.
  ///
  /// - Returns: false once the dataset has ended and nothing was appended.
  /// - Throws: `ListError` also where rows are missing; those already read must then be dropped.
  package mutating func fill(_ block: inout RowBlock, rowsMax: Int, bytesMax: Int) throws(ListError) -> Bool {
    let rowsBefore = block.rows
    while block.rows < rowsMax {
      let item = try take()
      switch item {
      case .row(let line):
        guard block.bytes.isEmpty || block.bytes.count + row.count <= bytesMax else {
          ahead = item
          return true
        }
        block.bytes += row
        block.lines.append(line)
        rowCount += 1
      case .line(.rows(let count)):
        guard count == rowCount else {
          throw damaged("a dataset has \(rowCount) rows and should have \(count)")
        }
        ahead = item
        return block.rows > rowsBefore
      case .line: throw damaged("a line stands where none should be")
      case .end: throw cutOff
      }
    }
    return true
  }

  /// The next item; a row's bytes are in `row`.
  private mutating func take() throws(ListError) -> Item {
    if let item = ahead {
      ahead = nil
      return item
    }
    row.removeAll(keepingCapacity: true)
    while let line = try lines.next(of: &source) {
      if let found = Self.line(line, of: source) { return .line(found) }
      let outcome = Self.appendRow(line, of: source, by: &rows, to: &row)
      switch outcome {
      case .noRow:
        // What is longer than a line may be is no comment of anybody's.
        guard line.isCut else { continue }
        throw damaged("a line is too long")
      case .row: RowWriter.end(&row)
      case .rejected(let reason):
        row.removeAll(keepingCapacity: true)
        RowWriter.reject(code: reason.code, text: reason.text, to: &row)
      case .unusable(let reason, let hint): throw source.stream.file.error(reason, hint: hint)
      }
      return .row(line: lines.number)
    }
    return .end
  }

  private static func line(_ line: LineSplitter.Line, of source: borrowing ByteSource) -> ExportLine? {
    line.isCut ? nil : ExportLine(source.window.span.extracting(line.place))
  }

  private static func appendRow(
    _ line: LineSplitter.Line, of source: borrowing ByteSource, by rows: inout PlainRow,
    to output: inout [UInt8]
  ) -> RowOutcome {
    let text = source.window.span.extracting(line.place)
    guard line.isCut else { return rows.append(text, to: &output) }
    return text.count > 0 && text[0] == UInt8(ascii: "#") ? .noRow : .rejected(.tooLong)
  }

  private var cutOff: ListError { damaged("it ends in the middle") }

  private func damaged(_ reason: String) -> ListError {
    let error = source.stream.file.error(reason, hint: "export it again")
    return ListError(file: error.file, line: lines.number, reason: error.reason, hint: error.hint)
  }
}
