// Reads a published list row by row: bytes -> records -> rows in wire form. This is what the target offers;
// sending the rows, and keying them, is left to others. Blocks depend on the bytes of the list and the
// bounds that are asked for only, never on how the bytes arrive, so that a load can be resumed by block number.

import WireProtocol

/// A list that is being read.
package struct ListReader: ~Copyable {
  /// The format, as asked for or as recognised.
  package let format: ListFormat
  /// One line for people that says why this format was chosen.
  package let reason: String

  /// How the list is read, in words that differ where its rows would.
  package let reading: String

  private var source: ByteSource
  private var lines: LineSplitter
  private var lineRows: LineRows
  private let layout: Layout
  private var records: CSVRecords
  private var tableRows: TableRows?
  private var objects: JSONFields?
  /// A row that went over the bound of the last block, and its line.
  private var heldBack: (row: [UInt8], line: UInt64)?

  /// How a list is cut into records.
  private enum Layout {
    case lines, csv, json
  }

  /// Opens a list and, unless told, recognises how it is to be read.
  ///
  /// - Parameters:
  ///   - name: what messages call the list.
  ///   - descriptor: is read from its current position; stays the caller's, who closes it.
  ///   - format: nil to have it recognised by the first rows.
  ///   - options: what some formats need.
  /// - Throws: `ListError` if nothing can be read, if the bytes are no text, or it is not clear how to read them.
  package init(
    name: String, descriptor: Int32, format: ListFormat?, options: ListOptions = .init()
  ) throws(ListError) {
    var source = try ByteSource(
      stream: ListStream.open(ListFile(name: name, descriptor: descriptor), encoding: options.encoding))
    let found = try Self.choose(source, named: format, options: options, name: name)
    if found.format.needsFilePrefix, options.filePrefix == nil {
      throw source.stream.file.error(
        "the list has file names only (\(found.format.rawValue))", hint: "say of which dataset they are")
    }
    let objects = try found.json.map { json throws(ListError) in
      try JSONFields(json, of: name, descriptor: descriptor, encoding: options.encoding)
    }
    let preambleLines = found.table?.preambleLines ?? 0
    var lines = LineSplitter(bytesMax: found.format.lineBytesMax)
    var records = CSVRecords(separator: found.table?.separator ?? .comma)
    for _ in 0..<preambleLines { _ = try lines.next(of: &source) }
    records.skip(preambleLines)
    (self.lines, self.records) = (lines, records)
    self.format = found.format
    reason = found.reason + (source.stream.encoding.map { "; its text is \($0.name)" } ?? "")
    reading = Self.reading(found, encoding: source.stream.encoding, options)
    lineRows = LineRows(
      format: found.format, table: found.json == nil ? found.table : nil, options: options,
      isRecognised: format == nil)
    layout = found.json != nil ? .json : found.table?.separator.hasQuotes ?? false ? .csv : .lines
    tableRows = found.table.map { TableRows(shape: $0, filePrefix: options.filePrefix) }
    self.objects = objects
    self.source = source
  }

  /// Appends whole rows to `block` until the next would go over a bound.
  ///
  /// - Parameters:
  ///   - rowsMax: rows that the block may hold, at least 1.
  ///   - bytesMax: bytes that the block may hold; more than `ProtocolLimits.lineBytesMax`.
  /// - Returns: false once the list has ended and nothing was appended; a block that was full before is left
  ///   as it is.
  /// - Throws: `ListError` if the list cannot be read to its end; rows already read must then be dropped.
  package mutating func fill(
    _ block: inout RowBlock, rowsMax: Int, bytesMax: Int
  ) throws(ListError) -> Bool {
    precondition(rowsMax > 0 && bytesMax > ProtocolLimits.lineBytesMax, "any row fits into an empty block")
    let rowsBefore = block.rows
    while true {
      appendUsualRows(rowsMax: rowsMax, bytesMax: bytesMax, to: &block)
      guard block.rows < rowsMax else { return true }
      let start = block.bytes.count
      let next: UInt64?
      do { next = try appendRow(to: &block.bytes) } catch { throw located(error) }
      guard let line = next else { return block.rows > rowsBefore }
      if block.bytes.count > bytesMax {
        heldBack = (Array(block.bytes[start...]), line)
        block.bytes.removeLast(block.bytes.count - start)
        return true
      }
      block.lines.append(line)
    }
  }

  /// Bytes read of the list as it is on disk, for showing progress.
  package var bytesRead: UInt64 { source.stream.file.bytesRead }

  /// SHA-256, in lower-case hex, of the bytes read of the list as it is on disk; once the list has ended, of
  /// all of it.
  package func digest() -> String { source.stream.file.digestHexadecimal() }

  /// SHA-256, in lower-case hex, of a whole file, whose position does not change; for telling, before a list
  /// is read, whether it is known already. O(size of the file).
  ///
  /// - Throws: `ListError` if the file cannot be read, or is a pipe.
  package static func sha256(ofFileDescriptor descriptor: Int32, name: String) throws(ListError) -> String {
    try ListFile.digest(of: descriptor, name: name)
  }

  /// How often fields of a plain list were left out since no row can carry them, by name.
  package var ignoredFields: [String: Int] { lineRows.plain.ignoredFields }

  /// The error with the line that was reached, if it has none itself.
  private func located(_ error: ListError) -> ListError {
    let reached =
      switch layout {
      case .lines: lines.number + 1
      case .csv: records.line
      case .json: objects?.line
      }
    let line = error.line ?? reached
    return ListError(file: error.file, line: line, reason: error.reason, hint: error.hint)
  }

  /// Appends the next row of the list.
  ///
  /// - Returns: its line, or nil at the end of the list.
  private mutating func appendRow(to output: inout [UInt8]) throws(ListError) -> UInt64? {
    if let (row, line) = heldBack {
      heldBack = nil
      output += row
      return line
    }
    switch layout {
    case .lines: return try appendLineRow(to: &output)
    case .csv: return try appendRecordRow(to: &output)
    case .json: return try appendObjectRow(to: &output)
    }
  }

  /// Appends the usual rows that come next and are whole in the window.
  private mutating func appendUsualRows(rowsMax: Int, bytesMax: Int, to block: inout RowBlock) {
    guard layout == .lines, let usual = lineRows.usual, heldBack == nil, !lines.discarding else {
      return
    }
    let taken = usual.append(
      source.window.span.extracting(source.unread), from: lines.number + 1, rowsMax: rowsMax,
      bytesMax: bytesMax,
      to: &block)
    source.consume(taken.bytes)
    lines.skip(taken.rows)
  }

  private mutating func appendLineRow(to output: inout [UInt8]) throws(ListError) -> UInt64? {
    while let line = try lines.next(of: &source) {
      let start = output.count
      let outcome = Self.appendLine(
        line, of: source, by: &lineRows, readsCut: format.readsCutLines, to: &output)
      if try finish(outcome, from: start, in: &output) { return lines.number }
    }
    return nil
  }

  private static func appendLine(
    _ line: LineSplitter.Line, of source: borrowing ByteSource, by rows: inout LineRows, readsCut: Bool,
    to output: inout [UInt8]
  ) -> RowOutcome {
    guard !line.isCut || readsCut else { return .rejected(.tooLong) }
    return rows.append(source.window.span.extracting(line.place), to: &output)
  }

  private mutating func appendRecordRow(to output: inout [UInt8]) throws(ListError) -> UInt64? {
    while try records.next(of: &source) {
      let start = output.count
      var outcome = RowOutcome.rejected(.tooLong)
      if records.isCut {
        outcome = .rejected(.cutRow("ends within a quoted column"))
      } else if !records.isTooLong {
        let text = records.text
        outcome = tableRows?.append(text.span, columns: records.columns, to: &output) ?? .noRow
      }
      if try finish(outcome, from: start, in: &output) { return records.line }
    }
    return nil
  }

  private mutating func appendObjectRow(to output: inout [UInt8]) throws(ListError) -> UInt64? {
    while let object = try objects?.next(of: &source) {
      let start = output.count
      let outcome: RowOutcome =
        if object.isCut {
          .rejected(.tooLong)
        } else if tableRows != nil {
          tableRows?.append(object.text.span, columns: object.places, to: &output) ?? .noRow
        } else {
          JSONRows.append(object.values, as: format, to: &output)
        }
      if try finish(outcome, from: start, in: &output) { return object.line }
    }
    return nil
  }

  /// Ends the row that begins at `start`, or puts a rejected row in its place.
  ///
  /// - Returns: whether there is a row.
  private mutating func finish(
    _ outcome: RowOutcome, from start: Int, in output: inout [UInt8]
  ) throws(ListError) -> Bool {
    let rejection: RowRejection
    switch outcome {
    case .noRow: return false
    case .row:
      if output.count - start <= ListLimits.recordBytesMax {
        RowWriter.end(&output)
        return true
      }
      rejection = .tooLong
    case .rejected(let reason): rejection = reason
    case .unusable(let reason, let hint): throw source.stream.file.error(reason, hint: hint)
    }
    output.removeLast(output.count - start)
    let label = layout == .lines ? lineRows.takeRejectedLabel() : tableRows?.takeRejectedLabel()
    RowWriter.reject(code: rejection.code, text: rejection.text, label: label ?? [], to: &output)
    return true
  }

  private static func choose(
    _ source: borrowing ByteSource, named: ListFormat?, options: ListOptions, name: String
  ) throws(ListError) -> Detection {
    let prefix = source.prefix
    return try Detection.choose(
      source.window.span.extracting(prefix), isWhole: source.ended && prefix == source.unread, named: named,
      options: options, name: name)
  }

  private static func reading(_ found: Detection, encoding: TextEncoding?, _ options: ListOptions) -> String {
    var words = [found.format.rawValue]
    if let table = found.table {
      words += found.json == nil ? [table.separator.rawValue, table.hasHeader ? "header" : "no-header"] : []
      for (index, column) in table.columns.enumerated() {
        switch column.place {
        case .named(let name): words.append("\(column.target)=\(name.lowercased())")
        case .numbered(let number):
          let path = found.json?.fields[index].map { String(decoding: $0, as: UTF8.self) }.joined(
            separator: ".")
          words.append("\(column.target)=\(path ?? String(number))")
        }
      }
    }
    if found.format.needsFilePrefix || found.table?.columns.contains(where: { $0.target == "file" }) ?? false
    {
      words.append("prefix=\(options.filePrefix ?? "")")
    }
    if let encoding { words.append(encoding.name.lowercased()) }
    return words.joined(separator: " ")
  }
}
