// The usual row of most lists: `flickr:`, an id in canonical digits, and nothing beside it. It is read without a search for its
// end. The parser of identifiers gives it the same key (a test compares the two); all other rows go the full way, over
// RowReader and CrossrefReader.

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
