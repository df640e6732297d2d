// What becomes of a record of a list: a row, nothing, or a row that is counted as rejected.

/// What a format made of a record.
enum RowOutcome {
  /// A row was appended, its end not included.
  case row
  /// The record is a header, a comment or blank: no row.
  case noRow
  /// The record should have been a row; what was appended is to be taken back.
  case rejected(RowRejection)
  /// The list cannot be read in this format: why, and what to do about it.
  case unusable(String, hint: String)
}

/// Why a record is rejected. The texts never hold anything of the record, since that may be about a person.
enum RowRejection {
  /// The record ends before a column that identifies the image is whole.
  case cutRow(StaticString)
  /// The record has not the columns of its format.
  case columns(StaticString)
  /// The record says nothing that identifies the image.
  case noIdentifier(StaticString)
  /// What should be the identifier cannot be sent as one.
  case malformed(StaticString)
  /// The record, or the row made of it, is over the bound of a line.
  case tooLong

  /// The code behind `!` (PROTOCOL.md, section 5).
  var code: String {
    switch self {
    case .cutRow: "cut-row"
    case .columns: "columns"
    case .noIdentifier: "no-identifier"
    case .malformed: "malformed"
    case .tooLong: "too-long"
    }
  }

  /// One line that says why.
  var text: String {
    switch self {
    case .cutRow(let text), .columns(let text), .noIdentifier(let text), .malformed(let text): "\(text)"
    case .tooLong: "longer than \(ListLimits.recordBytesMax) bytes"
    }
  }
}
