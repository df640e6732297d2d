// Claims: values with where they stand and how sure they are.

import Catalogue
import Testing
import WireProtocol

@Suite("A claim of a catalogue")
struct ClaimTests {
  private static let text = """
    dataset: strangers
    title: Strangers [second edition]
    year: 2016 [Park Gazette; Bench Weekly; high]
    images: 1200 [from memory; low]
    licence: free; for walks only
    lists: rows with photo ids, 3 MB <https://parks.example/list.csv> [parks.example; high];
      not published before 2017 [Park Gazette; medium];
      a copy <http://bench.example/?a=b%3Bc>
    list_licence: CC BY 4.0
    users: Alpha (CN, commercial) [Park Gazette; low]; Beta (-, military)
    contact: info@parks.example (for removal; in writing) [parks.example; high]
    sources: Stroller's Almanac; parks.example
    confidence: medium; list_licence low

    """

  private func entry() throws -> CatalogueEntry {
    try #require(try Catalogue(Self.text, file: "c").entry("strangers"))
  }

  @Test("keeps its source and confidence apart from its value")
  func read() throws {
    let entry = try entry()
    #expect(entry.title == "Strangers [second edition]")
    #expect(entry.year == 2016)
    #expect(entry[.year] == "2016")
    #expect(entry.claims(of: .year).map(\.sources) == [["Park Gazette", "Bench Weekly"]])
    #expect(entry.claims(of: .licence).map(\.text) == ["free; for walks only"])
    #expect(entry.claims(of: .contact).map(\.text) == ["info@parks.example (for removal; in writing)"])
    #expect(entry.users.map(\.name) == ["Alpha", "Beta"])
    #expect(entry.users.map(\.claim.confidence) == [.low, nil])
  }

  @Test("has an address where one stands in angle brackets")
  func addresses() throws {
    let lists = try entry().claims(of: .lists)
    #expect(lists.map(\.url) == ["https://parks.example/list.csv", nil, "http://bench.example/?a=b%3Bc"])
    #expect(lists.map(\.what) == ["rows with photo ids, 3 MB", "not published before 2017", "a copy"])
  }

  @Test("that says nothing of itself is as sure as its entry, and stands where that stands")
  func inherited() throws {
    let entry = try entry()
    let lists = entry.claims(of: .lists)
    #expect(lists.map { entry.confidence(of: $0, in: .lists) } == [.high, .medium, .medium])
    #expect(
      lists.map { entry.sources(of: $0, in: .lists).first } == [
        "parks.example", "Park Gazette", "Stroller's Almanac",
      ])
    #expect(entry.confidence(of: .listLicence) == .low)
  }

  @Test("that is the least sure decides for its fact")
  func least() throws {
    let entry = try entry()
    #expect(entry.confidence(of: .lists) == .medium)
    #expect(entry.confidence(of: .users) == .low)
    #expect(entry.confidence(of: .images) == .low)
    #expect(entry.confidence(of: .funders) == nil)
  }

  @Test("is written back with its source and confidence")
  func written() throws {
    let entry = try entry()
    let again = try Catalogue(entry.fileText, file: "c").entry("strangers")
    #expect(again?.values == entry.values)
  }

  @Test(
    "entered in an index has the confidence and sources that the index gives, and none of the catalogue's")
  func entered() throws {
    var entry = try entry()
    entry.enter([("contact", "a@b.example; c@d.example [a letter; low]")])
    let claims = entry.claims(of: .contact)
    #expect(claims.map { entry.confidence(of: $0, in: .contact) } == [nil, .low])
    #expect(claims.map { entry.sources(of: $0, in: .contact) } == [[], ["a letter"]])
  }

  @Test("that an index holds in a broken form is shown as it is written")
  func broken() throws {
    var entry = try entry()
    entry.enter([("lists", "here [somebody; perhaps]")])
    #expect(entry[.lists] == "here [somebody; perhaps]")
  }
}
