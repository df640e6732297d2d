// Rows of each format, one by one: whole, cut, and not of the format.

import ListFormats
import Testing

@Suite("Rows")
struct RowTests {
  @Test("of MegaFace give photo, account and path; folders before the path stay in it")
  func megaface() throws {
    let content = try Lists.read(
      """
      9900000001@N02_identity_1/99000000001_7.jpg
      FlickrFinal/9900000001@N02_identity_12/99000000002_0.jpg
      9900000001@N02_identity_1/99000000003_7.jp
      9900000001_identity_1/99000000003_7.jpg
      """, as: .megaface)
    #expect(
      content.rows == [
        "flickr:99000000001\tnsid=9900000001@N02\tlisted=9900000001@N02_identity_1/99000000001_7.jpg",
        "flickr:99000000002\tnsid=9900000001@N02\tlisted=FlickrFinal/9900000001@N02_identity_12/99000000002_0.jpg",
        "!columns\tno path <nsid>[_identity_<n>]/<photo>_<n>.jpg",
        "!columns\tno path <nsid>[_identity_<n>]/<photo>_<n>.jpg",
      ])
  }

  @Test("of PIPA give photo and album; a photo id counts only if something follows it")
  func pipa() throws {
    let content = try Lists.read(
      "72157600000000001 99000000001 4 5 6 7 8 1\n72157600000000001 990\nx y z", as: .pipa)
    #expect(
      content.rows == [
        "flickr:99000000001\tflickr-set=72157600000000001", "!cut-row\tends within the photo's id",
        "!columns\tno album id",
      ])
  }

  @Test("of Adience are kept if both identifying columns are whole, wherever they are cut behind them")
  func adience() throws {
    let row = "9900000001@N03\t99000000001_0123456789_o.jpg\t1\t(0, 0)\tu\t0\t414\t1086"
    let whole = "flickr:99000000001\tnsid=9900000001@N03\tlisted=99000000001_0123456789_o.jpg"
    let header = "user_id\toriginal_image\tface_id"
    let end = "9900000001@N03\t99000000001_0123456789_o.jpg".count
    for length in 1...row.count {
      let content = try Lists.read("\(header)\r\n\(row.prefix(length))", as: .adience)
      #expect(content.lines == [2])
      if length >= end {
        #expect(content.rows == [whole], "ID_SECRET_o.jpg to the last letter is whole")
      } else {
        let column = length <= "9900000001@N03".count ? "user_id" : "original_image"
        #expect(content.rows == ["!cut-row\tends within \(column)"] || length == "9900000001@N03".count)
      }
    }
  }

  @Test("of NUS-WIDE give the photo in either shape")
  func nusWide() throws {
    let content = try Lists.read(
      "images/42_99000000001_0123456789_m.jpg 0 1\nimages/0484_99000000002.jpg 1 0\nimages/0484_990\nwords 0 1",
      as: .nusWide)
    #expect(
      content.rows == [
        "flickr:99000000001\tlisted=images/42_99000000001_0123456789_m.jpg",
        "flickr:99000000002\tlisted=images/0484_99000000002.jpg",
        "!cut-row\tends within the path", "!columns\tno path <index>_<photo>[_<secret>_m].jpg",
      ])
  }

  @Test("of Open Images faces give the URL, commas in it included")
  func openImagesFaces() throws {
    let content = try Lists.read(
      "https://example.org/a,b,1.jpg,3,-4,5.5,6\nhttps://example.org/2.jpg,3\nhttps://example.org/3.jp\nx,1,2,3,4",
      as: .openImagesFaces)
    #expect(
      content.rows == [
        "https://example.org/a,b,1.jpg", "https://example.org/2.jpg", "!cut-row\tends within the URL",
        "!columns\tdoes not begin with a URL",
      ])
  }

  /// A YFCC100M row with this page and static URL.
  private func yfcc(page: String, image: String) -> String {
    (["99000000001", "9900000001@N00", "Nick"] + Array(repeating: "", count: 10)
      + [page, image, "licence", "http://example.org/l", "8301", "9", "secret", "secret", "jpg", "0"])
      .joined(separator: "\t")
  }

  @Test("of YFCC100M give the static URL, else the page, else the photo id; with columns in front and behind")
  func yfcc100m() throws {
    let page = "http://www.flickr.com/photos/9900000001@N00/99000000001/"
    let image = "http://farm9.staticflickr.com/8301/99000000001_0123456789.jpg"
    let full = yfcc(page: page, image: image)
    let hash = "0123456789abcdef0123456789abcdef"
    let reordered = "7\t99000000001\t\(hash)\t" + full.dropFirst("99000000001\t".count)
    let content = try Lists.read(
      [
        full, "7\t\(full)\t\(hash)", reordered, yfcc(page: page, image: ""), yfcc(page: "", image: ""),
        yfcc(page: page, image: "http://example.org/v.mp4"), String(full.dropLast(50)),
        String(full.dropLast(60)),
        "99000000001\t9900000001@N00\tNi", "99000000001\t99000",
      ].joined(separator: "\n"), as: .yfcc100m)
    let account = "\tnsid=9900000001@N00"
    let photo = "\tflickr=99000000001"
    let named = account + "\tyfcc-hash=\(hash)"
    #expect(
      content.rows == [
        image + account, image + named, image + named, page + photo + account,
        "flickr:99000000001" + account, "http://example.org/v.mp4" + photo + account, image + account,
        page + photo + account, "flickr:99000000001" + account, "!cut-row\tends within the account id",
      ])
  }

  @Test("of plain lists keep the fields that a row can have, and count the others by name")
  func plain() throws {
    let content = try Lists.read(
      "flickr:99000000001\tnsid=9900000001@N00\tcountry=Ruritania\tlisted=a\\tb\n flickr:99000000002 \tcountry=X\tloose\n",
      as: .plain)
    #expect(
      content.rows == ["flickr:99000000001\tnsid=9900000001@N00\tlisted=a\\tb", "flickr:99000000002"])
    #expect(content.ignoredFields == ["country": 2, "": 1])
  }

  @Test("of plain lists with ever new field names are counted in bounded memory")
  func manyFieldNames() throws {
    let list = (1...500).map { "flickr:9900\($0)\tname\($0)=1" }.joined(separator: "\n")
    let ignored = try Lists.read(list).ignoredFields
    #expect(ignored.count == 33)
    #expect(ignored.values.reduce(0, +) == 500)
  }
}
