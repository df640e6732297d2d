// Entries together: lineages, corrections, what an index says of its own; and the catalogue that is shipped.

@testable import Catalogue
import Testing
import WireProtocol

@Suite("A catalogue")
struct CatalogueTests {
  private func catalogue(_ text: String, _ file: String = "c") throws -> Catalogue {
    try Catalogue(text, file: file)
  }

  @Test("tells what a dataset derives from, nearest first, each once")
  func lineage() throws {
    let text = """
      dataset: faces
      derived: parks; streets

      dataset: parks
      derived: everything

      dataset: streets
      derived: everything

      dataset: everything
      """
    let catalogue = try catalogue(text)
    try catalogue.checkLineages()
    #expect(catalogue.lineage(of: "faces").map(\.id) == ["parks", "streets", "everything"])
    #expect(catalogue.lineage(of: "everything").isEmpty)
    #expect(catalogue.lineage(of: "nothing").isEmpty)
  }

  @Test("says what a dataset derives from where it is first named, however many lead to it")
  func lineageText() throws {
    #expect(
      try catalogue(
        "dataset: a\nderived: b; c\n\ndataset: b\nderived: d\n\ndataset: c\nderived: d\n\ndataset: d\nderived: e\n\ndataset: e\n"
      )
      .lineageText(of: "a")
        == "b, which derives from d, which derives from e; and c, which derives from d")
    var catalogue = Catalogue()
    // Each of two derives from the next two: 2^60 ways.
    for level in 0..<60 {
      for name in ["l\(level)", "r\(level)"] {
        catalogue.enter(name, fields: [("derived", "l\(level + 1); r\(level + 1)")])
      }
    }
    #expect(try #require(catalogue.lineageText(of: "l0")).count < 10_000)
    // A circle, which only facts of an index can make.
    catalogue.enter("l60", fields: [("derived", "l0")])
    #expect(try #require(catalogue.lineageText(of: "l0")).count < 10_000)
  }

  @Test("is refused where a lineage leads nowhere")
  func deadEnd() throws {
    let error = #expect(throws: CatalogueError.self) {
      try catalogue("dataset: a\n\ndataset: faces\nderived: parks").checkLineages()
    }
    #expect(error?.description == "c:3: faces derives from parks, which has no entry")
  }

  @Test(
    "is refused where lineages run in a circle, of one or of many",
    arguments: [
      ("dataset: a\nderived: a", "a from a"),
      (
        "dataset: a\nderived: b\n\ndataset: b\nderived: c\n\ndataset: c\nderived: a", "a from b from c from a"
      ),
    ])
  func circle(_ text: String, _ way: String) throws {
    let error = #expect(throws: CatalogueError.self) { try catalogue(text).checkLineages() }
    #expect(error?.description == "c:1: lineages run in a circle: \(way)")
  }

  @Test("is corrected entry by entry, and lineages may lead from one file to another")
  func corrected() throws {
    let shipped = try catalogue("dataset: a\nyear: 2010\nnote: old\n\ndataset: b\nyear: 2011")
    let mine = try catalogue("dataset: a\nyear: 2012\n\ndataset: c\nderived: b", "mine")
    let both = try shipped.corrected(by: mine)
    #expect(both.entry("a")?.values == [.year: "2012"])
    #expect(both.entry("b")?.year == 2011)
    #expect(both.lineage(of: "c").map(\.id) == ["b"])
    let wrong = try catalogue("dataset: b\nderived: c\n\ndataset: c\nderived: b", "mine")
    let error = #expect(throws: CatalogueError.self) { try shipped.corrected(by: wrong) }
    #expect(error?.place == wrong.entry("b")?.place)
  }

  @Test("gives way to what an index says, fact by fact, and knows which those are")
  func entered() throws {
    var catalogue = try catalogue("dataset: a\nyear: 2010\ntitle: A\nconfidence: high")
    catalogue.enter("a", fields: [("year", "2012"), ("colour", "green"), ("title", "")])
    catalogue.enter("b", fields: [("derived", "c"), ("year", "unknown")])
    catalogue.enter("c", fields: [("derived", "b")])
    let entry = try #require(catalogue.entry("a"))
    #expect(entry.year == 2012)
    #expect(entry.title == "A")
    #expect(entry.enteredFields == [.year])
    #expect(entry.confidence(of: .title) == .high)
    #expect(entry.confidence(of: .year) == nil)
    #expect(catalogue.entry("b")?.year == nil)
    #expect(catalogue.entry("b")?[.year] == "unknown")
    #expect(catalogue.lineage(of: "b").map(\.id) == ["c"])
  }

  @Test("names each user that an index says there is, also one that is written in no readable form")
  func unreadableUser() throws {
    var catalogue = try catalogue("dataset: a\nyear: 2010")
    catalogue.enter("a", fields: [("users", "Alpha (CN, commercial); Beta (somewhere, secret)")])
    let users = try #require(catalogue.entry("a")).users
    #expect(users.map(\.name) == ["Alpha", "Beta (somewhere, secret)"])
    #expect(users.map(\.kind) == [.commercial, nil])
  }
}

@Suite("The shipped catalogue")
struct ShippedCatalogueTests {
  @Test("is valid, and names a source and a confidence for every entry")
  func valid() throws {
    let catalogue = try Catalogue(Catalogue.shippedText, file: "catalogue.txt")
    try catalogue.checkLineages()
    #expect(catalogue == Catalogue.shipped)
    #expect(catalogue.entries.count >= 61)
    for entry in catalogue.entries {
      #expect(!entry.sources.isEmpty, "\(entry.id)")
      #expect(entry.confidence != nil, "\(entry.id)")
      #expect(entry[.title] != nil, "\(entry.id)")
    }
  }

  @Test("says of every list, its terms and every contact where that stands")
  func sourced() {
    for entry in Catalogue.shipped.entries {
      for field in [CatalogueField.lists, .listLicence, .contact] {
        for claim in entry.claims(of: field) {
          #expect(!claim.sources.isEmpty, "\(entry.id): \(claim.text)")
        }
      }
    }
  }

  @Test("follows lineages to their origin")
  func lineage() {
    #expect(Catalogue.shipped.lineage(of: "diveface").map(\.id) == ["megaface", "yfcc100m"])
  }

  @Test("describes in its head every field that an entry may have")
  func documented() {
    let lines = Catalogue.shippedText.split(separator: "\n").filter { $0.hasPrefix("# ") }
    for field in CatalogueField.allCases {
      #expect(lines.contains { $0.hasPrefix("# \(field.rawValue) ") }, "\(field)")
    }
  }

  @Test("has an entry for every dataset that is known to name its images by files only")
  func fileNamers() {
    for slug in Catalogue.fileNamers {
      #expect(Catalogue.shipped.entry(slug) != nil, "\(slug)")
      for name in [slug, slug.uppercased(), slug.replacing("_", with: "-"), slug.replacing("_", with: "")] {
        #expect(Catalogue.namesFilesOnly(name), "\(name)")
      }
    }
    for slug in ["lfw2", "duke", "wflw", "megaface", ""] {
      #expect(!Catalogue.namesFilesOnly(slug), "\(slug)")
    }
  }
}
