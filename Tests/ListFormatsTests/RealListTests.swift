// The real lists, where they are at hand, against their true counts.

import Digests
import Foundation
import ListFormats
import Testing

@Suite(
  "Real lists", .enabled(if: Lists.realData != nil, "no real lists here; WHICHSET_DATA names their folder"))
struct RealListTests {
  /// Names of the lists of a dataset begin like this.
  private static let beginnings = [
    "adience": "adience_", "coco": "coco_", "flickr_cropping": "flickr_cropping_", "megaface": "megaface_",
    "nuswide": "nuswide_", "openimages_faces": "openimages_faces", "pipa": "pipa_", "yfcc100m": "yfcc100m_",
  ]
  private static let formats = [
    "adience": "adience", "coco": "coco", "flickr_cropping": "flickr-cropping", "megaface": "megaface",
    "nuswide": "nuswide", "openimages_faces": "openimages-faces", "pipa": "pipa", "yfcc100m": "yfcc100m",
  ]

  private static func lists(of dataset: String) throws -> [URL] {
    let folder = try #require(Lists.realData).appending(path: "lists")
    let beginning = try #require(beginnings[dataset])
    return try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
      .filter { $0.lastPathComponent.hasPrefix(beginning) }
      .sorted { $0.path < $1.path }
  }

  @Test(
    "are recognised, and hold as many distinct photos and accounts as were counted",
    arguments: beginnings.keys)
  func counts(_ dataset: String) throws {
    let counts = try #require(Lists.realData).appending(path: "expected/counts.tsv")
    let table = try String(contentsOf: counts, encoding: .utf8).split(separator: "\n")
    let expected = try #require(table.first { $0.hasPrefix(dataset + "\t") }).split(separator: "\t")
    let lists = try Self.lists(of: dataset)
    #expect(!lists.isEmpty)
    var photos: Set<String> = []
    var accounts: Set<String> = []
    for list in lists {
      let content = try Lists.read(list)
      #expect(
        content.format.rawValue == Self.formats[dataset], "\(list.lastPathComponent): \(content.reason)")
      photos.formUnion(Ids.photos(of: content.rows))
      accounts.formUnion(Ids.accounts(of: content.rows))
    }
    #expect(photos.count == Int(expected[1]))
    #expect(accounts.count == Int(expected[2]))
  }

  @Test(
    "give the same rows when they are compressed", arguments: ["gzip", "bzip2", "xz", "zstd"])
  func compressed(tool: String) throws {
    let path = "/usr/bin/\(tool)"
    try #require(
      FileManager.default.isExecutableFile(atPath: path), "no \(tool) here to compress the lists with")
    for dataset in Self.beginnings.keys.sorted() {
      for list in try Self.lists(of: dataset) {
        let output = FileManager.default.temporaryDirectory.appending(path: "list-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: output) }
        try Data().write(to: output)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-1", "-c", list.path]
        process.standardOutput = try FileHandle(forWritingTo: output)
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        let (plain, compressed) = (try Figures(list), try Figures(output))
        #expect(compressed == plain, "\(list.lastPathComponent)")
        #expect(plain.format == Self.formats[dataset])
      }
    }
  }

  /// What tells two readings of a list apart, in little time and memory.
  private struct Figures: Equatable {
    var format = ""
    var lines: UInt64 = 0
    var rows = 0
    var digest = RunningDigest().hexadecimal()

    init(_ file: URL) throws {
      let handle = try FileHandle(forReadingFrom: file)
      var reader = try ListReader(
        name: file.lastPathComponent, descriptor: handle.fileDescriptor, format: nil, options: Lists.options)
      format = reader.format.rawValue
      var block = RowBlock()
      var digest = RunningDigest()
      while try reader.fill(&block, rowsMax: 65_536, bytesMax: 1 << 20) {
        rows += block.rows
        lines = block.lines.last ?? lines
        digest.update(block.bytes.span)
        block.removeAll(keepingCapacity: true)
      }
      self.digest = digest.hexadecimal()
    }
  }

  @Test("of Adience lose one row, the last of fold 4; of the others none is lost")
  func rejections() throws {
    var rejected: [String] = []
    for dataset in Self.beginnings.keys {
      for list in try Self.lists(of: dataset) {
        let content = try Lists.read(list)
        for (row, line) in zip(content.rows, content.lines) where row.utf8.first == UInt8(ascii: "!") {
          rejected.append("\(list.lastPathComponent):\(line) \(row)")
        }
      }
    }
    #expect(rejected == ["adience_fold_4_data.txt:2087 !cut-row\tends within original_image"])
  }
}
