// Adience: TSV with a header, `user_id original_image face_id ...`. The published files end in cut rows.

import ByteText

/// A line of an Adience fold.
enum AdienceRow {
  /// Appends photo, account and file name.
  ///
  /// A row is kept if its identifying columns are whole, wherever it is cut after them: `user_id` is whole
  /// if it is an account id, `original_image` if it is `<photo>_<secret>_o.jpg` to the last letter.
  static func append(_ line: Span<UInt8>, columns: inout ColumnCutter, to output: inout [UInt8]) -> RowOutcome
  {
    guard !line.isEmpty, !isHeader(line) else { return .noRow }
    columns.cut(line, at: UInt8(ascii: "\t"), countMax: 3)
    let account = columns.column(0, of: line)
    let image = columns.column(1, of: line)
    guard account.isAccount else {
      return .rejected(
        columns.count < 3 ? .cutRow("ends within user_id") : .columns("user_id is no account id"))
    }
    guard let photo = photo(in: image) else {
      return .rejected(
        columns.count < 3
          ? .cutRow("ends within original_image")
          : .columns("original_image is not <photo>_<secret>_o.jpg"))
    }
    RowText.begin("flickr:", image.extracting(photo), to: &output)
    RowText.addKey("nsid", account, to: &output)
    RowText.addField("listed", image, to: &output)
    return .row
  }

  /// Whether a line is the header.
  static func isHeader(_ line: Span<UInt8>) -> Bool { line.hasPrefix("user_id\toriginal_image") }

  /// Where the photo's id is in `<photo>_<secret>_o.jpg`; nil if the name is anything else.
  private static func photo(in image: Span<UInt8>) -> Range<Int>? {
    let digits = image.digitsEnd(from: 0)
    guard digits > 0, digits < image.count, image[digits] == UInt8(ascii: "_") else { return nil }
    let secret = (digits + 1)..<image.hexadecimalEnd(from: digits + 1)
    guard !secret.isEmpty, image.extracting(secret.upperBound..<image.count).equals("_o.jpg") else {
      return nil
    }
    return 0..<digits
  }
}
