// Whether the beginning of a file is text at all, so that an archive or a picture given as a list is refused
// with a word about what it is.

import ByteText

/// Looks at the first bytes of a list.
enum TextCheck {
  /// Why a file is not read, and what to do about it.
  struct Refusal {
    let reason: String
    let hint: String
  }

  /// The length of a UTF-8 byte order mark in front of the list, or 0.
  static func byteOrderMarkBytes(_ prefix: Span<UInt8>) -> Int {
    prefix.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }

  /// Why these first bytes of a file cannot begin a list; nil if they can.
  static func refusal(of prefix: Span<UInt8>) -> Refusal? {
    if prefix.starts(with: [0xFF, 0xFE]) || prefix.starts(with: [0xFE, 0xFF]) {
      return Refusal(reason: "the list is in UTF-16 or UTF-32", hint: "convert it: iconv -f UTF-16 -t UTF-8")
    }
    if prefix.hasLiteral("ustar", at: 257) {
      return Refusal(reason: "this is a tar archive, not a list", hint: "unpack it and give the list in it")
    }
    for (signature, kind, hint) in signatures where prefix.starts(with: Array(signature)) {
      return Refusal(reason: "this is \(kind), not a list", hint: hint)
    }
    var controls = 0
    for index in prefix.indices {
      let byte = prefix[index]
      if byte == 0 {
        return Refusal(reason: "this is no text: it has NUL bytes", hint: "give the list itself")
      }
      if byte < 0x20, !(0x09...0x0D).contains(byte) { controls += 1 }
    }
    // Text has hardly any control bytes; of random bytes every tenth is one.
    if controls * 20 > prefix.count {
      return Refusal(reason: "this is no text: it has many control bytes", hint: "give the list itself")
    }
    return nil
  }

  /// The first bytes of files that are often given in place of the list in them.
  private static var signatures: [([UInt8], kind: String, hint: String)] {
    [
      (Array("PK\u{3}\u{4}".utf8), "a ZIP archive", "unpack it and give the list in it"),
      (Array("PAR1".utf8), "a Parquet file", "write it as CSV, with DuckDB for instance"),
      (Array("%PDF-".utf8), "a PDF", "give the list itself"),
      ([0xFF, 0xD8, 0xFF], "a JPEG picture", "give a list of images"),
      ([0x89, 0x50, 0x4E, 0x47], "a PNG picture", "give a list of images"),
      (Array("SQLite format 3".utf8), "an SQLite database", "write its table as CSV"),
    ]
  }
}
