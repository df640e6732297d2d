// How rows are put into blocks, and the digest that comes with them.

import Foundation
import ListFormats
import Testing

@Suite("Blocks")
struct BlockTests {
  @Test("are cut at either bound, and depend on the bounds alone")
  func bounds() throws {
    let rows = (1...5_000).map {
      "https://example.org/\($0 * 7_919)/\(String(repeating: "x", count: $0 % 90)).jpg"
    }
    let content = try Lists.read(rows.joined(separator: "\n"))
    #expect(content.rows == rows)
    for (rowsMax, bytesMax) in [(1, 1 << 20), (333, 1 << 20), (10_000, 16_385), (200, 20_000)] {
      let blocks = try blocks(rows.joined(separator: "\n"), rowsMax: rowsMax, bytesMax: bytesMax)
      #expect(blocks.allSatisfy { $0.rows <= rowsMax && $0.bytes.count <= bytesMax && $0.rows > 0 })
      #expect(blocks.flatMap(\.lines) == content.lines)
      #expect(String(decoding: blocks.flatMap(\.bytes), as: UTF8.self) == rows.joined(separator: "\n") + "\n")
      #expect(blocks.dropLast().allSatisfy { $0.rows == rowsMax || $0.bytes.count > bytesMax - 150 })
    }
  }

  private func blocks(_ list: String, rowsMax: Int, bytesMax: Int) throws -> [RowBlock] {
    try Lists.withFile(Array(list.utf8)) { handle in
      var reader = try ListReader(name: "list", descriptor: handle.fileDescriptor, format: .plain)
      var blocks: [RowBlock] = []
      var block = RowBlock()
      while try reader.fill(&block, rowsMax: rowsMax, bytesMax: bytesMax) {
        blocks.append(block)
        block.removeAll(keepingCapacity: true)
      }
      return blocks
    }
  }

  @Test("that are full already are left as they are, and the list goes on")
  func full() throws {
    try Lists.withFile(Array("flickr:1\nflickr:2\nflickr:3\n".utf8)) { handle in
      var reader = try ListReader(name: "list", descriptor: handle.fileDescriptor, format: .plain)
      var block = RowBlock()
      for _ in 0..<3 { #expect(try reader.fill(&block, rowsMax: 2, bytesMax: 1 << 20)) }
      #expect(block.lines == [1, 2])
      #expect(try reader.fill(&block, rowsMax: 9, bytesMax: 1 << 20))
      #expect(block.lines == [1, 2, 3])
      #expect(try !reader.fill(&block, rowsMax: 9, bytesMax: 1 << 20))
    }
  }

  @Test("come with the digest of all bytes of the file, which a pre-pass gives as well")
  func digest() throws {
    let content = try Lists.read("flickr:1\n# end")
    #expect(content.digest == "362cf77716fd49d78d2efdcb1a83346217c073827d7599f82d52b79a13c44a15")
    #expect(content.digest == content.digestBefore)
    #expect(content.bytesRead == 14)
  }
}
