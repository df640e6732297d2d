// Rows of the formats that are rarer, one by one.

import ListFormats
import Testing

@Suite("Rows of further formats")
struct FurtherRowTests {
  @Test("of Flickr30k and Flickr8k give photo and file; bare numbers only if the format is named")
  func captions() throws {
    let list =
      "99000000001\n99000000002.jpg#0\tx\n99000000003_0123456789.jpg#4\tx\n99000000004_01.jpg.1#0\tx\nimage_x.jpg#1\tx"
    #expect(
      try Lists.read(list, as: .flickrCaptions).rows == [
        "flickr:99000000001", "flickr:99000000002\tlisted=99000000002.jpg",
        "flickr:99000000003\tlisted=99000000003_0123456789.jpg",
        "flickr:99000000004\tlisted=99000000004_01.jpg.1",
        "!columns\tdoes not begin with <photo> or <photo>_<secret>.jpg",
      ])
    #expect(throws: ListError.self) { try Lists.read("99000000001\n99000000002\n") }
  }

  @Test(
    "of IMDB-WIKI give the image's page and never the path, which tells who it is and when they were born")
  func imdbWiki() throws {
    let content = try Lists.read(
      "01/nm9000001_rm9900000001_1900-5-10_1968.jpg\n00/1000_1900-04-04_1964.jpg", as: .imdbWiki)
    #expect(content.rows == ["imdb-rm:9900000001", "!columns\tno path nm<person>_rm<image>_<dates>.jpg"])
  }

  @Test("of file names stand below the dataset; lines of numbers are no rows; the dataset has to be named")
  func fileNames() throws {
    let list =
      "0--Parade/0_Parade 1.jpg\n1\n449 330 122 149 0 0 0 0 0 0\n000001.jpg 95 71\nno image\nn000002/0001_01.JPG"
    let content = try Lists.read(list, as: .files)
    #expect(
      content.rows == [
        "file:invented/0--Parade/0_Parade 1.jpg", "file:invented/000001.jpg",
        "!columns\tdoes not begin with the name of an image's file", "file:invented/n000002/0001_01.JPG",
      ])
    #expect(content.lines == [1, 4, 5, 6])
    let error = #expect(throws: ListError.self) { try Lists.read(list, as: .files, options: ListOptions()) }
    #expect(error?.hint == "say of which dataset they are")
  }

  @Test("of frames give the quoted name")
  func frames() throws {
    let content = try Lists.read(
      "\"a_images/001 640.png\": (1.0, 2.0);\n\"a_images/002.png\";\n\"a_im\nx", as: .frames)
    #expect(
      content.rows == [
        "file:invented/a_images/001 640.png", "file:invented/a_images/002.png",
        "!cut-row\tends within the name",
        "!columns\tdoes not begin with a quoted name",
      ])
  }

  @Test("of VGGFace give the URL, spaces in it included")
  func vggFace() throws {
    let content = try Lists.read(
      "00000001 http://example.org/a 1.jpg 1.0 2.0 3.0 4.0 -3.00 3.41 1\n00000002 http://example.org/2.jpg 1.0\n00000003 http://ex\n000",
      as: .vggFace)
    #expect(
      content.rows == [
        "http://example.org/a 1.jpg", "http://example.org/2.jpg", "!cut-row\tends within the URL",
        "!cut-row\tends within the number",
      ])
  }

  @Test("of YFCC100M are read however long a description is; beyond a bound the id has to do")
  func yfccLongLines() throws {
    for length in [100, 16_400, 100_000, 300_000] {
      let long = String(repeating: "d", count: length)
      let front =
        "99000000001\t9900000001@N00\tNick\t2010-01-01\t1262300000\tcamera\tTitle\t\(long)\ta,b\t\t\t\t"
      let urls =
        "\thttp://www.flickr.com/photos/9900000001@N00/99000000001/\thttp://farm1.staticflickr.com/1/99000000001_ab.jpg"
      let line = front + urls + "\tLicence\thttp://example.org/l\t1\t1\tab\tcd\tjpg\t0"
      let row =
        length > 128 << 10 ? "flickr:99000000001" : "http://farm1.staticflickr.com/1/99000000001_ab.jpg"
      let content = try Lists.read("\(line)\n\(line)", as: .yfcc100m)
      #expect(content.rows == Array(repeating: row + "\tnsid=9900000001@N00", count: 2), "\(length)")
      #expect(content.lines == [1, 2])
    }
  }

  @Test("of MS-Celeb-1M are read though a picture makes their line longer than a line may be")
  func msCeleb() throws {
    let picture = String(repeating: "A", count: 200_000)
    let content = try Lists.read(
      "m.0a\t1\thttp://example.org/1.jpg\thttp://example.org/p\tFaceId-0\tAAAA\t\(picture)\nm.0a\t2\thttp://ex",
      as: .msCeleb)
    #expect(
      content.rows == [
        "http://example.org/1.jpg", "!cut-row\tends before the columns that identify the image",
      ])
  }
}
