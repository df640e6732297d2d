// Tables: CSV with quotes, TSV, columns by name and by number, headers, cut records.

import ListFormats
import Testing

@Suite("Tables")
struct TableTests {
  private func options(_ columns: String..., hasHeader: Bool? = nil) -> ListOptions {
    var options = Lists.options
    options.columns = columns.compactMap { ListColumn(argument: $0, allowsLabel: true) }
    options.hasHeader = hasHeader
    return options
  }

  @Test("in CSV keep commas, doubled quotes and line ends within quotes in their column")
  func quotes() throws {
    let list =
      "title,url\r\n\"a \"\"b\"\", c\r\nd\",https://example.org/1\r\nplain,\"https://example.org/x,y\"\r\nt,https://example.org/3"
    let content = try Lists.read(list)
    #expect(content.format == .csv)
    #expect(content.rows == ["https://example.org/1", "https://example.org/x,y", "https://example.org/3"])
    #expect(content.lines == [2, 4, 5])
    for step in 1...5 {
      let split = try Lists.read(bytes: Array(list.utf8), step: step, rowsMax: 1)
      #expect(split.rows == content.rows)
      #expect(split.lines == content.lines)
    }
  }

  @Test("are read by columns that the caller names or numbers")
  func columns() throws {
    let list = "a;b,Photo Id,account,HASH\nx,99000000001,9900000001@N00,0123456789abcdef0123456789ABCDEF\n"
    let row = "flickr:99000000001\tnsid=9900000001@N00\tmd5=0123456789abcdef0123456789ABCDEF"
    let named = options("flickr=photo id", "nsid=account", "md5=hash")
    #expect(try Lists.read(list, options: named).rows == [row])
    let numbered = options("flickr=2", "nsid=3", "md5=4")
    #expect(try Lists.read(list, options: numbered).rows.last == row)
    #expect(try Lists.read(list, options: numbered).rows.count == 2)
    #expect(try Lists.read(list, as: .csv, options: options("flickr=2", hasHeader: true)).rows.count == 1)
    let tabbed = list.split(separator: ",").joined(separator: "\t")
    #expect(try Lists.read(tabbed, options: named).format == .tsv)
    #expect(try Lists.read(tabbed, options: named).rows == [row])
  }

  @Test(
    "keep the label of a row that is rejected, where its column is whole",
    arguments: [
      ("country,photo,x\nDE,,1\nFR,null,1\n", ["DE", "FR"]),
      ("country\tphoto\tx\nDE\t\t1\n\"F, R\"\tnull\t1\n", ["DE", "F, R"]),
      ("photo,country,x\n,DE\n,FR", [nil, nil]),
      ("country;photo\nDE;\n;\n", ["DE", nil]),
      ("[{\"photo\": \"\", \"country\": \"DE\"}, {\"photo\": null, \"country\": \"FR\"}]", ["DE", "FR"]),
    ])
  func rejectedLabels(_ list: String, _ labels: [String?]) throws {
    let content = try Lists.read(list, options: options("identifier=photo", "label=country"))
    #expect(content.rejected.count == content.rows.count)
    #expect(
      content.rows.map { row in row.firstRange(of: "\tlabel=").map { String(row[$0.upperBound...]) } }
        == labels)
  }

  @Test("that are plain keep the label of a rejected row, and no row has that of another")
  func rejectedPlainLabels() throws {
    var options = Lists.options
    options.readsLabels = true
    let list = "!a\tDE\n!b\tnsid=9900000001@N00\tFR\nflickr:99000000001\tIT\n!c\n"
    #expect(
      try Lists.read(list, as: .plain, options: options).rows == [
        "!malformed\tan identifier cannot begin with '!'\tlabel=DE",
        "!malformed\tan identifier cannot begin with '!'\tlabel=FR", "flickr:99000000001\tlabel=IT",
        "!malformed\tan identifier cannot begin with '!'",
      ])
    #expect(
      try Lists.read("!a\tDE\n", as: .plain).rows == ["!malformed\tan identifier cannot begin with '!'"])
  }

  @Test("whose header lacks a column are an error that names the columns there are")
  func missingColumn() throws {
    let error = #expect(throws: ListError.self) {
      try Lists.read("a,b\n1,2\n", as: .csv, options: options("identifier=c"))
    }
    #expect(error?.description == "list:1: the header has no column \"c\"; its columns are a, b")
    #expect(throws: ListError.self) { try Lists.read("a,b\n1,2\n", as: .csv) }
    #expect(ListColumn(argument: "person=name") == nil)
    #expect(ListColumn(argument: "identifier=0") == nil)
    #expect(ListColumn(argument: "url") == nil)
  }

  @Test("take the first identifier that is not empty, then the first key of an image; an account is none")
  func fallbacks() throws {
    let list = """
      url,identifier,flickr,nsid
      https://example.org/1,https://example.org/2,99000000001,9900000001@N00
      ,https://example.org/2,99000000001,Nick Name
      ,,99000000001,https://www.flickr.com/people/9900000001@N00/
      ,,,9900000001@N00
      """
    #expect(
      try Lists.read(list).rows == [
        "https://example.org/1\tflickr=99000000001\tnsid=9900000001@N00",
        "https://example.org/2\tflickr=99000000001",
        "flickr:99000000001\tnsid=9900000001@N00",
        "!no-identifier\tthe columns that identify the image are empty",
      ])
  }

  @Test("lose the last column of a record that has too few, since it may be cut")
  func cut() throws {
    let header =
      "ImageID,Subset,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title,OriginalSize,OriginalMD5"
    let start = "00000000000000ab,train,https://example.org/1.jpg"
    let whole = String(repeating: "\(start),https://example.org/1,,,,,,\n", count: 20)
    let content = try Lists.read(
      "\(header)\n\(whole)\(start),https\n\(start)\n00000000000000ac,tr\n\(start),,,,,\"ti")
    #expect(content.format == .openImages)
    #expect(
      content.rows.dropFirst(20) == [
        "https://example.org/1.jpg\topenimages=00000000000000ab",
        "openimages:00000000000000ab",
        "openimages:00000000000000ac",
        "!cut-row\tends within a quoted column",
      ])
  }

  @Test("give hashes in hexadecimal, from hexadecimal or base64, and leave out what is neither")
  func hashes() throws {
    let list = """
      url,md5,sha1
      https://example.org/1,1B2M2Y8AsgTpgAmY7PhCfg==,2jmj7l5rSw0yVb/vlWAYkK/YBwk=
      https://example.org/2,d41d8cd98f00b204e9800998ecf8427e,da39a3ee
      https://example.org/3,1B2M2Y8AsgTpgAmY7PhCf,
      """
    #expect(
      try Lists.read(list).rows == [
        "https://example.org/1\tmd5=d41d8cd98f00b204e9800998ecf8427e\tsha1=da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "https://example.org/2\tmd5=d41d8cd98f00b204e9800998ecf8427e",
        "https://example.org/3",
      ])
  }

  @Test("with a record over the bound reject that one; with a quote that is never closed they are an error")
  func longRecords() throws {
    let long = String(repeating: "x,", count: 50_000)
    let rows = try Lists.read(
      "url,t\nhttps://example.org/1,\(long)\nhttps://example.org/2,\"\(long)\"\nhttps://example.org/3,\n"
    ).rows
    #expect(
      rows == [
        "!too-long\tlonger than 16384 bytes", "!too-long\tlonger than 16384 bytes", "https://example.org/3",
      ])
    let error = #expect(throws: ListError.self) {
      try Lists.read("url,t\nhttps://example.org/1,\"\(long)\nhttps://example.org/2,\n")
    }
    #expect(error?.line == 2)
    let short = "url,t\nhttps://example.org/1,\"title\nhttps://example.org/2,\nhttps://example.org/3,\n"
    #expect(throws: ListError.self, "its rows are not dropped for being few") { try Lists.read(short) }
  }

  @Test("in TSV do not take a quote within a title for one that opens")
  func tsvQuotes() throws {
    let content = try Lists.read(
      "url\ttitle\n\"https://example.org/1\"\t\"open\nhttps://example.org/2\tx\"\n")
    #expect(content.format == .tsv)
    #expect(content.rows == ["https://example.org/1", "https://example.org/2"])
  }
}
