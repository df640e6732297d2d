// Columns that do not have a key as it is written, but something that it can be taken from.

import ByteText
import WireProtocol

/// Hashes of files.
enum HashText {
  /// Appends a hash as hexadecimal digits, whether it is listed in those or in base64, as Open Images does;
  /// nothing if it is neither, or is cut.
  static func append(_ content: Span<UInt8>, bytesCount: Int, to output: inout [UInt8]) {
    if content.count == 2 * bytesCount {
      for index in content.indices where !isHexadecimal(content[index]) { return }
      return output.append(content)
    }
    guard content.count == (bytesCount + 2) / 3 * 4 else { return }
    var hash: [UInt8] = []
    hash.reserveCapacity(bytesCount)
    var bits: UInt32 = 0
    var bitsCount: UInt32 = 0
    for index in content.indices where content[index] != UInt8(ascii: "=") {
      guard let six = Base64.value(content[index]) else { return }
      bits = bits << 6 | six
      bitsCount += 6
      if bitsCount >= 8 {
        bitsCount -= 8
        hash.append(UInt8(truncatingIfNeeded: bits >> bitsCount))
      }
    }
    if hash.count == bytesCount { Hexadecimal.append(hash.span, to: &output) }
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool { byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 6 }
}

/// Flickr account ids.
enum AccountText {
  /// Appends an account id that is a column, or a segment of a URL in it; nothing if there is none, since a
  /// column may hold a name instead.
  static func append(_ content: Span<UInt8>, to output: inout [UInt8]) {
    var start = 0
    while start <= content.count {
      let end = content.firstIndex(of: UInt8(ascii: "/"), from: start) ?? content.count
      let segment = content.extracting(start..<end)
      if segment.isAccount { return output.append(segment) }
      start = end + 1
    }
  }
}
