// A run: a sorted file of staged keys, written in one go, synced, and then given its name, so that a run that is
// there is whole. The footer says where each section is, and which blocks of the load it holds.
//
//   section: the rows of one namespace in one form (`StagedForm`), sorted by key then payload, in pieces of about
//            64 KiB, each of whole rows:  byte count 4, checksum 8, rows
//   footer (NamedValues): a "section" for each with its namespace, form, place and count, and the totals of the
//            load so far
//   8 bytes: offset of the footer;  8: checksum of the footer;  8: "whichru2"

internal import Platform

/// Where a section of a run is.
struct RunSection: Equatable, Sendable {
  let space: UInt8
  let form: StagedForm
  let offset: Int
  let byteCount: Int
  /// How many rows it has.
  let count: Int
}

/// What a load holds up to the end of a run.
struct LoadProgress: Equatable, Sendable {
  /// The last block.
  var block = 0
  /// Rows of the list, rejected ones included.
  var rows = 0
  var accepted = 0
  var rejected = 0
}

enum RunFile {
  static let pieceBytes = 64 << 10
  static let pieceHeaderBytes = 12
  static let magic = Array("whichru2".utf8)

  /// Writes a run and makes it durable under its name; on any error nothing of that name is left.
  ///
  /// - Parameter buffers: rows by namespace, sorted; one namespace may have several.
  /// - Returns: the run's sections, and its size.
  static func write(
    _ buffers: [(space: UInt8, rows: StagingBuffer)], progress: LoadProgress, folder: String, name: String
  ) throws(IndexError) -> (sections: [RunSection], byteCount: Int) {
    var part = try PartFile("\(folder)/\(name)")
    var footer = NamedValues()
    var sections: [RunSection] = []
    var offset = 0
    for (space, rows) in buffers {
      for form in [StagedForm.bare, .records] where rows.count(form) > 0 {
        let start = offset
        offset += try write(rows, form, to: part.file)
        sections.append(
          RunSection(
            space: space, form: form, offset: start, byteCount: offset - start, count: rows.count(form)))
        footer.put("section", "\(space) \(form) \(start) \(offset - start) \(rows.count(form))")
      }
    }
    for (name, path) in progressNumbers { footer.put(name, String(progress[keyPath: path])) }
    let encoded = footer.encoded
    var tail = encoded
    LittleEndian.append(UInt64(offset), bytes: 8, to: &tail)
    LittleEndian.append(Checksum.of(unsafe encoded.span.bytes), bytes: 8, to: &tail)
    tail.append(contentsOf: magic)
    try part.file.write(tail[...])
    try part.keep()
    return (sections, offset + tail.count)
  }

  /// Writes the rows of one form; returns how many bytes they take.
  static func write(
    _ rows: StagingBuffer, _ form: StagedForm, to file: borrowing SystemFile
  ) throws(IndexError) -> Int {
    var next = StagedPosition()
    var total = 0
    var piece: [UInt8] = []
    while true {
      beginPiece(&piece)
      rows.appendPiece(form, from: &next, byteCount: pieceBytes, to: &piece)
      guard piece.count > pieceHeaderBytes else { return total }
      try writePiece(&piece, to: file)
      total += piece.count
    }
  }

  /// Empties `piece` and leaves room for its header, behind which rows are appended.
  static func beginPiece(_ piece: inout [UInt8]) {
    piece.removeAll(keepingCapacity: true)
    piece.append(contentsOf: repeatElement(0, count: pieceHeaderBytes))
  }

  /// Fills in the header of a piece of whole rows, and writes it.
  static func writePiece(_ piece: inout [UInt8], to file: borrowing SystemFile) throws(IndexError) {
    LittleEndian.store(UInt64(piece.count - pieceHeaderBytes), bytes: 4, at: 0, in: &piece)
    // Safe: bytes have no padding to see.
    let checksum = Checksum.of(unsafe piece.span.bytes, from: pieceHeaderBytes)
    LittleEndian.store(checksum, bytes: 8, at: 4, in: &piece)
    try file.write(piece[...])
    WorkMark.step()
  }

  /// Reads a run's footer.
  static func open(_ path: String) throws(IndexError) -> (
    sections: [RunSection], progress: LoadProgress, byteCount: Int
  ) {
    let file = try SystemFile(reading: path)
    let size = try file.status().byteCount
    let damaged = IndexError.corrupt("the staged run \(path) is damaged; abort the load and start it again")
    var tail = [UInt8](repeating: 0, count: 24)
    guard size >= 24, try file.read(24, at: size - 24, into: &tail) == 24, Array(tail[16...]) == magic else {
      throw damaged
    }
    // Safe: bytes have no padding to see.
    let footerStart = LittleEndian.load(8, from: unsafe tail.span.bytes, at: 0)
    let checksum = LittleEndian.load(8, from: unsafe tail.span.bytes, at: 8)
    guard let footerOffset = Int(exactly: footerStart), footerOffset <= size - 24 else { throw damaged }
    var footer = [UInt8](repeating: 0, count: size - 24 - footerOffset)
    guard try file.read(footer.count, at: footerOffset, into: &footer) == footer.count,
      Checksum.of(unsafe footer.span.bytes) == checksum
    else { throw damaged }
    var sections: [RunSection] = []
    var progress = LoadProgress()
    for (name, value) in try NamedValues(footer.span, what: path).pairs {
      if name == "section" {
        let parts = value.split(separator: " ")
        guard parts.count == 5, let space = UInt8(parts[0]),
          let form = StagedForm(rawValue: String(parts[1])),
          let offset = Int(parts[2]), let byteCount = Int(parts[3]), let count = Int(parts[4]), offset >= 0,
          byteCount >= 0, count >= 0, offset <= footerOffset, byteCount <= footerOffset - offset
        else { throw damaged }
        sections.append(
          RunSection(space: space, form: form, offset: offset, byteCount: byteCount, count: count))
      } else if let path = progressNumbers.first(where: { $0.0 == name })?.1 {
        progress[keyPath: path] = Int(value) ?? 0
      }
    }
    return (sections, progress, size)
  }

  private static var progressNumbers: [(String, WritableKeyPath<LoadProgress, Int>)] {
    [("block", \.block), ("rows", \.rows), ("accepted", \.accepted), ("rejected", \.rejected)]
  }
}
