// What `check --explain` makes of answers: for people word by word, for programs record by record.

import Catalogue
@testable import Client
import Console
import Identifiers
import Testing
import WireProtocol

@Suite("An explanation")
struct ExplanationTests {
  private func found() throws -> Match {
    Match(
      input: "https://flickr.com/photos/x/53000000001", key: "flickr:53000000001",
      outcome: .found(
        [
          Match.Finding(
            slug: "strangers",
            listings: [try Invented.listing("strangers\tflickr:53000000001\ta/1.jpg\tnsid=1@N00")])
        ], isTruncated: false))
  }

  private func missed(_ key: String) -> Match { Match(input: key, key: key, outcome: .missed) }

  private func text(_ matches: [Match], width: Int = 80) throws -> String {
    Invented.written(
      Explanation(try Invented.index(), prose: Prose(width: width), style: .plain), matches)
  }

  @Test("of a hit tells what the dataset is, in the words of this text")
  func hit() throws {
    let written = try text([found()])
    let golden = try GoldenText.contents("explanation")
    #expect(written == golden)
  }

  @Test("of a miss tells what it covers and what it does not prove, in the words of this text")
  func miss() throws {
    #expect(
      try text([missed("flickr:1")]) == """
        flickr:1
        not found in any of the 3 datasets of this index

        What "not found" covers
          3 datasets, 4 lists with 662 rows, 610 images.
          DATASET    IMAGES  PUBLISHED  ROWS  LOADED      SHA-256
          frames          9    unknown     9  2017-07-14  unknown
          ownalbum        3    unknown     3  2020-09-13  unknown
          strangers     600      1,200   400  2017-07-14  0123456789ab
                                         250  2020-09-13  ff

        What it does not prove
          - 1 dataset cannot be found by Flickr photo ids: frames (by file names).
          - Of frames this index has only file names, which no URL leads to.
          - Counted once in each dataset, the lists here hold 600 images of 1,200 that
            were published (50.00 %). How many images there are of frames and ownalbum
            is not known.
          - 3 datasets of the catalogue are not in this index, and there are datasets
            that publish no list.
          - The same picture under another address or id, uploaded again or copied
            elsewhere, is another image here.

        """)
  }

  @Test("says where nothing of that kind can be found at all, so that the miss is no answer")
  func unsearchable() throws {
    let text = try text([missed("sha256:" + String(repeating: "a", count: 64))])
    #expect(text.contains("No list here has SHA-256 hashes, so none can be found here: this is no\n"))
    #expect(text.contains("Only identical bytes have the same hash"))
  }

  @Test("describes a dataset once, and covers all misses once")
  func several() throws {
    let text = try text([found(), found(), missed("flickr:1"), missed("nsid:2@N00"), missed("flickr:3")])
    #expect(text.components("Made by").count == 2)
    #expect(text.components("as described above").count == 2)
    #expect(text.components("What \"not found\" covers").count == 2)
    #expect(text.components("cannot be found by Flickr account ids").count == 2)
  }

  @Test("keeps to its columns, but for what must not be broken", arguments: [40, 60, 80, 100, 120])
  func columns(_ width: Int) throws {
    let words = try text([found(), missed("flickr:1")], width: width).split(separator: "\n")
    for line in words where !line.contains("2017") && !line.contains("2020") && !line.hasPrefix("  DATASET") {
      #expect(line.count <= min(width, 100) || !line.dropFirst(16).contains(" "), "\(line)")
    }
  }

  @Test("tells of an unanswerable input why")
  func refused() throws {
    let match = Match(input: "a\u{1B}[2Jb", key: nil, outcome: .refused(.invalid, reason: "no idea"))
    #expect(try text([match]) == "a\\x1B[2Jb\nnot an identifier: no idea\n")
  }

  @Test("shows few of many rows, and says that there are more")
  func manyRows() throws {
    let rows = try (1...7).map { try Invented.listing("frames\tfile:frames/\($0)\t\($0)") }
    let match = Match(
      input: "x", key: "file:frames/1",
      outcome: .found([Match.Finding(slug: "frames", listings: rows)], isTruncated: false))
    #expect(try text([match]).contains("and 2 more rows: whichset get shows them."))
    #expect(try text([match]).contains("Known         nothing: the catalogue has no entry for it."))
  }

  @Test("in TSV is a line an input, dataset and list version")
  func records() throws {
    let written = Invented.written(
      ExplanationRecords(try Invented.index(), Presentation(.tsv)),
      [missed("flickr:1"), Match(input: "x y", key: nil, outcome: .refused(.invalid, reason: "no"))])
    #expect(
      written == """
        input\tkey\tfound\tsearchable\tdataset\timages\tpublished\tlist\tsha256\tloaded\trows
        flickr:1\tflickr:1\tno\tno\tframes\t9\t-\tframes.txt\t-\t2017-07-14\t9
        flickr:1\tflickr:1\tno\tyes\townalbum\t3\t-\t-\t-\t2020-09-13\t3
        flickr:1\tflickr:1\tno\tyes\tstrangers\t600\t1200\tone.txt\t\
        \(String(repeating: "0123456789abcdef", count: 4))\t2017-07-14\t400
        flickr:1\tflickr:1\tno\tyes\tstrangers\t600\t1200\ttwo.txt\tff\t2020-09-13\t250
        x y\t!invalid\t-\t-\t-\t-\t-\t-\t-\t-\t-

        """)
  }

  @Test("in JSON has the facts with their confidence, the rows, and what was searched")
  func objects() throws {
    let written = Invented.written(
      ExplanationRecords(try Invented.index(), Presentation(.json)), [try found(), missed("flickr:1")])
    let lines = written.split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[0].contains(#""identities":{"value":"300","confidence":"low","entered":false}"#))
    #expect(lines[0].contains(#""licence":{"value":"none","confidence":null,"entered":true}"#))
    #expect(lines[0].contains(#""lineage":["everybody","internet"],"listings":[{"dataset":"strangers","#))
    #expect(lines[0].hasSuffix(#""limits":[]}}"#))
    #expect(lines[1].contains(#""found":false,"truncated":false,"datasets":[],"coverage":{"images":610,"#))
    #expect(
      lines[1].contains(
        #"{"dataset":"frames","searchable":false,"images":9,"published":null,"keys":{"file":9},"#))
    #expect(lines[1].contains(#""limits":["1 dataset cannot be found by Flickr photo ids"#))
  }
}

@Suite("The reach of an index")
struct CoverageTests {
  @Test("counts as published only what is known, and never rounds up to all")
  func share() throws {
    let index = try Invented.index()
    let share = Coverage(index).share
    #expect((share.listed, share.published) == (600, 1_200))
    #expect(share.unknown == ["frames", "ownalbum"])
    let nearly = IndexedDatasets(
      datasets: [try Invented.dataset(["slug\tinternet", "images\t4999999", "keys.url\t4999999"])],
      images: 4_999_999, catalogue: index.catalogue)
    let limits = Coverage(nearly).limits(for: [.url])
    #expect(limits.contains { $0.contains("4,999,999 images of 5,000,000 that were published (99.99 %).") })
  }

  @Test("says of an empty index that nothing can be found in it")
  func empty() {
    let index = IndexedDatasets(datasets: [], images: 0, catalogue: Catalogue())
    #expect(
      Coverage(index).limits(for: [.flickr]) == [
        "This index holds no dataset yet, so nothing can be found in it."
      ])
  }
}

@Suite("The exchange that finds matches")
struct MatchExchangeTests {
  /// Keeps what it is given.
  private struct Keeper: MatchWriter {
    var matches: [Match] = []
    mutating func begin(_ output: inout [UInt8]) {}
    mutating func write(_ match: Match, to output: inout [UInt8]) { matches.append(match) }
    mutating func end(_ output: inout [UInt8]) {}
  }

  private func matches(_ inputs: [String], _ replies: [String]) throws -> (sent: String, matches: [Match]) {
    var exchange = MatchExchange(Keeper())
    var (requests, output): ([UInt8], [UInt8]) = ([], [])
    exchange.begin(requests: &requests, output: &output)
    for input in inputs { exchange.accept(input.utf8.span, requests: &requests, output: &output) }
    for reply in replies { try exchange.receive(reply.utf8.span, output: &output) }
    exchange.end(output: &output)
    return (String(decoding: requests, as: UTF8.self), exchange.writer.matches)
  }

  @Test("asks twice an input: in which datasets, and by which rows")
  func asks() throws {
    let (sent, matches) = try matches(
      ["flickr:7", "flickr:8", "12345"],
      [
        "HIT a,b", "OK 3", "a\tflickr:7\tx", "b\tflickr:7\ty", "b\tflickr:7\tz", "MISS", "MISS",
        "ERR IDENTIFIER CLIENT no", "ERR IDENTIFIER CLIENT no",
      ])
    #expect(sent == "CHECK flickr:7\nGET flickr:7\nCHECK flickr:8\nGET flickr:8\nCHECK 12345\nGET 12345\n")
    #expect(matches.count == 3)
    guard case .found(let findings, false) = matches[0].outcome else { throw Trouble("not found") }
    #expect(findings.map(\.slug) == ["a", "b"])
    #expect(findings.map { $0.listings.map(\.listed) } == [["x"], ["y", "z"]])
    #expect(matches[1].outcome == .missed)
    guard case .refused(.invalid, _) = matches[2].outcome else { throw Trouble("not refused") }
  }

  @Test("names datasets whose rows were cut off or could not be read")
  func truncated() throws {
    let (_, matches) = try matches(
      ["nsid:1@N00", "flickr:8"],
      ["HIT a,b", "OK 1 truncated=1", "a\tflickr:7\tx", "HIT a", "ERR CORRUPT SERVER a part fails its check"])
    #expect(
      matches.map { $0.outcome } == [
        .found(
          [
            Match.Finding(slug: "a", listings: [try Invented.listing("a\tflickr:7\tx")]),
            Match.Finding(slug: "b", listings: []),
          ], isTruncated: true), .found([Match.Finding(slug: "a", listings: [])], isTruncated: true),
      ])
  }
}

extension String {
  /// What stands between occurrences of a text.
  fileprivate func components(_ text: String) -> [Substring] {
    split(separator: text, omittingEmptySubsequences: false)
  }
}
