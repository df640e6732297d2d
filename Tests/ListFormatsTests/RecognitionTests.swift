// What becomes of lists in unknown formats: read where it is clear how, with a reason, and refused otherwise.

import Foundation
import Testing

@testable import ListFormats

@Suite("A list in a form of its own")
struct RecognitionTests {
  private func refusal(_ text: String) -> ListError? {
    do {
      _ = try Lists.read(text)
      return nil
    } catch { return error as? ListError }
  }

  @Test("is read by its one column of URLs, and says so")
  func clear() throws {
    let lists = [
      "99100000001,http://farm1.staticflickr.com/1/99100000001_0123456789.jpg\n": "flickr:99100000001",
      "a caption\thttps://example.org/a.jpg?w=1\nanother \"one\thttps://example.org/b.JPG\n":
        "url:example.org/a.jpg?w=1",
      "Name;Foto;Land\nMüller;https://flic.kr/p/2p4QbKN;DE\n": "flickr:53208249252",
      "sep=;\r\nName;URL\r\nx;https://flic.kr/p/2p4QbKN\r\n": "flickr:53208249252",
      "photoid|pageurl|downloadurl\n99100000001|http://www.flickr.com/photos/9900000001@N00/99100000001/|http://farm2.staticflickr.com/1/99100000001_0123456789.jpg\n":
        "flickr:99100000001",
      "#TYPE Microsoft.Powershell.Utility.FileHash\r\n\"Algorithm\",\"Hash\",\"Path\"\r\n\"MD5\",\"D41D8CD98F00B204E9800998ECF8427E\",\"C:\\a.jpg\"\r\n":
        "md5:d41d8cd98f00b204e9800998ecf8427e",
      "[{\"meta\": {\"url\": \"https://example.org/a.jpg\"}, \"id\": 7}]": "url:example.org/a.jpg",
      "[\"https://example.org/a.jpg\", \"https://example.org/b.jpg\"]": "url:example.org/a.jpg",
      "{\"a\": \"https://example.org/a.jpg\", \"b\": \"https://example.org/b.jpg\"}": "url:example.org/a.jpg",
      "{\"n1\": {\"photo_url\": \"https://flic.kr/p/2p4QbKN\", \"license_url\": \"http://creativecommons.org/licenses/by/2.0/\"}}":
        "flickr:53208249252",
      "# made by hand\nurl,caption\nhttps://example.org/a.jpg,x\n": "url:example.org/a.jpg",
      "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,filename\n## $ hashdeep\n3,d41d8cd98f00b204e9800998ecf8427e,da39a3ee5e6b4b0d3255bfef95601890afd80709,/a/b.jpg\n":
        "md5:d41d8cd98f00b204e9800998ecf8427e",
      "image_name| comment_number| comment\n99100000001.jpg| 0| Two dogs\n": "flickr:99100000001",
      "MD5 (a b.jpg) = d41d8cd98f00b204e9800998ecf8427e\n": "md5:d41d8cd98f00b204e9800998ecf8427e",
      "99100000001_0123456789_b.jpg\n99100000002_0123456789.jpg\n": "flickr:99100000001",
    ]
    for (text, key) in lists {
      let content = try Lists.read(text)
      #expect(Keys.of(content.accepted).contains(key), "\(text): \(content.rows)")
      #expect(content.rejected.isEmpty && !content.reason.isEmpty)
    }
    #expect(
      try Lists.read("id,link,md5\n1,https://example.org/a.jpg,d41d8cd98f00b204e9800998ecf8427e\n").reason
        == "column 2 \"link\" holds URLs of images: read as identifier; column 3 \"md5\" holds MD5 hashes: read as md5"
    )
  }

  @Test("is refused with its columns and the command that would load it, where it could be read in two ways")
  func unclear() throws {
    let two = try #require(
      refusal("page_url\timage_url\nhttps://example.org/page\thttps://example.org/a.jpg\n"))
    #expect(two.reason == "it is not clear which column identifies the image")
    #expect(two.hint.contains("--column identifier=image_url list"))
    #expect(
      two.hint.contains("column 2 \"image_url\" holds URLs of images, such as https://example.org/a.jpg"))
    for text in [
      "photo_id,nsid\n99100000001,9900000001@N00\n", "a/0001.jpg\na/0002.jpg\n",
      "x.jpg 1 2 3 4\ny.jpg 1 2 3 4\n",
      "https://example.org/a.jpg A dog\nhttps://example.org/b.jpg A black cat\n",
      "https://www.flickr.com/photos/a/99100000001 Cat\nhttps://www.flickr.com/photos/a/99100000002 A dog\n",
      "https://example.org/photo/1,DE\nhttps://example.org/photo/2,FR\n",
      "https://example.org/a.jpg,https://example.org/b.jpg\n", "url,md5\n", "[]",
      "{\"images\": [{\"id\": 1}]}",
    ] {
      #expect(refusal(text) != nil, "\(text)")
    }
    let files = try #require(refusal("a/0001.jpg\na/0002.jpg\n"))
    #expect(files.hint.contains("--list-format files"))
  }

  @Test("of file names needs no word if the dataset is known to have nothing else")
  func knownFiles() throws {
    var options = Lists.options
    options.namesFiles = true
    let content = try Lists.read("a/0001.jpg\na/0002.jpg\n", options: options)
    #expect(content.format == .files && content.rows.count == 2)
  }

  @Test("is whole where a URL holds the separator itself")
  func separatorsInURLs() throws {
    for line in [
      "https://img1.example.com/it/u=1798831392,1750834138&fm=15&gp=0.jpg",
      "https://example.org/w_200,h_300/a.jpg", "https://example.org/a b.jpg", "https://example.org/a|b.jpg",
    ] {
      #expect(try Lists.read(line + "\n" + line + "\n").rows == [line, line])
    }
  }

  @Test("keeps the last text with a row that does not fit the others out")
  func strayColumns() throws {
    let content = try Lists.read(
      "a,https://example.org/1.jpg,x\n" + String(repeating: "a,https://example.org/2.jpg,x\n", count: 20)
        + "a, b,https://example.org/3.jpg,x\n")
    #expect(content.rows.last == "!columns\thas more columns than the other rows")
  }

  @Test("is read in UTF-16, UTF-32 and Windows-1252, with a mark or without, in any split")
  func encodings() throws {
    let text = "Name;URL\r\nMüller;https://flic.kr/p/2p4QbKN\r\n"
    let little = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let big = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    let western = text.unicodeScalars.map { UInt8($0.value) }
    let wide = text.unicodeScalars.flatMap { [UInt8($0.value & 0xFF), UInt8($0.value >> 8), 0, 0] }
    for bytes in [
      [0xFF, 0xFE] + little, little, [0xFE, 0xFF] + big, big, western, [0xFF, 0xFE, 0, 0] + wide,
    ] {
      let content = try Lists.read(bytes: bytes)
      #expect(content.rows == ["https://flic.kr/p/2p4QbKN"])
      #expect(content.reason.contains("; its text is "))
      #expect(try Lists.read(bytes: bytes, step: 1).rows == content.rows)
    }
    var options = Lists.options
    options.encoding = TextEncoding("NO-SUCH")
    #expect(throws: ListError.self) { try Lists.read("flickr:1", options: options) }
    options.encoding = TextEncoding("CP437")
    #expect(
      try Lists.read(bytes: [0x81, 0x0A] + Array("flickr:1\n".utf8), as: .plain, options: options).rows == [
        "ü", "flickr:1",
      ])
    #expect(throws: ListError.self, "half a character at the end") {
      try Lists.read(bytes: [0xFF, 0xFE] + little + [1])
    }
  }

  @Test("that is no list is refused by what it is, with what to do")
  func noLists() {
    let files: [(bytes: [UInt8], name: String)] = [
      (Array("PK\u{3}\u{4}0000[Content_Types].xml".utf8), "Excel"),
      (Array("PK\u{3}\u{4}0000arr_0.npy".utf8), ".npz"),
      ([0x93] + Array("NUMPY\u{1}".utf8), ".npy"), (Array("PAR1".utf8), "Parquet"),
      (Array("%PDF-1.7".utf8), "PDF"),
      (Array("\n<!DOCTYPE html><html>".utf8), "HTML"), (Array("<?xml version='1.0'?>".utf8), "XML"),
      (Array("SQLite format 3\u{0}".utf8), "SQLite"), ([0x80, 4, 0x95], "pickle"),
      ([0xFF, 0xD8, 0xFF], "JPEG"),
      (Array("version https://git-lfs.github.com/spec/v1\n".utf8), "Git LFS"),
    ]
    for (bytes, name) in files {
      do {
        _ = try Lists.read(bytes: bytes)
        Issue.record("\(name) is read")
      } catch {
        let refusal = error as? ListError
        #expect(refusal?.reason.contains(name) == true, "\(name): \(String(describing: refusal))")
        #expect(refusal?.hint.isEmpty == false)
      }
    }
  }

  @Test("that is a known table is told by its columns, whose samples stand in the table of formats")
  func knownTables() throws {
    for table in KnownTable.all {
      let content = try Lists.read(table.sample)
      #expect(content.format == table.format && content.rejected.isEmpty && content.rows.count == 1)
    }
  }

  @Test("of parallel arrays is paired, and refused where they differ in length")
  func arrays() throws {
    let list =
      "{\"image_urls\": [\"http://static.flickr.com/1/99100000001_0123456789.jpg\", \"http://static.flickr.com/1/99100000002_0123456789.jpg\"], \"user_ids\": [\"9900000001@N00\", \"9900000002@N00\"]}"
    #expect(
      try Lists.read(list).rows.map { $0.suffix(19) } == ["nsid=9900000001@N00", "nsid=9900000002@N00"])
    #expect(refusal(list.replacingOccurrences(of: ", \"9900000002@N00\"", with: "")) != nil)
  }

  @Test("of Karpathy's splits, or an array of MegaFace's paths, gives their ids")
  func knownRecords() {
    let split = { (name: String) in
      "{\"images\": [{\"filename\": \"\(name)\", \"imgid\": 0, \"split\": \"test\", \"cocoid\": 139}]}"
    }
    #expect(Keys.ofList(Array(split("COCO_val2014_000000000139.jpg").utf8)) == ["coco:139"])
    #expect(Keys.ofList(Array(split("000000000139.jpg").utf8)).isEmpty)
    #expect(Keys.ofList(Array(split("99100000001_0123456789.jpg").utf8)) == ["flickr:99100000001"])
    let paths =
      "[\"9900000001@N00_identity_1/99100000001_1.jpg\", \"9900000001@N00_identity_2/99100000002_1.jpg\"]"
    #expect(
      Keys.ofList(Array(paths.utf8)) == ["flickr:99100000001", "flickr:99100000002", "nsid:9900000001@N00"])
  }

  @Test("gives ids of COCO only where a URL or a file's name says so")
  func cocoIds() throws {
    let record = { (fields: String) in "{\"images\": [{\"id\": 139, \(fields)}]}" }
    let keys = { (fields: String) in Keys.ofList(Array(record(fields).utf8), as: .coco) }
    #expect(
      keys("\"coco_url\": \"http://images.cocodataset.org/val2017/000000000139.jpg\"").contains("coco:139"))
    #expect(keys("\"file_name\": \"COCO_val2014_000000000139.jpg\"") == ["coco:139"])
    #expect(keys("\"file_name\": \"000000000140.jpg\"").isEmpty)
    #expect(keys("\"file_name\": \"v1/objects_00000139.jpg\"").isEmpty)
    #expect(!keys("\"coco_url\": \"https://example.org/000000000139.jpg\"").contains("coco:139"))
  }
}
