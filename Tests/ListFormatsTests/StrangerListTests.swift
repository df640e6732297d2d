// Two datasets that have nothing in common but small numbers and usual names share no key, in whatever form they are
// published. A number becomes a key only where the list says whose it is.

import Foundation
import ListFormats
import Testing

@Suite("Lists of two datasets with the same small ids")
struct StrangerListTests {
  /// The same list as different makers write it; `host` is theirs.
  private static func lists(of host: String) -> [String: String] {
    let ids = 1...30
    func table(_ header: String?, _ row: (Int) -> String) -> String {
      ((header.map { [$0] } ?? []) + ids.map(row)).joined(separator: "\n") + "\n"
    }
    func json(_ record: (Int) -> String) -> String { ids.map(record).joined(separator: ", ") }
    let url = { (id: Int) in "https://\(host)/img/\(id).jpg" }
    return [
      "coco":
        "{\"images\": [\(json { "{\"id\": \($0), \"file_name\": \"\($0).jpg\", \"coco_url\": \"\(url($0))\"}" })]}",
      "coco without URLs": "{\"images\": [\(json { "{\"id\": \($0), \"file_name\": \"a/\($0).jpg\"}" })]}",
      "coco with twelve digits at another host":
        "{\"images\": [\(json { "{\"id\": \($0), \"coco_url\": \"https://\(host)/\(String(repeating: "0", count: 10))\($0 + 9).jpg\"}" })]}",
      "ids": table(nil) { "\($0)" },
      "image_id": table("image_id,label") { "\($0),\($0 % 3)" },
      "coco column": table("id,coco,url") { "\($0),\($0 % 2),\(url($0))" },
      "yfcc column": table("yfcc,url") { "\($0),\(url($0))" },
      "openimages column": table("ImageID,Subset,OriginalURL,OriginalLandingURL") {
        "\($0),train,\(url($0)),\(url($0))"
      },
      "file column": table("file,label") { "\($0).jpg,\($0 % 3)" },
      "photo_id column": table("photo_id,nsid") { "\($0),a" },
      "captions": table(nil) { "\($0).jpg#0\tA dog" },
      "paths": table(nil) { "images/000\($0)_\($0).jpg 0 1 0" },
      "backslashes": table(nil) { "dog\\000\($0)_\($0).jpg" },
      "boxes": table(nil) { "\($0) \($0) 1 2 3 4 5 1" },
      "numbered with a hash": table(nil) { "\($0)\t\($0)\t\(String(repeating: "0", count: 30))\($0 + 9)" },
      "visual genome":
        "[\(json { "{\"url\": \"\(url($0))\", \"image_id\": \($0), \"coco_id\": null, \"flickr_id\": null}" })]",
      "names": table(nil) { "\($0).jpg" },
    ]
  }

  @Test("share nothing, in any two forms")
  func disjoint() {
    func keys(_ host: String) -> [String: Set<String>] {
      var options = Lists.options
      options.filePrefix = host
      return Self.lists(of: host).mapValues { Keys.ofList(Array($0.utf8), options: options) }
    }
    let (ours, theirs) = (keys("one.example"), keys("two.example"))
    for (form, keys) in ours {
      for (other, others) in theirs {
        #expect(keys.isDisjoint(with: others), "\(form) and \(other): \(keys.intersection(others).prefix(3))")
      }
    }
    #expect(ours["coco"]?.count == 30, "their URLs are theirs")
  }
}
