// YFCC100M: TSV without header. 23 columns: 1 photo, 2 account, ... 14 page URL, 15 static URL, ... 23 marker.
// Variants put a line number in front and a hash behind, or line number, photo, hash, account in front.

import ByteText
import Identifiers
import WireProtocol

/// A line of the YFCC100M list.
enum YFCC100MRow {
  /// Appends the static URL (or the page, or the bare photo id), and the account.
  ///
  /// A cut row is kept for as long as photo and account are whole; a URL counts only if a TAB ends it.
  static func append(_ line: Span<UInt8>, columns: inout ColumnCutter, to output: inout [UInt8]) -> RowOutcome
  {
    guard !line.isEmpty else { return .noRow }
    columns.cut(line, at: UInt8(ascii: "\t"), countMax: 20)
    guard let place = place(in: columns, of: line) else {
      return .rejected(
        columns.count < 5 ? .cutRow("ends within the account id") : .columns("no photo and account id"))
    }
    let photo = columns.column(place.photo, of: line)
    let page = wholeColumn(place.account + 12, columns, line)
    let image = wholeColumn(place.account + 13, columns, line)
    if image.isEmpty && page.isEmpty {
      RowText.begin("flickr:", photo, to: &output)
    } else {
      let address = image.isEmpty ? page : image
      if case .rejected(let reason) = RowText.begin(address, to: &output) { return .rejected(reason) }
      // A static URL says as much; of any other form, a video's for instance, that is not known here.
      if !isStatic(address, photo) { RowText.addKey("flickr", photo, to: &output) }
    }
    RowText.addKey("nsid", columns.column(place.account, of: line), to: &output)
    RowText.addKey("yfcc-hash", hash(place, columns, line), to: &output)
    return .row
  }

  /// The hash between photo and account, or behind a marker of one digit at the end of a line that begins with its number;
  /// empty where there is none.
  @_lifetime(copy line)
  private static func hash(
    _ place: (photo: Int, account: Int), _ columns: ColumnCutter, _ line: Span<UInt8>
  ) -> Span<UInt8> {
    var hash = columns.column(Int.max, of: line)
    if place.account == place.photo + 2 {
      hash = columns.column(place.photo + 1, of: line)
    } else if place.photo > 0, columns.count == 20,
      let tab = line.lastIndex(of: UInt8(ascii: "\t"), before: line.count),
      line.hasPrefix("\t0", at: tab - 2) || line.hasPrefix("\t1", at: tab - 2)
    {
      hash = line.extracting(tab + 1..<line.count)
    }
    return IdentifierParser.isYFCCHash(hash) ? hash : columns.column(Int.max, of: line)
  }

  /// Whether an address is `.../<photo>_<secret>...`.
  private static func isStatic(_ address: Span<UInt8>, _ photo: Span<UInt8>) -> Bool {
    guard let slash = address.lastIndex(of: UInt8(ascii: "/"), before: address.count) else { return false }
    let end = slash + 1 + photo.count
    return end < address.count && address[end] == UInt8(ascii: "_")
      && address.firstPlace(of: photo) == slash + 1
  }

  /// Whether a line has photo, account and the URLs where they belong.
  static func hasShape(_ line: Span<UInt8>, columns: inout ColumnCutter) -> Bool {
    columns.cut(line, at: UInt8(ascii: "\t"), countMax: 20)
    guard columns.count == 20, let place = place(in: columns, of: line) else { return false }
    let page = columns.column(place.account + 12, of: line)
    let image = columns.column(place.account + 13, of: line)
    let photo = columns.column(place.photo, of: line)
    // The addresses have the id, or it is another number.
    return (7...11).contains(photo.count)
      && (page.isEmpty || page.isWebAddress && page.contains(photo))
      && (image.isEmpty || image.isWebAddress && image.contains(photo))
  }

  /// The columns of photo and account, from 0: the account is the first column that is an account id and has
  /// one behind it, the photo stands before it, with at most a hash between them.
  private static func place(in columns: ColumnCutter, of line: Span<UInt8>) -> (photo: Int, account: Int)? {
    for account in 1...3 where account + 1 < columns.count && columns.column(account, of: line).isAccount {
      for photo in [account - 1, account - 2] where photo >= 0 && isPhoto(columns.column(photo, of: line)) {
        return (photo, account)
      }
    }
    return nil
  }

  /// Whether a column is a photo id; a hash that happens to be all digits is longer.
  private static func isPhoto(_ column: Span<UInt8>) -> Bool { column.isDecimal && column.count < 20 }

  @_lifetime(copy line)
  private static func wholeColumn(_ index: Int, _ columns: ColumnCutter, _ line: Span<UInt8>) -> Span<UInt8> {
    columns.column(index + 1 < columns.count ? index : Int.max, of: line)
  }
}
