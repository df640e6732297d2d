import Testing

@testable import Server

@Suite("rows read on several cores") struct BlockReadersTests {
  @Test("a block is cut at the ends of rows, whatever their lengths", arguments: 1...9)
  func split(count: Int) {
    let bodies = [
      "", "a\n", "a\nb\n", "\n\n\n\n", String(repeating: "x", count: 500) + "\nb\nc\n",
      "a\n" + String(repeating: "x", count: 500) + "\n",
    ]
    for text in bodies {
      let body = Array(text.utf8)
      let runs = BlockReaders.split(body, count: count)
      #expect(runs.count == count)
      #expect(runs.flatMap { Array(body[$0]) } == body)
      for run in runs where !run.isEmpty { #expect(body[run.upperBound - 1] == UInt8(ascii: "\n")) }
    }
  }
}
