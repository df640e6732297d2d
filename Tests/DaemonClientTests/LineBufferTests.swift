// Cutting a stream into lines.

import Console
import DaemonClient
import Testing

@Suite struct LineBufferTests {
  private func lines(_ pieces: [String], lineBytesMax: Int = 100) -> [String] {
    var buffer = LineBuffer(lineBytesMax: lineBytesMax)
    var lines: [String] = []
    for piece in pieces {
      buffer.append(Array(piece.utf8), count: piece.utf8.count)
      while let range = buffer.next() { lines.append(ReplyText.string(buffer.line(range))) }
    }
    if let range = buffer.nextAtEnd() { lines.append(ReplyText.string(buffer.line(range)) + "<end>") }
    return lines
  }

  @Test("any split of the same bytes gives the same lines")
  func splits() {
    let text = "one\r\n\ntwo and more\nlast"
    let expected = ["one", "", "two and more", "last<end>"]
    for first in 0...text.utf8.count {
      for second in first...text.utf8.count {
        let bytes = Array(text.utf8)
        let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
        #expect(lines(pieces.map { String(decoding: $0, as: UTF8.self) }) == expected)
      }
    }
  }

  @Test("a line that is too long keeps one byte above the bound, and the next line is whole")
  func overlong() {
    let long = String(repeating: "x", count: 25)
    #expect(lines(["a\n" + long, long, long + "\nb\n"], lineBytesMax: 10) == ["a", "xxxxxxxxxxx", "b"])
    #expect(lines([long, long], lineBytesMax: 10) == ["xxxxxxxxxxx<end>"])
  }

  @Test("a long line within one piece is left whole, since it is here anyway")
  func longWithinPiece() {
    #expect(lines(["12345678901234567890\nb\n"], lineBytesMax: 10) == ["12345678901234567890", "b"])
  }

  @Test("a queue of bytes gives out what came in, in order")
  func queue() {
    var queue = ByteQueue()
    var taken: [UInt8] = []
    for round in 0..<3_000 {
      queue.storage.append(contentsOf: [UInt8](repeating: UInt8(round % 251), count: 100))
      let amount = min(queue.count, 70)
      for index in 0..<amount { taken.append(queue.bytes[index]) }
      queue.removeFirst(amount)
    }
    for index in 0..<queue.count { taken.append(queue.bytes[index]) }
    #expect(taken.count == 300_000)
    #expect(taken.indices.allSatisfy { taken[$0] == UInt8($0 / 100 % 251) })
  }
}
