// The usual rows of most lists: `flickr:` and an id in canonical digits, or the address of a photo's file, and nothing beside
// it. They are read without a search for their end. RowReader makes the same of them (a test compares the two); all other
// rows go the full way, over it and CrossrefReader.

internal import ByteText
internal import Identifiers
internal import Index

/// A row that is no more than a photo's id.
struct PhotoRow {
  static let namespace = Namespace.flickr
  let key: StoredKey
  /// Where the row's LF is.
  let end: Int

  /// Reads the row that begins at `start`; nil where it is another one, or not whole.
  @inline(__always)
  init?(_ rows: Span<UInt8>, from start: Int) {
    let digits = start + 7
    guard rows.hasPrefix("flickr:", at: start), digits < rows.count, rows[digits] != UInt8(ascii: "0") else {
      return nil
    }
    let (value, end) = rows.decimal(from: digits)
    guard (1...18).contains(end - digits), end < rows.count, rows[end] == UInt8(ascii: "\n") else {
      return nil
    }
    self.end = end
    key = StoredKey(integer: value)
  }
}

/// A row that is no more than the address of a photo's file.
struct PhotoFileRow {
  let key: StoredKey
  private let start: Int
  private let id: Range<Int>
  /// Where the row's LF is.
  let end: Int

  /// Reads the row that begins at `start`; nil where it is another one, or not whole.
  @inline(__always)
  init?(_ rows: Span<UInt8>, from start: Int) {
    guard let file = PhotoFile(rows, from: start), file.end < rows.count,
      rows[file.end] == UInt8(ascii: "\n"),
      file.end - start <= Listing.shortFormBytesMax, rows[file.digits.lowerBound] != UInt8(ascii: "0"),
      file.isNowhereBefore
    else { return nil }
    (self.start, id, end) = (start, file.digits, file.end)
    key = StoredKey(integer: file.photo)
  }

  /// Adds the row to a lane.
  @inline(__always)
  func stage(_ rows: Span<UInt8>, into lane: inout StagingLane) {
    Listing.stage(
      key, of: PhotoRow.namespace, front: rows.extracting(start..<id.lowerBound),
      back: rows.extracting(id.upperBound..<end), into: &lane)
  }
}
