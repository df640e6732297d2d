// Whether the beginning of a file is text at all, so that an archive, a picture or a web page given as a list is refused
// with what it is and what to do about it.

import WireProtocol

import ByteText

/// Looks at the first bytes of a list.
enum TextCheck {
  /// Why a file is not read, and what to do about it.
  struct Refusal {
    let reason: String
    let hint: String
  }

  /// Why these first bytes of a file cannot begin a list; nil if they can.
  static func refusal(of prefix: Span<UInt8>) -> Refusal? {
    if prefix.starts(with: Array("PK\u{3}\u{4}".utf8)) { return refusal(ofArchive: prefix) }
    for (signature, offset, kind, hint) in signatures where prefix.has(signature, at: offset) {
      return Refusal(reason: "this is \(kind), not a list", hint: hint)
    }
    if let page = refusal(ofMarkup: prefix) { return page }
    var controls = 0
    var (returns, feeds) = (0, 0)
    for index in prefix.indices {
      let byte = prefix[index]
      if byte == 0x0D { returns += 1 }
      if byte == 0x0A { feeds += 1 }
      if byte == 0 {
        return Refusal(reason: "this is no text: it has NUL bytes", hint: "give the list itself")
      }
      if byte < 0x20, !(0x09...0x0D).contains(byte) { controls += 1 }
    }
    if returns > 1, feeds == 0 {
      return Refusal(
        reason: "its lines end in CR alone, as those of old Macintosh programs",
        hint: "tr '\\r' '\\n' < LIST > NEW-LIST makes usual ones of them")
    }
    // Text has hardly any control bytes; of random bytes every tenth is one.
    if controls * 20 > prefix.count {
      return Refusal(reason: "this is no text: it has many control bytes", hint: "give the list itself")
    }
    return nil
  }

  /// Many formats are ZIP archives; the name of the first file in it tells them.
  private static func refusal(ofArchive prefix: Span<UInt8>) -> Refusal {
    let start = prefix.extracting(0..<min(prefix.count, 256))
    func names(_ part: String) -> Bool { start.contains(part.utf8.span) }
    if names("[Content_Types].xml") || names("_rels/") || names("xl/") {
      return Refusal(
        reason: "this is an Excel workbook (or another file of Office), not a list",
        hint: "open it and save the sheet as CSV UTF-8")
    }
    if names("mimetypeapplication/vnd.oasis") {
      return Refusal(
        reason: "this is an OpenDocument file, not a list", hint: "open it and save the sheet as CSV")
    }
    if names(".npy") {
      return Refusal(
        reason: "this is a NumPy archive (.npz), not a list",
        hint: "write its array of URLs or ids as text, one a line, with numpy.savetxt and fmt='%s'")
    }
    return Refusal(reason: "this is a ZIP archive, not a list", hint: "unpack it and give the list in it")
  }

  /// HTML and XML, whose first tag may be in any case.
  private static func refusal(ofMarkup prefix: Span<UInt8>) -> Refusal? {
    var start = 0
    while start < prefix.count, prefix[start] <= 0x20 { start += 1 }
    var word: [UInt8] = []
    for index in start..<min(start + 9, prefix.count) { word.append(prefix[index] | 0x20) }
    let text = String(decoding: word, as: UTF8.self)
    if text == "<!doctype" || ["<html", "<head", "<body"].contains(where: text.hasPrefix) {
      return Refusal(
        reason: "this is an HTML page, not a list",
        hint: "fetch the list that the page links to; whichset extract finds identifiers in a page")
    }
    if text.hasPrefix("<?xml") || text.hasPrefix("<rss") || text.hasPrefix("<svg") {
      return Refusal(
        reason: "this is XML, not a list", hint: "whichset extract finds the identifiers in it")
    }
    return nil
  }

  /// Bytes of files that are often given in place of the list in them, and where these stand.
  private static let signatures: [(signature: [UInt8], offset: Int, kind: String, hint: String)] = [
    (Array("ustar".utf8), 257, "a tar archive", "unpack it and give the list in it"),
    ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], 0, "a 7-Zip archive", "unpack it and give the list in it"),
    (Array("Rar!\u{1A}\u{7}".utf8), 0, "a RAR archive", "unpack it and give the list in it"),
    (
      Array("PAR1".utf8), 0, "a Parquet file",
      "whichset ingest FILE reads one if duckdb is in PATH; or pipe it: duckdb -csv -c \"from 'FILE'\" | whichset ingest "
        + "--dataset NAME -"
    ),
    (
      Array("ARROW1".utf8), 0, "an Arrow file",
      "write it as CSV: python3 -c \"import pandas; print(pandas.read_feather('FILE').to_csv(index=False))\""
    ),
    (Array("FEA1".utf8), 0, "a Feather file", "write it as CSV, with pandas for instance"),
    (Array("Obj\u{1}".utf8), 0, "an Avro file", "write it as CSV, with DuckDB for instance"),
    (
      [0x93] + Array("NUMPY".utf8), 0, "a NumPy array (.npy)",
      "write it as text, one identifier a line, with numpy.savetxt and fmt='%s'"
    ),
    ([0x89] + Array("HDF\r\n".utf8), 0, "an HDF5 file", "write the data set with the names or URLs as text"),
    (Array("MATLAB 5.0 MAT-file".utf8), 0, "a MATLAB file", "write its column of names or URLs as text"),
    ([0x80, 2], 0, "a Python pickle", pickleHint), ([0x80, 3], 0, "a Python pickle", pickleHint),
    ([0x80, 4], 0, "a Python pickle", pickleHint), ([0x80, 5], 0, "a Python pickle", pickleHint),
    (
      Array("SQLite format 3".utf8), 0, "an SQLite database",
      "write its table as CSV: sqlite3 -csv -header FILE 'select * from TABLE'"
    ),
    (
      [0xD0, 0xCF, 0x11, 0xE0], 0, "an old Excel workbook (or another file of Office)",
      "open it and save the sheet as CSV UTF-8"
    ),
    (Array("{\\rtf".utf8), 0, "an RTF document", "save it as plain text"),
    (
      Array("%PDF-".utf8), 0, "a PDF",
      "give the list itself; pdftotext | whichset extract finds identifiers in one"
    ),
    (Array("version https://git-lfs".utf8), 0, "a pointer of Git LFS", "fetch the file itself: git lfs pull"),
    ([0xFF, 0xD8, 0xFF], 0, "a JPEG picture", pictureHint),
    ([0x89, 0x50, 0x4E, 0x47], 0, "a PNG picture", pictureHint),
    (Array("GIF8".utf8), 0, "a GIF picture", pictureHint),
    (Array("WEBP".utf8), 8, "a WebP picture", pictureHint),
    ([0x49, 0x49, 0x2A, 0], 0, "a TIFF picture", pictureHint),
    ([0x4D, 0x4D, 0, 0x2A], 0, "a TIFF picture", pictureHint),
    (Array("ftypavif".utf8), 4, "an AVIF picture", pictureHint),
    (Array("ftypheic".utf8), 4, "an HEIC picture", pictureHint),
  ]

  private static let pictureHint = "give a list of images; whichset check --file asks for a picture"
  private static let pickleHint =
    "write its names or URLs as text, one a line; a pickle runs code when it is opened, so open only your own"
}

extension Span where Element == UInt8 {
  /// Whether these bytes stand at `offset`.
  fileprivate func has(_ bytes: [UInt8], at offset: Int) -> Bool {
    offset <= count && extracting(offset..<count).starts(with: bytes)
  }
}
