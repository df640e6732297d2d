// How formats are recognised: by most of the first rows, with a reason, and not at all in doubt.

import Foundation
import ListFormats
import Testing

@Suite("Recognition")
struct DetectionTests {
  @Test("says why")
  func reasons() throws {
    let reason = { (list: String) in try Lists.read(Lists.fixtures.appending(path: list)).reason }
    #expect(
      try reason("megaface.txt")
        == "every one of the first 52 rows is a path <nsid>[_identity_<n>]/<photo>_<n>.jpg")
    #expect(try reason("adience_fold_0.txt") == "the first row is the header of the format")
    #expect(
      try reason("coco.json") == "a JSON object whose images have flickr_url, coco_url or names of COCO")
    #expect(try Lists.read("flickr:1\n# c").reason == "its one row is an identifier")
    #expect(try Lists.read("flickr:1", as: .plain).reason == "as asked for")
  }

  @Test("bears a bad row among the first ones, but not many")
  func badRows() throws {
    for list in ["megaface.txt", "pipa.txt", "yfcc100m.tsv", "nuswide_train.txt", "openimages-faces.csv"] {
      let text = try String(contentsOf: Lists.fixtures.appending(path: list), encoding: .utf8)
      let format = try Lists.read(text).format
      let content = try Lists.read("not a row\n" + text)
      #expect(content.format == format)
      #expect(content.reason.hasPrefix("of the first ") && content.reason.contains(" are each "))
      #expect(content.rejected.count == 1)
    }
    #expect(throws: ListError.self) { try Lists.read("flickr:1\nsome words\nmore words\n") }
  }

  @Test("takes identifiers in all their forms for a plain list")
  func identifiers() throws {
    let forms = [
      "https://www.flickr.com/photos/x/99000000001/", "HTTP://Example.ORG/a.jpg", "//example.org/a.jpg",
      "www.flickr.com/photos/x/99000000001", "flic.kr/p/2p4QbKN", "flickr:99000000001", "sha256:00",
      "d41d8cd98f00b204e9800998ecf8427e", "9900000001@N00", "https://example.org/with space.jpg",
      "openimages:00000000000000ab\tnsid=9900000001@N00",
    ]
    for form in forms {
      let content = try Lists.read(form)
      #expect(content.format == .plain)
      #expect(content.rows == [form])
    }
  }

  @Test("tells a list whose first line is longer than what is looked at")
  func longFirstLine() throws {
    let picture = String(repeating: "A", count: 100_000)
    let content = try Lists.read("m.0a\t1\thttp://example.org/1.jpg\tp\tFaceId-0\tAAAA\t\(picture)\n")
    #expect(content.format == .msCeleb)
    #expect(content.rows == ["http://example.org/1.jpg"])
  }

  @Test("every format has a name for the command line and one line that describes it")
  func names() {
    for format in ListFormat.allCases {
      #expect(format.rawValue.wholeMatch(of: #/[a-z0-9-]+/#) != nil)
      #expect(!format.summary.isEmpty && !format.summary.contains("\n"))
    }
  }
}
