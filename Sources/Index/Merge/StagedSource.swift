// One sorted source of staged rows: a section of a run, or rows in memory. It is read a piece at a time, from the first
// row of any part of the keys on.
//
// Where a part begins is found out by the pieces' first keys alone, which no checksum was compared for. So the part's own
// rows are looked at: the first piece begins in front of the part, or with the section, and rows are in order. Then
// no row of the part is in front of it.

internal import Platform

/// A run's file, which several sections and several threads read.
final class OpenRun: Sendable {
  private let file: SystemFile
  private let path: String

  init(_ path: String) throws(IndexError) {
    self.path = path
    file = try SystemFile(reading: path)
  }

  var damaged: IndexError { .corrupt("the staged run \(path) is damaged; abort the load and start it again") }

  /// Fills `bytes` from `offset` on; they must end at `end` or before.
  func read(_ bytes: inout [UInt8], at offset: Int, before end: Int) throws(IndexError) {
    guard bytes.count <= end - offset, try file.read(bytes.count, at: offset, into: &bytes) == bytes.count
    else { throw damaged }
  }
}

/// Where a source's rows come from: a section of a run, or sorted rows in memory.
enum StagedOrigin: Sendable {
  case run(OpenRun, RunSection)
  case records(StagingBuffer)
  /// Of one lane or two.
  case bareKeys([UInt64], [UInt64])

  var form: StagedForm {
    switch self {
    case .run(_, let section): section.form
    case .records: .records
    case .bareKeys: .bare
    }
  }

  /// How many rows it has.
  var count: Int {
    switch self {
    case .run(_, let section): section.count
    case .records(let rows): rows.count(.records)
    case .bareKeys(let one, let other): one.count + other.count
    }
  }

  /// Bytes that its rows take in a run, about.
  var byteCount: Int {
    switch self {
    case .run(_, let section): section.byteCount
    case .records(let rows): rows.recordBytes
    case .bareKeys: 8 * count
    }
  }

  /// For each part, the offset of the piece at which to begin to read: the last one whose first key is in front of the
  /// part, or else the section's first. None for rows in memory, which are searched. O(pieces).
  func starts(bits: Int) throws(IndexError) -> [Int] {
    guard case .run(let run, let section) = self, bits > 0 else { return [] }
    let (parts, end) = (KeyPart.count(bits: bits), section.offset + section.byteCount)
    var starts: [Int] = []
    starts.reserveCapacity(parts)
    var (offset, before, least) = (section.offset, section.offset, UInt64(0))
    var head = [UInt8](repeating: 0, count: RunFile.pieceHeaderBytes + 8)
    while offset < end {
      WorkMark.step()
      try run.read(&head, at: offset, before: end)
      let count = Int(LittleEndian.load(4, from: head.rawSpan, at: 0))
      let first = LittleEndian.load(8, from: head.rawSpan, at: RunFile.pieceHeaderBytes)
      guard first >= least else { throw run.damaged }
      while starts.count < parts, KeyPart(number: starts.count, bits: bits).lowest <= first {
        starts.append(before)
      }
      (before, least) = (offset, first)
      offset += RunFile.pieceHeaderBytes + count
    }
    while starts.count < parts { starts.append(before) }
    return starts
  }
}

/// One sorted source of staged rows. It stands on a row.
struct StagedSource {
  private(set) var key = StoredKey(high: 0, low: 0)
  private(set) var isPrimary = true
  /// The row's payload, by its place in `bytes`.
  private var payloadRange = 0..<0
  private let form: StagedForm
  private let hasSecondHalf: Bool
  private let highest: UInt64
  // A piece of whole rows, and where the next row begins.
  private var bytes: [UInt8] = []
  private var position = 0
  private var pieces: StagedPieces

  /// Goes to the first row of `part`; nil where it has none.
  ///
  /// - Parameter start: where the part begins in a run (`StagedOrigin.starts`); nil for the section's beginning.
  init?(_ origin: StagedOrigin, hasSecondHalf: Bool, part: KeyPart, start: Int?) throws(IndexError) {
    form = origin.form
    self.hasSecondHalf = hasSecondHalf
    highest = part.highest
    pieces = StagedPieces(origin, part: part, start: start)
    let isAtFirstRow = pieces.isAtFirstRow
    guard try advance() else { return nil }
    guard isAtFirstRow || key.high < part.lowest else { throw pieces.damaged }
    while key.high < part.lowest {
      guard try advance() else { return nil }
    }
  }

  /// Whether the row says more than its key.
  var hasPayload: Bool { !payloadRange.isEmpty }

  var payload: ArraySlice<UInt8> { bytes[payloadRange] }

  /// Goes to the next row; false at the part's end.
  @inline(__always)
  mutating func advance() throws(IndexError) -> Bool {
    if position == bytes.count {
      position = 0
      guard try pieces.next(into: &bytes) else { return false }
    }
    guard let row = StagedRow(bytes.span, at: position, form: form, hasSecondHalf: hasSecondHalf),
      row.key >= key
    else { throw pieces.damaged }
    guard row.key.high <= highest else { return false }
    key = row.key
    isPrimary = row.isPrimary
    payloadRange = row.payload
    position = row.end
    return true
  }
}

/// One row of a piece.
private struct StagedRow {
  let key: StoredKey
  let isPrimary: Bool
  /// Its payload, by its place in the piece.
  let payload: Range<Int>
  /// Where the next row begins.
  let end: Int

  /// Reads the row at `offset`; nil where it is cut off. O(1).
  @inline(__always)
  init?(_ piece: Span<UInt8>, at offset: Int, form: StagedForm, hasSecondHalf: Bool) {
    // Safe: bytes have no padding to see.
    let bytes = unsafe piece.bytes
    switch form {
    case .bare:
      guard piece.count - offset >= 8 else { return nil }
      key = StoredKey(high: LittleEndian.load(8, from: bytes, at: offset), low: 0)
      isPrimary = true
      payload = 0..<0
      end = offset + 8
    case .records:
      var start = offset + (hasSecondHalf ? 17 : 9)
      guard piece.count > start else { return nil }
      key = StoredKey(
        high: LittleEndian.load(8, from: bytes, at: offset),
        low: hasSecondHalf ? LittleEndian.load(8, from: bytes, at: offset + 9) : 0)
      isPrimary = piece[offset + 8] == 1
      guard let length = Varint.read(piece, at: &start), length <= piece.count - start else { return nil }
      payload = start..<(start + length)
      end = start + length
    }
  }
}

/// The pieces of a source, one after the other.
private struct StagedPieces {
  private let origin: StagedOrigin
  /// Whether no row is in front of the next piece.
  let isAtFirstRow: Bool
  /// The next byte of the run.
  private var next = 0
  /// The next record in memory.
  private var nextRecord = StagedPosition()
  private var bareKeys: BareKeyPair?

  init(_ origin: StagedOrigin, part: KeyPart, start: Int?) {
    self.origin = origin
    switch origin {
    case .run(_, let section):
      next = start ?? section.offset
      isAtFirstRow = next == section.offset
    // In memory no row that is passed is of the part.
    case .records(let rows):
      nextRecord = rows.firstRecord(of: part.lowest)
      isAtFirstRow = true
    case .bareKeys(let one, let other):
      bareKeys = BareKeyPair(one, other, from: part.lowest)
      isAtFirstRow = true
    }
  }

  var damaged: IndexError {
    switch origin {
    case .run(let run, _): run.damaged
    case .records, .bareKeys:
      .corrupt("the staged rows in memory are out of order; abort the load and start it again")
    }
  }

  /// Reads the next piece; false at the end.
  mutating func next(into bytes: inout [UInt8]) throws(IndexError) -> Bool {
    switch origin {
    case .records(let rows):
      bytes.removeAll(keepingCapacity: true)
      rows.appendPiece(.records, from: &nextRecord, byteCount: RunFile.pieceBytes, to: &bytes)
      return !bytes.isEmpty
    case .bareKeys:
      bareKeys?.next(RunFile.pieceBytes / 8, into: &bytes)
      return !bytes.isEmpty
    case .run(let run, let section):
      let end = section.offset + section.byteCount
      guard next < end else { return false }
      var header = [UInt8](repeating: 0, count: RunFile.pieceHeaderBytes)
      try run.read(&header, at: next, before: end)
      let count = Int(LittleEndian.load(4, from: header.rawSpan, at: 0))
      guard count > 0, count <= end - next - header.count else { throw run.damaged }
      if bytes.count != count { bytes = [UInt8](repeating: 0, count: count) }
      try run.read(&bytes, at: next + header.count, before: end)
      guard Checksum.of(bytes.rawSpan) == LittleEndian.load(8, from: header.rawSpan, at: 4) else {
        throw run.damaged
      }
      next += header.count + count
      return true
    }
  }
}
