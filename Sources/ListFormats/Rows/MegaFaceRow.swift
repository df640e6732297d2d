// MegaFace and its subsets: one path a line, `<nsid>_identity_<n>/<photo>_<n>.jpg` (challenge 2) or
// `<xxx>/<nsid>/<photo>_<n>.jpg` (challenge 1), perhaps below folders.

import ByteText

/// A line of a MegaFace list.
enum MegaFaceRow {
  /// Appends photo, account and path.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard let parts = parts(of: line) else {
      return line.isEmpty ? .noRow : .rejected(.columns("no path <nsid>[_identity_<n>]/<photo>_<n>.jpg"))
    }
    RowText.begin("flickr:", line.extracting(parts.photo), to: &output)
    RowText.addKey("nsid", line.extracting(parts.account), to: &output)
    RowText.addField("listed", line, to: &output)
    return .row
  }

  /// Where photo and account are; nil unless the line is such a path. The image's extension shows that the
  /// path is whole.
  static func parts(of line: Span<UInt8>) -> (account: Range<Int>, photo: Range<Int>)? {
    guard let slash = line.lastIndex(of: UInt8(ascii: "/"), before: line.count) else { return nil }
    let photo = (slash + 1)..<line.digitsEnd(from: slash + 1)
    guard !photo.isEmpty, photo.upperBound < line.count, line[photo.upperBound] == UInt8(ascii: "_") else {
      return nil
    }
    let number = line.digitsEnd(from: photo.upperBound + 1)
    guard number > photo.upperBound + 1, line.extracting(number..<line.count).equals(".jpg") else {
      return nil
    }
    let folder = line.lastIndex(of: UInt8(ascii: "/"), before: slash).map { $0 + 1 } ?? 0
    let at = line.digitsEnd(from: folder)
    let account = folder..<min(at + 4, slash)
    guard line.extracting(account).isAccount,
      account.upperBound == slash || line.hasPrefix("_identity_", at: account.upperBound)
    else { return nil }
    return (account, photo)
  }
}
