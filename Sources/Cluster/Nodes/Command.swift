// Commands as Redis servers read them (RESP2).

import ByteText
import Console

enum Command {
  static func bytes(_ words: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    begin(words.count, to: &bytes)
    for word in words { append(word.utf8, to: &bytes) }
    return bytes
  }

  static func begin(_ count: Int, to bytes: inout [UInt8]) { bytes.append("*\(count)\r\n") }

  static func append(_ word: some Collection<UInt8>, to bytes: inout [UInt8]) {
    bytes.append("$\(word.count)\r\n")
    bytes += word
    bytes.append("\r\n")
  }
}
