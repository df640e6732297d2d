// What tools write that hash files: `<hash>  <name>` (md5sum and its kin, md5deep, rhash), `MD5 (<name>) = <hash>` (BSD),
// `MD5(<name>)= <hash>` (OpenSSL), `MD5  <hash>  <name>` (PowerShell), `<hash>:<count>` (lists of hashes). A line of md5sum
// begins with a backslash where its name has escapes.

import ByteText

/// A line of a list of hashes.
enum HashRow {
  /// Appends the hash; names of files identify nothing.
  static func append(_ line: Span<UInt8>, to output: inout [UInt8]) -> RowOutcome {
    let line = line.trimmingBlanks()
    guard !line.isEmpty, line[0] != UInt8(ascii: "#"), line[0] != UInt8(ascii: "%"), !isHeader(line) else {
      return .noRow
    }
    guard let hash = hash(in: line) else {
      return .rejected(.columns("no hash of 32, 40 or 64 hexadecimal digits"))
    }
    switch hash.count {
    case 32: return RowText.begin(.md5, line.extracting(hash), to: &output)
    case 40: return RowText.begin(.sha1, line.extracting(hash), to: &output)
    default: return RowText.begin(.sha256, line.extracting(hash), to: &output)
    }
  }

  /// Whether a line is a hash and what tools write with it, or the header of such lines.
  static func hasShape(_ line: Span<UInt8>) -> Bool {
    let line = line.trimmingBlanks()
    guard let hash = hash(in: line) else { return isHeader(line) }
    let rest = line.extracting(hash.upperBound..<line.count)
    if rest.isEmpty || rest[0] == UInt8(ascii: ":") { return true }
    // A word or a number behind a hash is not what it is the hash of.
    let name = rest.trimmingBlanks()
    return "./\\-".utf8.contains { name.firstIndex(of: $0) != nil }
  }

  /// The header of PowerShell's table, and what it draws below.
  private static func isHeader(_ line: Span<UInt8>) -> Bool {
    line.hasPrefix("Algorithm ") && line.firstPlace(of: " Hash ".utf8.span) != nil
      || line.hasPrefix("---------  ")
  }

  /// Where the hash is: at the beginning or behind its algorithm, and a blank or a colon ends it; or at the end, behind
  /// `= `.
  static func hash(in line: Span<UInt8>) -> Range<Int>? {
    var start = line.hasPrefix("\\") ? 1 : 0
    let algorithm = algorithms.first { line.hasPrefix($0.name) }
    if let algorithm, line.hasPrefix(" ", at: algorithm.name.utf8CodeUnitCount),
      !line.hasPrefix(" (", at: algorithm.name.utf8CodeUnitCount)
    {
      start = algorithm.name.utf8CodeUnitCount
      while start < line.count, line[start] == 0x20 { start += 1 }
    }
    let end = digitsEnd(of: line, from: start)
    if isHash(end - start), start < 2 || end - start == algorithm?.digits, end < line.count,
      [0x20, 0x09, UInt8(ascii: ":")].contains(line[end])
    {
      return start..<end
    }
    guard let algorithm, let equals = line.lastIndex(of: UInt8(ascii: "="), before: line.count),
      line.hasPrefix(") = ", at: equals - 2) || line.hasPrefix(")= ", at: equals - 1),
      line.hasPrefix("(", at: algorithm.name.utf8CodeUnitCount)
        || line.hasPrefix(" (", at: algorithm.name.utf8CodeUnitCount)
    else { return nil }
    let hash = equals + 2..<digitsEnd(of: line, from: equals + 2)
    return hash.count == algorithm.digits && hash.upperBound == line.count ? hash : nil
  }

  private static let algorithms: [(name: StaticString, digits: Int)] = [
    ("MD5", 32), ("SHA1", 40), ("SHA256", 64), ("SHA2-256", 64),
  ]

  private static func isHash(_ digits: Int) -> Bool { digits == 32 || digits == 40 || digits == 64 }

  private static func digitsEnd(of line: Span<UInt8>, from start: Int) -> Int {
    var end = start
    while end < line.count, line[end] &- 0x30 < 10 || (line[end] | 0x20) &- 0x61 < 6 { end += 1 }
    return end
  }
}
