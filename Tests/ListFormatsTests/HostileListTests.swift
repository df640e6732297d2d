// Lists that are damaged, hostile or no lists at all: bounded, named, never taken for something else.

import Foundation
import ListFormats
import Testing

@Suite("Hostile lists")
struct HostileListTests {
  private func error(of bytes: [UInt8], as format: ListFormat? = nil) -> ListError? {
    do {
      _ = try Lists.read(bytes: bytes, as: format)
      return nil
    } catch { return error as? ListError }
  }

  private func error(of text: String, as format: ListFormat? = nil) -> ListError? {
    error(of: Array(text.utf8), as: format)
  }

  @Test("an empty list, and one of blanks and comments, is a plain list without rows")
  func empty() throws {
    for text in ["", "\n\n", "\u{FEFF}", "# nothing yet\r\n \t \r\n"] {
      let content = try Lists.read(text)
      #expect(content.rows.isEmpty)
      #expect(content.format == .plain)
    }
  }

  @Test("CR LF, a byte order mark and a missing last line end change no row")
  func lineEnds() throws {
    let rows = ["flickr:99000000001", "https://example.org/a b.jpg\tmd5=0", "flickr:99000000002"]
    let plain = try Lists.read(rows.joined(separator: "\n") + "\n")
    #expect(plain.rows == rows)
    #expect(try Lists.read(rows.joined(separator: "\r\n")).rows == rows)
    #expect(try Lists.read("\u{FEFF}" + rows.joined(separator: "\n")).rows == rows)
  }

  @Test("NUL bytes, archives and pictures are refused by name")
  func notText() {
    #expect(error(of: Array("flickr:1\n\0".utf8))?.reason == "this is no text: it has NUL bytes")
    #expect(error(of: Array(1...31) + Array(1...31))?.reason == "this is no text: it has many control bytes")
    #expect(error(of: "PK\u{3}\u{4} and so on")?.reason == "this is a ZIP archive, not a list")
    #expect(error(of: [0xFF, 0xD8, 0xFF, 0xE0], as: .plain)?.reason == "this is a JPEG picture, not a list")
  }

  @Test("a folder and a closed descriptor are errors that say so")
  func unreadable() throws {
    let folder = open(NSTemporaryDirectory())
    defer { try? folder?.close() }
    let reader = { (descriptor: Int32) throws(ListError) in
      _ = try ListReader(name: "folder", descriptor: descriptor, format: nil)
    }
    #expect(throws: ListError.self) { try reader(-1) }
    if let folder { #expect(throws: ListError.self) { try reader(folder.fileDescriptor) } }
  }

  private func open(_ path: String) -> FileHandle? { FileHandle(forReadingAtPath: path) }

  @Test("a list in no known format is refused with what its columns hold, and no bare number is guessed")
  func unknownFormat() throws {
    for text in ["12345\n67890\n", "some words\nand more\n", "{\"a\": 1}", "name,age\nx,3\n"] {
      let refusal = try #require(self.error(of: text))
      #expect(refusal.reason == "no column identifies an image")
      #expect(refusal.hint.contains(" holds "))
    }
  }

  @Test("a line at the bound is a row, one over it is one rejected row, however long")
  func longLines() throws {
    let first = "flickr:99000000001"
    let fits = "https://example.org/" + String(repeating: "a", count: 16_384 - 20)
    for length in [1, 2, 300_000, 1_000_000] {
      let list = [first, fits, fits + String(repeating: "b", count: length), first].joined(separator: "\r\n")
      let content = try Lists.read(list, as: .plain)
      #expect(content.rows == [first, fits, "!too-long\tlonger than 16384 bytes", first])
      #expect(content.lines == [1, 2, 3, 4])
      #expect(try Lists.read(bytes: Array(list.utf8), step: 5_000, as: .plain).rows == content.rows)
    }
  }

  @Test("a row that its fields make longer than a line may be is rejected")
  func longRow() throws {
    let folder = String(repeating: "\\", count: 9_000)
    let content = try Lists.read("\(folder)/99000000001@N01_identity_1/99000000001_0.jpg", as: .megaface)
    #expect(content.rows == ["!too-long\tlonger than 16384 bytes"])
  }

  @Test("an identifier that would be taken for something else on the wire is rejected")
  func separators() throws {
    let content = try Lists.read(
      "!cut-row\nhttps://example.org/a\rb\n\tmd5=0\nflickr:1\nflickr:1\tmd5=\r0", as: .plain)
    #expect(
      content.rows.map { $0.prefix(10) } == ["!malformed", "!malformed", "md5=0", "flickr:1", "!malformed"])
    let json = #"{"images": [{"flickr_url": "https:\/\/example.org\/a\tb", "id": 7}, {"id": 7}, 5, {}]}"#
    #expect(
      try Lists.read(json, as: .coco).rows.map { $0.prefix(14) } == [
        "!malformed\tan ", "!no-identifier", "!no-identifier", "!no-identifier",
      ])
  }

  @Test("JSON that ends in the middle, at any byte, is an error and never a shorter list")
  func truncatedJSON() throws {
    for list in ["coco.json", "flickr_cropping.json"] {
      let bytes = Array(try Data(contentsOf: Lists.fixtures.appending(path: list)))
      let format = try Lists.read(bytes: bytes).format
      for length in stride(from: 1, to: bytes.count, by: 61) {
        #expect(error(of: Array(bytes[..<length]), as: format) != nil, "\(list) cut at \(length)")
      }
      #expect(error(of: Array(bytes.dropLast()), as: format)?.reason == "the JSON ends in the middle")
    }
  }

  @Test("JSON that is nested without end, or goes on behind its end, is an error with its line")
  func malformedJSON() throws {
    let nested = "{\"a\":\n" + String(repeating: "[", count: 10_000)
    #expect(error(of: nested, as: .coco)?.description == "list:2: the JSON is nested too deeply")
    for text in [
      "{\"images\": []} x", "{\"images\": [}", "{\"images\": [] ]", "[1 2]", "{\"a\": [}}", "{\"a\" 1}",
    ] {
      #expect(error(of: text, as: .coco) != nil, "\(text)")
    }
    #expect(error(of: "{\"annotations\": []}", as: .coco)?.reason == "the JSON has no \"images\"")
  }

  @Test("a JSON string over the bound is a rejected row if it is read, and nothing if it is skipped")
  func longJSONString() throws {
    let long = String(repeating: #"\u00e9 \" "#, count: 100_000)
    let json = """
      {"info": "\(long)", "images": [{"flickr_url": "https://example.org/\(long)", "id": 1}, \
      {"flickr_url": "https://example.org/2.jpg", "id": 2, "caption": "\(long)"}]}
      """
    #expect(
      try Lists.read(json, as: .coco).rows == [
        "!too-long\tlonger than 16384 bytes", "https://example.org/2.jpg",
      ])
  }

  @Test("escapes of JSON strings are undone, surrogate pairs too")
  func jsonEscapes() throws {
    let json =
      #"[{"url": "https:\/\/example.org\/\u00e9\ud83d\ude00\ud83dx\"\\", "flickr_photo_id": 99000000001}]"#
    #expect(
      try Lists.read(json, as: .flickrCropping).rows == [
        "https://example.org/é😀\u{FFFD}x\"\\\tflickr=99000000001"
      ])
  }
}
