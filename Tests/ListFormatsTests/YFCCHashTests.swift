// Hashes by which YFCC100M and what was made from it name photos. They look like MD5s of files, and are none.

import ListFormats
import Testing

@Suite("A hash of YFCC100M")
struct YFCCHashTests {
  /// As its makers write them: each byte of an MD5 without a zero in front.
  private static let hashes = [
    "4e2f7a26a1dfbf165a7e30bdabf7e72a", "d37c5aaffa6bd2992b576f6d88678d1", "a9c5bd8c0e4e2f7a26a1dfbf165a7e",
  ]
  private static let urls = (1...3).map { "http://farm3.static.flickr.com/2/9910000000\($0)_0123456789.jpg" }

  private static func table(_ header: String?, _ row: (Int) -> String) -> String {
    ([header].compactMap { $0 } + (0..<3).map(row)).joined(separator: "\n") + "\n"
  }

  private static func keys(_ list: String, as format: ListFormat? = nil) -> Set<String> {
    Keys.ofList(Array(list.utf8), as: format)
  }

  private static let hashKeys = Set(hashes.map { "yfcc-hash:\($0)" })
  private static let photoKeys = Set((1...3).map { "flickr:9910000000\($0)" })

  @Test("is a key of its own, beside the photo where the list has it")
  func keys() {
    let lists = [
      Self.table(nil) { "\($0)\t9910000000\($0 + 1)\t\(Self.hashes[$0])" },
      Self.table(nil) { "9910000000\($0 + 1)\t\(Self.hashes[$0])" },
      Self.table("photoid,hash,userid") { "9910000000\($0 + 1),\(Self.hashes[$0])," },
      Self.table("photoid|uid|pageurl|downloadurl|hash") {
        "9910000000\($0 + 1)|9900000001@N00||\(Self.urls[$0])|\(Self.hashes[$0])"
      },
      Self.table(nil) {
        "{\"photoid\": 9910000000\($0 + 1), \"downloadurl\": \"\(Self.urls[$0])\", \"key\": \"\(Self.hashes[$0])\"}"
      },
    ]
    for list in lists {
      let keys = Self.keys(list)
      #expect(keys.isSuperset(of: Self.hashKeys) && keys.isSuperset(of: Self.photoKeys), "\(list): \(keys)")
      #expect(!keys.contains { $0.hasPrefix("md5:") })
    }
    let unnamed = Self.table("hash,unickname") { "\(Self.hashes[$0]),Nick" }
    #expect(Self.keys(unnamed) == Self.hashKeys)
    let records =
      "["
      + Self.hashes.map { "{\"image_hash\": \"\($0)\", \"personality\": \"Kind\"}" }.joined(separator: ",")
      + "]"
    #expect(Self.keys(records) == Self.hashKeys)
  }

  @Test("is never taken for the MD5 of a file, if all of them have 32 digits or if some have")
  func noMD5() {
    for count in [1, 3] {
      let hashes = count == 1 ? Array(repeating: Self.hashes[0], count: 3) : Self.hashes
      let lists = [
        Self.table(nil) { "9910000000\($0 + 1)\t\(hashes[$0])" },
        Self.table("id,hash") { "9910000000\($0 + 1),\(hashes[$0])" },
        Self.table("hash,label") { "\(hashes[$0]),\($0)" },
        Self.table("url,hash") { "\(Self.urls[$0]),\(hashes[$0])" },
        Self.table(nil) { "\(Self.urls[$0]),\(hashes[$0])" },
        Self.table("image_hash\tcomment") { "\(hashes[$0])\tA dog" },
        Self.table(nil) { "\(hashes[$0].prefix(3))/\(hashes[$0].dropFirst(3).prefix(3))/\(hashes[$0]).jpg" },
        "[" + hashes.map { "{\"hash\": \"\($0)\", \"label\": 1}" }.joined(separator: ",") + "]",
      ]
      for list in lists {
        #expect(!Self.keys(list).contains { $0.hasPrefix("md5:") }, "\(list)")
      }
    }
    #expect(Self.keys(Self.hashes.joined(separator: "\n")).isEmpty)
  }

  @Test("is read where the caller names the format or the column")
  func named() {
    let list = Self.table(nil) { "9910000000\($0 + 1)\t\(Self.hashes[0].dropLast())\($0)" }
    #expect(Self.keys(list).isEmpty)
    #expect(Self.keys(list, as: .yfcc100m).isSuperset(of: Self.photoKeys))
    #expect(Self.keys(list, as: .yfcc100m).filter { $0.hasPrefix("yfcc-hash:") }.count == 3)
    var options = Lists.options
    options.columns = [ListColumn(argument: "yfcc-hash=file")!]
    let names = Self.table("file,age") { "\(Self.hashes[$0]),\($0)" }
    #expect(Keys.ofList(Array(names.utf8), options: options) == Self.hashKeys)
  }

  @Test("that is not read is reported, with what it may be")
  func reported() throws {
    let list = Self.table("url,hash") { "\(Self.urls[$0]),\(Self.hashes[0])" }
    #expect(
      try Lists.read(list).reason == "column 1 \"url\" holds URLs of Flickr photos: read as identifier; "
        + "column 2 \"hash\" holds MD5 hashes, but it is not clear of what: not read")
    #expect(throws: ListError.self) { try Lists.read(Self.hashes.joined(separator: "\n")) }
    do {
      _ = try Lists.read(Self.hashes.joined(separator: "\n"))
    } catch { #expect((error as? ListError)?.hint.contains("--column yfcc-hash=1") == true) }
  }

  @Test("of fewer than 16 or more than 32 digits is none")
  func bounds() {
    func keys(_ digits: Int) -> Set<String> {
      let hash = String(String(repeating: "4e2f7", count: 7).prefix(digits))
      return Self.keys(
        "99100000001\t9900000001@N00\(String(repeating: "\t", count: 12))\t\t\t\t\t\t\t\t\t0\n1\t99100000001\t\(hash)\t9900000001@N00\t\n",
        as: .yfcc100m
      ).filter { $0.hasPrefix("yfcc-hash:") }
    }
    #expect(keys(15).isEmpty && keys(16).count == 1 && keys(32).count == 1 && keys(33).isEmpty)
  }
}
