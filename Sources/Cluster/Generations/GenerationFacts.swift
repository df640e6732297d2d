// What a generation knows of its datasets beside their keys: replies of the daemon that published it, to requests whose
// answers do not change while the index does not. A gateway repeats them.
//
//   whichset facts 1
//   publisher: host.example
//   DATASET parks          a request, then as many lines of its reply as the next line says
//   lines: 8
//   slug TAB parks
//   ...

import ByteText
import Console
import WireProtocol

package struct GenerationFacts: Equatable, Sendable {
  package let publisher: String
  /// The lines of replies, each with its LF, by the lines of their requests.
  package private(set) var replies: [String: Reply] = [:]

  package struct Reply: Equatable, Sendable {
    package let count: Int
    package let lines: ArraySlice<UInt8>
  }

  private static let begin = "whichset facts 1"

  /// - Parameter publisher: the host that has the index.
  package init(publisher: String) { self.publisher = publisher }

  package mutating func add(_ request: String, _ lines: [[UInt8]]) {
    var bytes: [UInt8] = []
    for line in lines {
      bytes += line
      bytes.append(UInt8(ascii: "\n"))
    }
    replies[request] = Reply(count: lines.count, lines: bytes[...])
  }

  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append("\(Self.begin)\npublisher: \(publisher)\n")
    for (request, reply) in replies.sorted(by: { $0.key < $1.key }) {
      bytes.append("\(request)\nlines: \(reply.count)\n")
      bytes += reply.lines
    }
    return bytes
  }

  /// Undoes `bytes`; nil for anything else.
  package init?(_ bytes: [UInt8]) {
    var offset = 0
    func line() -> Range<Int>? {
      guard let end = bytes.span.firstIndex(of: UInt8(ascii: "\n"), from: offset) else { return nil }
      defer { offset = end + 1 }
      return offset..<end
    }
    func text() -> String? { line().map { String(decoding: bytes[$0], as: UTF8.self) } }
    func value(_ name: String) -> String? {
      guard let text = text(), text.hasPrefix("\(name): ") else { return nil }
      return String(text.dropFirst(name.utf8.count + 2))
    }
    guard text() == Self.begin, let publisher = value("publisher") else { return nil }
    self.init(publisher: publisher)
    while offset < bytes.count {
      guard let request = text(), let count = value("lines").flatMap({ Decimal.parse($0) }),
        replies[request] == nil
      else { return nil }
      let start = offset
      for _ in 0..<count { guard line() != nil else { return nil } }
      replies[request] = Reply(count: count, lines: bytes[start..<offset])
    }
  }
}
