// Every list among the fixtures, against the counts that stand beside them, in any split of its bytes.

import Foundation
import ListFormats
import Testing

/// A line of `expected.tsv`.
struct ExpectedDataset: CustomTestStringConvertible, Sendable {
  let dataset: String
  let format: String
  let lists: [String]
  let photos: Int
  let accounts: Int
  let rows: Int
  let rejected: Int

  var testDescription: String { dataset }

  /// The format, where it has to be named; nil where it is recognised.
  var named: ListFormat? { format == "files" ? .files : nil }

  static let all: [ExpectedDataset] = {
    let table = try? String(contentsOf: Lists.fixtures.appending(path: "expected.tsv"), encoding: .utf8)
    return (table ?? "").split(separator: "\n").dropFirst().map { line in
      let columns = line.split(separator: "\t").map(String.init)
      return ExpectedDataset(
        dataset: columns[0], format: columns[1], lists: columns[2].split(separator: ",").map(String.init),
        photos: Int(columns[3])!, accounts: Int(columns[4])!, rows: Int(columns[5])!,
        rejected: Int(columns[7])!)
    }
  }()
}

@Suite("Lists of the fixtures")
struct FixtureTests {
  @Test(
    "are recognised, and give the photos, accounts and rows that they hold", arguments: ExpectedDataset.all)
  func counts(_ expected: ExpectedDataset) throws {
    let contents = try expected.lists.map {
      try Lists.read(Lists.fixtures.appending(path: $0), as: expected.named)
    }
    let rows = contents.flatMap(\.rows)
    #expect(contents.allSatisfy { $0.format.rawValue == expected.format })
    #expect(Ids.photos(of: rows).count == expected.photos)
    #expect(Ids.accounts(of: rows).count == expected.accounts)
    #expect(rows.count == expected.rows)
    #expect(contents.flatMap(\.rejected).count == expected.rejected)
  }

  @Test(
    "give the same rows and the same digest when they come a byte at a time", arguments: ExpectedDataset.all)
  func splits(_ expected: ExpectedDataset) throws {
    for list in expected.lists {
      let bytes = Array(try Data(contentsOf: Lists.fixtures.appending(path: list)))
      let whole = try Lists.read(bytes: bytes, as: expected.named)
      for step in [1, 7, 4_096] {
        let split = try Lists.read(bytes: bytes, step: step, as: expected.named, rowsMax: step)
        #expect(split.rows == whole.rows)
        #expect(split.lines == whole.lines)
        #expect(split.digest == whole.digest)
      }
    }
  }

  @Test("share the photos that overlap.tsv says")
  func overlaps() throws {
    var photos: [String: Set<String>] = [:]
    for expected in ExpectedDataset.all {
      let rows = try expected.lists.flatMap {
        try Lists.read(Lists.fixtures.appending(path: $0), as: expected.named).rows
      }
      photos[expected.dataset] = Ids.photos(of: rows)
    }
    let table = try String(contentsOf: Lists.fixtures.appending(path: "overlap.tsv"), encoding: .utf8)
    for line in table.split(separator: "\n").dropFirst() {
      let columns = line.split(separator: "\t").map(String.init)
      let shared = try #require(photos[columns[0]]).intersection(try #require(photos[columns[1]]))
      #expect(shared.count == Int(columns[2]), "\(line)")
    }
  }

  @Test("send nothing but identifiers: no box, caption, title, nickname, age or label")
  func nothingPersonal() throws {
    let known = [
      "nsid=", "listed=", "flickr-set=", "flickr=", "coco=", "url=", "openimages=", "md5=", "sha256=",
      "yfcc-hash=",
    ]
    // File names are all that some lists have, and hold people's names.
    for expected in ExpectedDataset.all where expected.format != "files" {
      for list in expected.lists {
        let content = try Lists.read(Lists.fixtures.appending(path: list))
        for row in content.accepted {
          for field in row.split(separator: "\t").dropFirst() {
            #expect(known.contains { field.hasPrefix($0) }, "\(list): \(field)")
          }
        }
        let all = content.rows.joined(separator: "\n")
        for leak in ["Nick", "Title", "caption", "(0, 0)", "Invented ", "label", "nm9", "1900-1"] {
          #expect(!all.contains(leak))
        }
      }
    }
  }
}
