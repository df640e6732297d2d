// What tools write that hash files: `<hash>  <name>` (md5sum and its kin, md5deep, rhash), `MD5 (<name>) = <hash>` (BSD),

import ByteText
// `<hash>:<count>` (lists of hashes). A line of md5sum begins with a backslash where its name has escapes.

/// A line of a list of hashes.
enum HashRow {
  /// Appends the hash; names of files identify nothing.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    let line = line.trimmingBlanks()
    guard !line.isEmpty, line[0] != UInt8(ascii: "#"), line[0] != UInt8(ascii: "%") else { return .noRow }
    guard let hash = hash(in: line) else {
      return .rejected(.columns("no hash of 32, 40 or 64 hexadecimal digits"))
    }
    switch hash.count {
    case 32: return RowText.begin(.md5, line.extracting(hash), to: &output)
    case 40: return RowText.begin(.sha1, line.extracting(hash), to: &output)
    default: return RowText.begin(.sha256, line.extracting(hash), to: &output)
    }
  }

  /// Where the hash is: at the beginning, and a blank or a colon ends it; or at the end, behind `= `.
  static func hash(in line: Span<UInt8>) -> Range<Int>? {
    let start = line.hasPrefix("\\") ? 1 : 0
    let end = digitsEnd(of: line, from: start)
    if isHash(end - start), end < line.count, [0x20, 0x09, UInt8(ascii: ":")].contains(line[end]) {
      return start..<end
    }
    guard let equals = line.lastIndex(of: UInt8(ascii: "="), before: line.count),
      line.hasPrefix(") = ", at: equals - 2),
      line.hasPrefix("MD5 (") || line.hasPrefix("SHA1 (") || line.hasPrefix("SHA256 (")
    else { return nil }
    let hash = equals + 2..<digitsEnd(of: line, from: equals + 2)
    return isHash(hash.count) && hash.upperBound == line.count ? hash : nil
  }

  private static func isHash(_ digits: Int) -> Bool { digits == 32 || digits == 40 || digits == 64 }

  private static func digitsEnd(of line: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < line.count, line[end] &- 0x30 < 10 || (line[end] | 0x20) &- 0x61 < 6 { end += 1 }
    return end
  }
}
