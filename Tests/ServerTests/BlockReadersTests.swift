import ByteText
import Identifiers
import Index
import TestSupport
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
}
