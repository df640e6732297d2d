// Exports as the import reads them.

import Foundation
import Testing
import WireProtocol

@testable import ListFormats

@Suite("the reader of exports")
struct ExportReaderTests {
  /// All of an export as text, or what is wrong with it.
  private static func read(_ text: String, rowsMax: Int = 2) throws -> [String] {
    let path = FileManager.default.temporaryDirectory.path + "/whichset-\(UUID().uuidString)"
    try text.write(toFile: path, atomically: false, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = try #require(FileHandle(forReadingAtPath: path))
    var reader = try ExportReader(name: "export", descriptor: file.fileDescriptor)
    var found: [String] = []
    while let dataset = try reader.nextDataset() {
      found.append("\(dataset.slug) \(dataset.fields.count) \(dataset.lists.count)")
      while true {
        var block = RowBlock()
        guard try reader.fill(&block, rowsMax: rowsMax, bytesMax: 1 << 15) else { break }
        found += String(decoding: block.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
      }
    }
    return found
  }

  private static let whole = """
    # whichset export 1
    # dataset: empty
    # rows: 0
    # dataset: parks
    # field: title=Parks
    # list: name=a\trows=3
    # list: name=b
    flickr:1
    # a comment of somebody else's

    https://example.org/a b\tnsid=10000001@N02\tlisted=x\\ty
    !looks rejected
    # rows: 3
    # datasets: 2

    """

  @Test("gives datasets and rows", arguments: [1, 2, 100])
  func datasets(rowsMax: Int) throws {
    let found = try Self.read(Self.whole, rowsMax: rowsMax)
    #expect(found.count == 5)
    #expect(
      found.prefix(4) == [
        "empty 0 0", "parks 1 2", "flickr:1", #"https://example.org/a b\#tnsid=10000001@N02\#tlisted=x\ty"#,
      ])
    #expect(found[4].hasPrefix("!"))
  }

  @Test("refuses one that was cut off, at any line")
  func cutOff() throws {
    let lines = Self.whole.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    for count in 1..<(lines.count - 1) {
      #expect(throws: ListError.self, "\(count) lines") {
        _ = try Self.read(lines.prefix(count).joined(separator: "\n") + "\n")
      }
    }
  }

  @Test(
    "refuses what is no export, or is damaged",
    arguments: [
      "flickr:1\n", "# whichset export 2\n# datasets: 0\n", "# whichset export 1\n# datasets: 1\n",
      "# whichset export 1\n# dataset: a\nflickr:1\n# rows: 2\n# datasets: 1\n",
      "# whichset export 1\n# dataset: a\n# dataset: b\n# rows: 0\n# datasets: 2\n",
      "# whichset export 1\n# dataset: a\nflickr:1\n# field: a=b\n# rows: 1\n# datasets: 1\n",
    ])
  func damaged(text: String) {
    #expect(throws: ListError.self) { try Self.read(text) }
  }
}
