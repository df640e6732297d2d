// What a catalogue file may hold, and what is refused, with file and line.

import Catalogue
import Testing
import WireProtocol

@Suite("A catalogue file")
struct ReadingTests {
  private static let strangers = """
    # invented
    dataset: strangers
    title: Strangers in the Park
    year: 2016
    institution: Park University; Bench Institute
    country: NZ; EU
    images: 1200
    kinds: flickr; search_engine
    status: withdrawn 2019-06 (copies; remain)
    users: Alpha Vision (CN, commercial); Beta Defence (-, military);
      Gamma (FR); Delta; Epsilon (US, -, cites it; twice)
    confidence: high; images low

    dataset: parks
    derived: strangers

    """

  @Test("is read into entries whose facts have their kinds")
  func read() throws {
    let entry = try #require(try Catalogue(Self.strangers, file: "c").entry("strangers"))
    #expect(entry.title == "Strangers in the Park")
    #expect(entry.year == 2016)
    #expect(entry.institutions == ["Park University", "Bench Institute"])
    #expect(entry.countries.map(\.name) == ["New Zealand", "European Union"])
    #expect(entry.images == 1_200)
    #expect(entry.identities == nil)
    #expect(entry.kinds == ["flickr", "search_engine"])
    #expect(entry.availability?.state == .withdrawn)
    #expect(entry.availability?.since == "2019-06")
    #expect(entry.availability?.remark == "copies; remain")
    #expect(entry.users.map(\.name) == ["Alpha Vision", "Beta Defence", "Gamma", "Delta", "Epsilon"])
    #expect(entry.users.map { $0.country?.code } == ["CN", nil, "FR", nil, "US"])
    #expect(entry.users.map(\.kind) == [.commercial, .military, nil, nil, nil])
    #expect(entry.users.last?.remark == "cites it; twice")
  }

  @Test("says how sure each fact is, and nothing of facts that it has not")
  func confidence() throws {
    let entry = try #require(try Catalogue(Self.strangers, file: "c").entry("strangers"))
    #expect(entry.confidence(of: .year) == .high)
    #expect(entry.confidence(of: .images) == .low)
    #expect(entry.confidence(of: .identities) == nil)
  }

  @Test(
    "is refused with file, line and reason",
    arguments: [
      ("title: x", 1, "dataset: NAME"),
      ("dataset: Parks", 1, "not a dataset's name"),
      ("dataset: parks\ncolour: green", 2, "no field is named colour"),
      ("dataset: parks\nyear: 216", 2, "not a year"),
      ("dataset: parks\nyear: 2016\nyear: 2017", 3, "given twice"),
      ("dataset: parks\n\ndataset: parks", 3, "in line 1"),
      ("dataset: parks\ncountry: UK", 2, "no country has the code UK"),
      ("dataset: parks\nusers: Alpha (China)", 2, "no country has the code China"),
      ("dataset: parks\nusers: Alpha (CN, comercial)\n", 2, "no kind comercial"),
      ("dataset: parks\nusers: Alpha;\n  Beta (XX)", 2, "no country has the code XX"),
      ("dataset: parks\nimages: many", 2, "not a whole number"),
      ("dataset: parks\nstatus: gone", 2, "status starts with"),
      ("dataset: parks\nstatus: withdrawn 2019-13", 2, "has a date"),
      ("dataset: parks\nconfidence: sure", 2, "high, medium or low"),
      ("dataset: parks\nconfidence: high; colour low", 2, "a fact and its confidence"),
      ("dataset: parks\nurl: example.org", 2, "url starts with"),
      ("dataset: parks\nlists: rows <example.org> [a; high]", 2, "url starts with"),
      ("dataset: parks\nimages: 12 [Park Gazette; sure]", 2, "brackets hold sources"),
      ("dataset: parks\nimages: many [Park Gazette; high]", 2, "not a whole number"),
      ("dataset: parks\nlists: [; high]", 2, "brackets hold sources"),
      ("dataset: parks\nusers: Alpha (XX) [Park Gazette; high]", 2, "no country has the code XX"),
      ("dataset: parks\nderived: No Such", 2, "not a dataset's name"),
      ("dataset: parks\nwords", 2, "name: value"),
      ("  words", 1, "none is before it"),
    ])
  func refused(_ text: String, _ line: Int, _ reason: String) throws {
    let error = #expect(throws: CatalogueError.self) { try Catalogue(text, file: "mine.txt") }
    #expect(error?.place.file == "mine.txt")
    #expect(error?.place.line == line)
    #expect(error?.reason.contains(reason) == true, "\(error?.description ?? "")")
  }

  @Test("gives an entry back in its own form")
  func written() throws {
    let catalogue = try Catalogue(Self.strangers, file: "c")
    let text = catalogue.entries.map(\.fileText).joined(separator: "\n")
    let again = try Catalogue(text, file: "c")
    for entry in catalogue.entries { #expect(again.entry(entry.id)?.values == entry.values) }
  }

  @Test("may have Windows line ends, and values that are empty, which are unknown")
  func lenient() throws {
    let entry = try Catalogue("dataset: parks\r\nyear:\r\nnote: a\r\n", file: "c").entry("parks")
    #expect(entry?.values == [.note: "a"])
  }
}
