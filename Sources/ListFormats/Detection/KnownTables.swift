// Published tables, by their columns: names in the header, or kinds where there is none. A table counts as known only if
// its columns hold what they should.

import WireProtocol

/// A published table, and what is read of it.
struct KnownTable {
  let format: ListFormat
  /// Columns of the header that tell it, whatever else is there; empty for a table without a header.
  var header: [String] = []
  /// The kinds of all columns of a table without a header; nil for any.
  var kinds: [ValueKind?] = []
  /// Whether hashes of YFCC100M all of which have as many digits as an MD5 count only if the caller names the format.
  var needsShortHashes = false
  /// Columns that are read; those that the header lacks are not.
  let columns: [String]
  /// Its first lines, invented.
  let sample: String

  static let all: [KnownTable] = [
    KnownTable(
      format: .openImages, header: ["ImageID", "OriginalURL", "OriginalLandingURL"],
      columns: [
        "identifier=OriginalURL", "identifier=OriginalLandingURL", "openimages=ImageID", "md5=OriginalMD5",
        "nsid=AuthorProfileURL",
      ],
      sample: """
        ImageID,OriginalURL,OriginalLandingURL,License,AuthorProfileURL,Author,Title
        00000000000000ab,https://c1.staticflickr.com/5/4129/99100000001_0123456789_o.jpg,,,,,"A, b"
        """),
    KnownTable(
      format: .openImages, kinds: [.photoURL, .integer, .md5], columns: ["identifier=1", "md5=3"],
      sample: """
        TsvHttpData-1.0
        https://c2.staticflickr.com/6/5606/99100000001_0123456789_o.jpg\t2038323\t1B2M2Y8AsgTpgAmY7PhCfg==
        """),
    KnownTable(
      format: .faceScrub, header: ["image_id", "face_id", "url", "bbox", "sha256"],
      columns: ["identifier=url", "sha256=sha256"],
      sample: """
        name\timage_id\tface_id\turl\tbbox\tsha256
        Nick Name\t1\t1\thttp://example.org/a.jpg\t1,2,3,4\t\(String(repeating: "0a", count: 32))
        """),
    KnownTable(
      format: .faceScrub, kinds: [.text, .integer, .integer, nil, .text, .sha256],
      columns: ["identifier=4", "sha256=6"],
      sample: "Nick Name\t1\t1\thttp://example.org/a.jpg\t1,2,3,4\t\(String(repeating: "0a", count: 32))\n"),
    KnownTable(
      format: .imdbFace, header: ["index", "image", "rect", "url"], columns: ["identifier=url"],
      sample: """
        name,index,image,rect,height width,url
        Nick,nm9000000,0_0.jpg,1 2 3 4,500 400,https://m.media-amazon.com/images/M/MV5BINVENTED@._V1_.jpg
        """),
    KnownTable(
      format: .nusWide, header: ["Photo_file", "Photo_id"],
      columns: [
        "identifier=url_Middle", "identifier=url_Large", "identifier=url_Small", "identifier=url_Original",
        "flickr=Photo_id",
      ],
      sample: """
        Photo_file      Photo_id     url_Large    url_Middle
        C:\\a\\0001_99100000001.jpg   99100000001   null   http://farm3.static.flickr.com/2/99100000001_0123456789.jpg
        """),
    KnownTable(
      format: .yfcc100m, header: ["photoid", "uid", "downloadurl"],
      columns: [
        "identifier=downloadurl", "identifier=pageurl", "flickr=photoid", "nsid=uid", "yfcc-hash=hash",
        "yfcc-hash=key",
      ],
      sample: """
        photoid|uid|unickname|pageurl|downloadurl|hash
        99100000001|9900000001@N00|Nick||http://farm3.static.flickr.com/2/99100000001_0123456789.jpg|\(yfccHash)
        """),
    KnownTable(
      format: .yfcc100m, header: ["photoid", "hash"],
      columns: ["flickr=photoid", "yfcc-hash=hash", "nsid=userid", "nsid=uid"],
      sample: "photoid,hash,userid\n99100000001,\(yfccHash),9900000001@N00\n"),
    KnownTable(
      format: .yfcc100m, header: ["hash", "unickname"], columns: ["yfcc-hash=hash"],
      sample: "unickname,hash\nNick Name,\(yfccHash)\n"),
    KnownTable(
      format: .yfcc100m, kinds: [.integer, .integer, .yfccHash], columns: ["flickr=2", "yfcc-hash=3"],
      sample: "0\t99100000001\t\(yfccHash)\n"),
    KnownTable(
      format: .yfcc100m, kinds: [.integer, .yfccHash], needsShortHashes: true,
      columns: ["flickr=1", "yfcc-hash=2"],
      sample: "99100000001\t\(yfccHash)\n"),
  ]

  /// Of more hashes of YFCC100M, some have fewer digits than an MD5: two in three do.
  private static let longHashesMax = 8
  private static let yfccHash = String(repeating: "4e2f7", count: 6)

  /// The known table that a sample is of, with its columns; nil if it is of none.
  static func find(_ sample: TableSample, named: ListFormat? = nil) -> (
    format: ListFormat, shape: TableShape
  )? {
    for table in all where table.matches(sample, isNamed: table.format == named) {
      return (table.format, table.shape(of: sample))
    }
    return nil
  }

  private func matches(_ sample: TableSample, isNamed: Bool) -> Bool {
    guard header.isEmpty else {
      return header.allSatisfy { sample.index(of: $0) != nil }
        && columns.allSatisfy { column in
          ListColumn(argument: column).map { fits($0, sample) } ?? false
        }
    }
    guard !sample.hasHeader, sample.separator == .tab, sample.columns.count == kinds.count else {
      return false
    }
    for (kind, column) in zip(kinds, sample.columns) {
      switch kind {
      case .yfccHash where isNamed || !needsShortHashes && column.filled <= Self.longHashesMax:
        guard column.holds(\.mayBeYFCCHash) else { return false }
      case let kind?: guard column.kind == kind else { return false }
      case nil: guard column.holds(\.isURL) else { return false }
      }
    }
    return columns.allSatisfy { column in
      ListColumn(argument: column).map { fits($0, sample) } ?? false
    }
  }

  /// Whether a column holds what is read from it, or is not there, or empty.
  private func fits(_ column: ListColumn, _ sample: TableSample) -> Bool {
    guard let profile = sample.column(at: column.place), profile.filled > 0 else { return true }
    switch column.target {
    case "identifier": return profile.holds(\.isURL)
    case "flickr": return profile.isPhotoNumber
    case "yfcc-hash": return profile.holds(\.mayBeYFCCHash)
    case "md5", "sha1", "sha256": return profile.kind.hash == column.target
    default: return true
    }
  }

  private func shape(of sample: TableSample) -> TableShape {
    let read = columns.compactMap { ListColumn(argument: $0) }.filter { column in
      guard let profile = sample.column(at: column.place) else { return false }
      // Its first release has decimal numbers in this column.
      return column.target != "openimages" || profile.isOpenImagesId
    }
    var shape = TableShape(columns: read, hasHeader: sample.hasHeader)
    shape.columnsCount = header.isEmpty ? kinds.count : nil
    return sample.placed(shape)
  }
}

extension TableSample {
  /// The column with this name in the header, in any case.
  func index(of name: String) -> Int? {
    columns.firstIndex { $0.name?.lowercased() == name.lowercased() }
  }

  func column(at place: ListColumn.Place) -> ColumnProfile? {
    switch place {
    case .named(let name): index(of: name).map { columns[$0] }
    case .numbered(let number): number <= columns.count ? columns[number - 1] : nil
    }
  }

  /// The shape with the sample's separator, behind its first lines.
  func placed(_ shape: TableShape) -> TableShape {
    var shape = shape
    (shape.separator, shape.preambleLines) = (separator, preambleLines)
    return shape
  }
}
