import ByteText
import Foundation
import Identifiers
import IndexKeys
import TestSupport
import Testing
import WireProtocol

@testable import Index
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
      let runs = BlockPieces.split(body, count: count)
      #expect(runs.count == count)
      #expect(runs.flatMap { Array(body[$0]) } == body)
      for run in runs where !run.isEmpty { #expect(body[run.upperBound - 1] == UInt8(ascii: "\n")) }
    }
  }
}

@Suite("pieces of a block") struct BlockPiecesTests {
  @Test("are taken once each, as many as its size asks for", arguments: [1, 2, 3])
  func taken(cores: Int) throws {
    for (rows, count) in [(0, cores), (1, cores), (16 << 10, 2), (1 << 20, 8 * cores)] {
      let body = [UInt8](repeating: UInt8(ascii: "\n"), count: rows)
      let pieces = try BlockPieces(body, rows: rows, cores: cores)
      #expect(pieces.ranges.count == max(cores, rows == 16 << 10 ? 1 : count))
      var numbers: [Int] = []
      while let number = pieces.take() { numbers.append(number) }
      #expect(numbers == Array(pieces.ranges.indices))
      #expect(pieces.take() == nil)
    }
  }

  @Test("are none of a block that has not the rows that it is said to have")
  func rows() throws {
    let rows = String(repeating: "flickr:12\n", count: 100_000)
    for (body, count) in [(rows, 99_999), (rows, 100_001), (rows + "flickr:1", 100_000), ("x", 0), ("", 1)] {
      let error = #expect(throws: ProtocolError.self) {
        _ = try BlockPieces(Array(body.utf8), rows: count, cores: 2)
      }
      #expect(error?.code == .body)
    }
  }

  @Test("number what is refused as the block does", arguments: [1, 2, 3])
  func rejections(lanes count: Int) throws {
    let rows = (1...200_000).map { $0 % 1_237 == 0 ? "flickr:0\n" : "flickr:\($0)\n" }
    let body = Array(rows.joined().utf8)
    let spaces = Dictionary(uniqueKeysWithValues: KeySpace.all.map { ($0.id, $0) })
    var lanes = [StagingLane](repeating: StagingLane(spaces: spaces), count: count)
    let readers = BlockReaders(secret: IndexSecret(1, 2), lanes: count, ruleVersion: ruleVersion)
    let pieces = try BlockPieces(body, rows: rows.count, cores: count)
    let rejected = readers.read(body, pieces, into: &lanes)
    #expect(rejected.map(\.row) == (1...200_000).filter { $0 % 1_237 == 0 })
    #expect(lanes.reduce(0) { $0 + $1.count(.bare) } == 200_000 - 200_000 / 1_237)
  }
}

@Suite("rows in memory") struct UndurableRowTests {
  @Test("are written sooner where the list may come from a pipe, and once another load needs their memory")
  func durable() throws {
    var limits = IndexLimits.test
    limits.undurablePipeSeconds = 0
    let daemon = try BareDaemon(limits: limits)
    let (pipe, file) = (daemon.connect(), daemon.connect())
    #expect(pipe.ask("INGEST a source=s\n").hasPrefix("OK "))
    #expect(pipe.ask("ROWS 1 1 9\nflickr:1\n") == "OK 0 block=1 durable=1\n")
    #expect(file.ask("INGEST b source=s bytes=9\n").hasPrefix("OK "))
    #expect(file.ask("ROWS 1 1 9\nflickr:1\n") == "OK 0 block=1 durable=0\n")
    // Most of all memory, and more than the share of one of two loads.
    let rows = (1...14_000).map { "url:example.org/\($0)\n" }.joined()
    limits.stagingMemoryBytes = 1 << 20
    let second = try BareDaemon(limits: limits)
    let (first, other) = (second.connect(), second.connect())
    #expect(first.ask("INGEST a source=s bytes=9\n").hasPrefix("OK "))
    let reply = first.ask("ROWS 1 14000 \(rows.utf8.count)\n\(rows)")
    #expect(reply == "OK 0 block=1 durable=0\n")
    let run = "\(second.folder.path)/staging/a.s/000001.run"
    #expect(!FileManager.default.fileExists(atPath: run))
    #expect(other.ask("INGEST b source=s bytes=9\n").hasPrefix("OK "))
    #expect(FileManager.default.fileExists(atPath: run))
    #expect(first.ask("ROWS 2 1 9\nflickr:1\n") == "OK 0 block=2 durable=1\n")
  }
}

@Suite("the usual row") struct PhotoRowTests {
  @Test("is what the full way makes of it: an id of a photo in its canonical form, and nothing else")
  func agrees() throws {
    var random = SeededGenerator(seed: 11)
    var rows = [
      "", "f", "flickr", "flickr:", "flickr:0", "flickr:00", "flickr:01", "flickr:1", "flickr:12 ",
      " flickr:12", "flickr:12\r",
      "flickr:12\tnsid=12345678@N00", "flickr:12\t", "flickr:12a", "flickr:1,2", "Flickr:12", "flickr:٣",
      "flickr-set:12",
      "flickr:999999999999999999", "flickr:1000000000000000000", "flickr:18446744073709551615",
      "flickr:18446744073709551616",
      "flickr:000000000000000000000000012", "coco:12", "!flickr:12\tx", "https://www.flickr.com/photos/a/12",
      "12", "flickr:12\0",
    ]
    for length in 1...20 {
      for _ in 0..<20 {
        rows.append("flickr:" + String((0..<length).map { _ in "0123456789".randomElement(using: &random)! }))
      }
    }
    rows.shuffle(using: &random)
    let body = Array(rows.map { $0 + "\n" }.joined().utf8)
    var parser = IdentifierParser()
    var (start, taken) = (0, 0)
    for row in rows {
      let end = start + row.utf8.count
      let photo = PhotoRow(body.span, from: start)
      let identification = parser.parse(Array(row.utf8).span)
      if let photo {
        taken += 1
        #expect(photo.end == end, "\(row)")
        let value = photo.key.integerValue
        #expect(identification == .integer(.flickr, value), "\(row)")
        #expect(row == "flickr:\(value)")
      } else if case .integer(.flickr, let value) = identification {
        // What is left to the full way.
        #expect(row != "flickr:\(value)" || row.utf8.count > 7 + 18, "\(row)")
      }
      start = end + 1
    }
    #expect(taken > 250)
    // A row that is cut off is not read.
    for length in 0...10 {
      let isRead = PhotoRow(Array("flickr:123\n".utf8.prefix(length)).span, from: 0) != nil
      #expect(!isRead)
    }
  }

  /// What a row is staged as, by either way.
  private func staged(_ row: String, _ stage: (inout StagingLane) -> Void) -> [UInt8] {
    let spaces = Dictionary(uniqueKeysWithValues: KeySpace.all.map { ($0.id, $0) })
    var lane = StagingLane(spaces: spaces)
    stage(&lane)
    lane.sort()
    var bytes: [UInt8] = []
    for space in lane.spaces {
      for form in [StagedForm.bare, .records] {
        var next = StagedPosition()
        bytes += [space] + form.rawValue.utf8
        lane.rows(space).appendPiece(form, from: &next, byteCount: 1 << 20, to: &bytes)
      }
    }
    return bytes
  }

  @Test("that is the address of a photo's file is staged as the full way does")
  func files() {
    var random = SeededGenerator(seed: 12)
    let starts = [
      "https://live.staticflickr.com/", "http://live.staticflickr.com/", "http://farm1.static.flickr.com/",
      "https://farm66.staticflickr.com/", "https://farm123456789.staticflickr.com/",
      "http://c1.staticflickr.com/",
      "HTTP://live.staticflickr.com/", "https://live.staticflickr.com:443/", "ftp://live.staticflickr.com/",
    ]
    let servers = ["65535/", "1/", "123456789/", "/", "1234567890123456789/", "5/5/"]
    let ids = ["52812303354", "5", "65535", "123456789", "0", "012345678", "1234567890123456789", "", "66"]
    let ends = [
      "_0123456789_b.jpg", "_a.jpg", "_0123456789.jpg", "_", ".jpg", "_a b.jpg", "_a%20.jpg", "_a.jpg?x=1",
      "_ä.jpg", "_a.jpg\r", "_a.jpg\tmd5=0123456789abcdef0123456789abcdef", "_a.jpg\t", "_65535_b.jpg",
      "_" + String(repeating: "a", count: 70), "_" + String(repeating: "b", count: 80), "_/x",
      "_" + String(repeating: "c", count: 200),
    ]
    var reader = RowReader(secret: IndexSecret(1, 2), ruleVersion: ruleVersion)
    var (taken, longest) = (0, 0)
    for start in starts {
      for server in servers {
        for id in ids {
          for end in ends {
            let row = start + server + id + end
            let before = String(repeating: "x", count: Int.random(in: 0...3, using: &random)) + "\n"
            let bytes = Array((before + row + "\nrest").utf8)
            guard let file = PhotoFileRow(bytes.span, from: before.utf8.count) else { continue }
            #expect(file.end == before.utf8.count + row.utf8.count, "\(row)")
            let fast = staged(row) { file.stage(bytes.span, into: &$0) }
            let full = staged(row) { lane in
              let text = Array(row.utf8)
              let rejection = reader.read(text.span, into: &lane)
              #expect(rejection == nil, "\(row)")
            }
            #expect(fast == full, "\(row)")
            taken += 1
            longest = max(longest, row.utf8.count)
          }
        }
      }
    }
    #expect(taken > 100)
    #expect(longest > 100 && longest <= Listing.shortFormBytesMax)
    // A row that is cut off is not read.
    let row = Array("https://live.staticflickr.com/65535/52812303354_a.jpg\n".utf8)
    for length in 0..<row.count {
      let cut = Array(row[..<length])
      let isRead = PhotoFileRow(cut.span, from: 0) != nil
      #expect(!isRead)
    }
  }

  @Test("that is an address of 126 bytes is the longest that is read so")
  func longest() {
    let start = "https://live.staticflickr.com/65535/52812303354_"
    for (bytes, isRead) in [(126, true), (127, false)] {
      let row = Array((start + String(repeating: "a", count: bytes - start.utf8.count) + "\n").utf8)
      let wasRead = PhotoFileRow(row.span, from: 0) != nil
      #expect(wasRead == isRead)
    }
  }
}
