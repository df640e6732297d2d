// What programs print and people hand over as lists: hashes in all forms, listings of folders, logs. Each is read for what
// it is, or refused; none gives keys that nobody will ever ask for.

import ListFormats
import Testing

@Suite("A list that a program has written")
struct ToolOutputTests {
  private static let md5 = ["cfcd208495d565ef66e7dff9f98764da", "c4ca4238a0b923820dcc509a6f75849b"]
  private static let sha1 = [
    "b6589fc6ab0dc82cf12099d1c2d40ab994e8410c", "356a192b7913b04c54574d18c28d46e6395428ab",
  ]
  private static let sha256 = ["5f", "6b"].map {
    $0 + String(repeating: "ceb66ffc86f38d952786c6d696c79c", count: 3).prefix(62)
  }

  private static func lines(_ hashes: [String], _ line: (Int, String) -> String) -> String {
    hashes.enumerated().map { line($0.offset, $0.element) + "\n" }.joined()
  }

  private static func keys(_ list: String, namesFiles: Bool = false) -> Set<String> {
    var options = Lists.options
    options.namesFiles = namesFiles
    return Keys.ofList(Array(list.utf8), options: options)
  }

  @Test("that hashes files gives the hashes")
  func hashes() {
    let (md5, sha1, sha256) = (Self.md5, Self.sha1, Self.sha256)
    let lists: [(list: String, namespace: String, hashes: [String])] = [
      (Self.lines(md5) { "\($1) *pics/\($0).jpg" }, "md5", md5),
      (Self.lines(md5) { "\($1) pics/\($0).jpg" }, "md5", md5),
      (Self.lines(md5) { "MD5 (pics/a \($0).jpg) = \($1)" }, "md5", md5),
      (Self.lines(md5) { "MD5(pics/a \($0).jpg)= \($1)" }, "md5", md5),
      (Self.lines(sha1) { "SHA1(pics/\($0).jpg)= \($1)" }, "sha1", sha1),
      (Self.lines(sha256) { "SHA2-256(pics/\($0).jpg)= \($1)" }, "sha256", sha256),
      (Self.lines(md5) { "\($1):\($0)" }, "md5", md5),
      (
        "\r\nAlgorithm       Hash        Path\r\n---------       ----        ----\r\n"
          + Self.lines(sha256) { "SHA256          \($1.uppercased())       C:\\My Pictures\\\($0).jpg\r" },
        "sha256", sha256
      ),
      (
        "\"Algorithm\",\"Hash\",\"Path\"\r\n" + Self.lines(sha1) { "\"SHA1\",\"\($1)\",\"C:\\\($0).jpg\"\r" },
        "sha1", sha1
      ),
    ]
    for (list, namespace, hashes) in lists {
      #expect(Self.keys(list) == Set(hashes.map { "\(namespace):\($0)" }), "\(list)")
    }
    let both =
      "%%%% HASHDEEP-1.0\n%%%% size,md5,sha1,filename\n"
      + Self.lines(md5) { "5,\($1),\(sha1[$0]),/a/\($0).jpg" }
    #expect(Self.keys(both) == Set(md5.map { "md5:\($0)" } + sha1.map { "sha1:\($0)" }))
  }

  @Test("with hashes of another kind gives none")
  func otherHashes() {
    let lists = [
      "Algorithm,Hash,Path\n" + Self.lines(Self.sha1) { "RIPEMD160,\($1),C:\\\($0).jpg" },
      Self.lines(Self.sha1) { "RMD160 (\($0).jpg) = \($1)" },
      "Algorithm       Hash   Path\n---------       ----   ----\n"
        + Self.lines(Self.sha1) { "RIPEMD160  \($1)  C:\\\($0).jpg" },
      Self.lines(Self.sha1) { "SHA256 (\($0).jpg) = \($1)" },
      "filename,phash\n" + Self.lines(Self.md5) { "\($0).jpg,\($1)" },
      "file,etag\n" + Self.lines(Self.md5) { "\($0).jpg,\($1)" },
      "id,file\n" + Self.lines(Self.md5) { "\($1),\($0).jpg" },
      "url,md5_of_url\n" + Self.lines(Self.md5) { "https://example.org/\($0).jpg,\($1)" },
      "url,email_md5\n" + Self.lines(Self.md5) { "https://example.org/\($0).jpg,\($1)" },
      Self.lines(Self.md5) { "\($1) 9910000000\($0)" },
      Self.lines(Self.md5) { "\($1) Some person" },
      (0..<9).map { "\($0)\t\(2_038_323 + $0 * 999)\t\(Self.md5[$0 % 2])" }.joined(separator: "\n"),
    ]
    for list in lists {
      let keys = Self.keys(list).filter { !$0.hasPrefix("url:example.org") }
      #expect(keys.isEmpty, "\(list): \(keys)")
    }
  }

  @Test("from folders, logs and crawls is refused, also for a dataset of names of files")
  func listings() {
    let lists = [
      "total 8\n-rw-r--r-- 1 u g 1234 Jan 1 10:00 a.jpg\n-rw-r--r--+ 1 u g 1234 Jan 11 10:00 b.jpg\n",
      ".:\na\n\n./a:\nA_0001.jpg\nA_0002.jpg\nA_0003.jpg\nA_0004.jpg\nA_0005.jpg\nA_0006.jpg\nA_0007.jpg\n",
      "  1234  4 -rw-r--r--   1 u  g   1234 Jan  1 10:00 ./a/b_0001.jpg\n",
      "├── a_0001.jpg\n└── a_0002.jpg\n", "│   ├── a_0001.jpg\n│   └── a_0002.jpg\n",
      "     1234  2020-01-01 10:00   a/b.jpg\n     1234  2020-01-01 10:00   a/c.jpg\n",
      Self.lines(Self.sha256) { "\($1)\($1)  pics/\($0).jpg" },
      Self.lines(Self.sha1) { "100644 blob \($1)\tpics/\($0).jpg" },
      "2024-01-01 10:00:00 URL:https://example.org/a.jpg [1/1] -> \"a.jpg\" [1]\n",
      "org,example)/a.jpg 20200101000000 https://example.org/a.jpg image/jpeg 200 ABC 1043\n",
      "192.0.2.1 - - [01/Jan/2020:10:00:00 +0000] \"GET /a.jpg HTTP/1.1\" 200 1 \"https://example.org/\" \"M\"\n",
      "s3://bucket/a.jpg\ns3://bucket/b.jpg\n", "1 a/x.jpg\n2 a/y.jpg\n",
    ]
    for list in lists {
      #expect(Self.keys(list).isEmpty, "\(list): \(Self.keys(list))")
      #expect(Self.keys(list, namesFiles: true).isEmpty, "\(list): \(Self.keys(list, namesFiles: true))")
    }
    #expect(
      Self.keys("./a/b.jpg\n./a/c d.jpg\n", namesFiles: true) == [
        "file:invented/a/b.jpg", "file:invented/a/c d.jpg",
      ])
  }

  @Test("does not turn a folder with a dot into a host")
  func folders() {
    for list in [
      "012.binoculars/012_0001.jpg\n012.binoculars/012_0002.jpg\n",
      "train.images/a.jpg\ntrain.images/b.jpg\n",
      "1 001.Black/a.jpg\n2 001.Black/b.jpg\n",
    ] {
      #expect(Self.keys(list).isEmpty, "\(list): \(Self.keys(list))")
    }
    #expect(Self.keys("example.org/a.jpg\nstatic.example.co.uk/b.jpg\n").count == 2)
  }

  @Test("with the line ends of old Macintosh programs is refused by name")
  func returns() {
    for list in ["url,label\rhttps://example.org/a.jpg,DE\r", "flickr:1\rflickr:2\r"] {
      do {
        _ = try Lists.read(list)
        Issue.record("it is read")
      } catch { #expect((error as? ListError)?.reason.contains("CR alone") == true) }
    }
  }

  @Test("by a spreadsheet gives no id that has lost its digits")
  func spreadsheets() {
    for id in ["9.93E+10", "9,93E+10", "99.347.712.782", "99347712782.5", "-99347712782", "2013-06-17"] {
      for list in ["flickr;land\n\(id);DE\n", "photo_id;land\n\(id);DE\n"] {
        #expect(Self.keys(list).isEmpty, "\(list)")
      }
      let beside = "flickr_id;url\n\(id);http://static.flickr.com/1/99347712782_0123456789.jpg\n"
      #expect(Self.keys(beside) == ["flickr:99347712782"], "\(beside)")
    }
  }
}
