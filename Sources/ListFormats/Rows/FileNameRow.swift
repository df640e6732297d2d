// Lists that know file names only: LFW, CelebA, VGGFace2, WIDER FACE; and frames of videos, as Brainwash has them.

import ByteText
import WireProtocol

/// A line that begins with the name of an image's file.
struct FileNameRow {
  /// `file:<dataset>/`.
  private let beginning: [UInt8]

  /// - Parameter dataset: what stands before the names.
  init(dataset: String) { beginning = Array("file:\(dataset)/".utf8) }

  /// Appends the name. Lines of numbers, as WIDER FACE has them for counts and boxes, are no rows.
  func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    let line = line.trimmingBlanks()
    if Self.isNumbers(line) { return .noRow }
    guard let name = Self.name(in: line) else {
      return .rejected(.columns("does not begin with the name of an image's file"))
    }
    output.append(contentsOf: beginning)
    // As `find .` writes them.
    let start = line.hasPrefix("./") ? 2 : 0
    return RowText.begin(line.extracting(start..<name.upperBound), to: &output)
  }

  /// Appends the name in `"<name>": (<boxes>);`.
  func appendFrame(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    guard !line.isEmpty else { return .noRow }
    guard line[0] == UInt8(ascii: "\"") else {
      return .rejected(.columns("does not begin with a quoted name"))
    }
    guard let end = line.firstIndex(of: UInt8(ascii: "\""), from: 1) else {
      return .rejected(.cutRow("ends within the name"))
    }
    guard end > 1 else { return .rejected(.noIdentifier("the name is empty")) }
    output.append(contentsOf: beginning)
    return RowText.begin(line.extracting(1..<end), to: &output)
  }

  /// Where the name is: up to the ending of an image that nothing, or a separator, follows. The ending shows
  /// that the name is whole, and lets names hold spaces.
  static func name(in line: Span<UInt8>) -> Range<Int>? {
    var start = 0
    while let dot = line.firstIndex(of: UInt8(ascii: "."), from: start) {
      var end = dot + 1
      while end < line.count, (line[end] | 0x20) &- 0x61 < 26 { end += 1 }
      if dot > 0, end == line.count || isSeparator(line[end]), isEnding(line.extracting(dot + 1..<end)) {
        return isName(line.extracting(0..<end)) ? 0..<end : nil
      }
      start = dot + 1
    }
    return nil
  }

  /// Whether a text is a name alone, and not a line of `ls -l`, `find -ls`, `tree`, a log or a list of hashes.
  static func isName(_ text: Span<UInt8>) -> Bool {
    var before: UInt8 = 0
    for index in text.indices {
      let byte = text[index]
      if byte == 0x09 || byte == 0x20 && before == 0x20 { return false }
      if byte == UInt8(ascii: "/"), before == UInt8(ascii: ":"), text.hasPrefix("/", at: index + 1) {
        return false
      }
      before = byte
    }
    let hash = text.hexadecimalEnd(from: 0)
    // Lines drawn in UTF-8, U+2500 to U+253F.
    let isDrawn = text.count > 2 && text[0] == 0xE2 && text[1] == 0x94
    return !(hash >= 32 && text.hasPrefix(" ", at: hash)) && !isDrawn && !hasPermissions(text)
  }

  /// `-rw-r--r-- `, with a mark behind it or without.
  private static func hasPermissions(_ text: Span<UInt8>) -> Bool {
    guard text.count > 11, "-dlcbps".utf8.contains(text[0]) else { return false }
    for index in 1..<10 where !"rwxsStT-".utf8.contains(text[index]) { return false }
    return text[10] == 0x20 || text[11] == 0x20
  }

  /// Whether a line is a quoted name and what follows one in a list of frames.
  static func hasFrameShape(_ line: Span<UInt8>) -> Bool {
    guard line.hasPrefix("\""), let end = line.firstIndex(of: UInt8(ascii: "\""), from: 1) else {
      return false
    }
    return line.hasPrefix(":", at: end + 1) || line.hasPrefix(";", at: end + 1)
  }

  /// Whether a line is made of numbers, or is blank.
  static func isNumbers(_ line: Span<UInt8>) -> Bool {
    for index in line.indices {
      let byte = line[index]
      guard byte &- 0x30 < 10 || byte == 0x20 || byte == 0x09 || byte == 0x2D || byte == 0x2E || byte == 0x2C
      else {
        return false
      }
    }
    return true
  }

  /// Whether a name ends in that of an image's format.
  static func endsInImage(_ name: Span<UInt8>) -> Bool {
    guard let dot = name.lastIndex(of: UInt8(ascii: "."), before: name.count), dot > 0 else { return false }
    return isEnding(name.extracting(dot + 1..<name.count))
  }

  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x09 || byte == UInt8(ascii: ",") || byte == UInt8(ascii: ";")
  }

  private static func isEnding(_ text: Span<UInt8>) -> Bool {
    var lower: [UInt8] = []
    for index in text.indices where lower.count < 6 { lower.append(text[index] | 0x20) }
    return endings.contains(lower)
  }

  private static let endings = [
    "jpg", "jpeg", "jpe", "png", "bmp", "gif", "webp", "tif", "tiff", "pgm", "ppm", "avif", "heic",
  ].map { Array($0.utf8) }
}
