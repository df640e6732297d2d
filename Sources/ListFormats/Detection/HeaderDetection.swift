// Tells formats by a header, or by a comment in front of the rows.

import ByteText
import WireProtocol

/// Recognises lists that say what they are.
enum HeaderDetection {
  /// The format of a list by its first row, or by a comment before it; nil if they say nothing.
  static func detect(_ prefix: Span<UInt8>, firstRow: Span<UInt8>, options: ListOptions) -> Detection? {
    if prefix.hasLiteral("# PubFig") || prefix.hasLiteral("#\tperson\timagenum") {
      return Detection(format: .pubFig, reason: "the comment at its beginning is that of PubFig")
    }
    for (format, header) in headers where firstRow.hasLiteral(header) {
      return Detection(format: format, reason: "the first row is the header of the format")
    }
    let isTabbed = firstRow.firstIndex(of: UInt8(ascii: "\t")) != nil
    let table = isTabbed ? ListFormat.tsv : .csv
    if !options.columns.isEmpty {
      return Detection(
        format: table, reason: "columns are given, and \(isTabbed ? "TABs" : "commas") part the first row")
    }
    return namesColumns(firstRow, separator: isTabbed ? "\t" : ",")
      ? Detection(format: table, reason: "the first row is a header with a column that is an identifier")
      : nil
  }

  private static var headers: [(format: ListFormat, header: StaticString)] {
    [
      (.adience, "user_id\toriginal_image"),
      (.openImages, "ImageID,Subset,OriginalURL"),
      (.faceScrub, "name\timage_id\tface_id\turl"),
      (.imdbFace, "name,index,image,rect"),
    ]
  }

  /// Whether a row is names of columns, of which one is read without being told.
  private static func namesColumns(_ row: Span<UInt8>, separator: Character) -> Bool {
    guard row.count <= ListLimits.recordBytesMax else { return false }
    var bytes: [UInt8] = []
    bytes.append(row)
    let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\"" }
    let names = text.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
    let isHeader = names.allSatisfy { name in
      name.utf8.count <= 64 && name.utf8.allSatisfy { $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") }
    }
    return isHeader && names.contains { TableShape.defaultTarget(ofColumn: $0) != nil }
  }
}
