// What `whichset catalogue` and `whichset catalogue get-lists` show of invented entries.

import Catalogue
@testable import Client
import Console
import Testing

@Suite("The catalogue, shown")
struct CatalogueReportTests {
  private static let text = """
    dataset: strangers
    title: Strangers in the Park
    images: 1200 [Park Gazette; low]
    lists: rows with photo ids <https://parks.example/list.csv> [parks.example; high]; once on a disk [a letter; low]
    list_licence: CC BY 4.0 [parks.example; medium]
    users: Alpha (CN, commercial) [Park Gazette; low]; Beta (US, commercial); Gamma (NZ, commercial) [Park Gazette; low]
    contact: info@parks.example [parks.example; high]
    sources: Stroller's Almanac
    confidence: high

    dataset: unknown
    title: Nobody Knows

    """

  private func shown(
    _ format: OutputFormat, _ answer: (CatalogueReport) throws -> Answer
  ) throws -> String {
    let report = CatalogueReport(try Catalogue(Self.text, file: "c"))
    return String(decoding: Presentation(format).bytes(try answer(report)), as: UTF8.self)
  }

  private func lists(_ format: OutputFormat, _ ids: [String] = []) throws -> String {
    try shown(format) { try $0.lists(ids, prose: Prose(width: 100)) }
  }

  @Test("gives a line a list in TSV, and one of - where no source was found")
  func lines() throws {
    let lines = try lists(.tsv).split(separator: "\n")
    #expect(
      lines == [
        "dataset\twhat\turl\tlicence\tsource\tconfidence",
        "strangers\trows with photo ids\thttps://parks.example/list.csv\tCC BY 4.0\tparks.example\thigh",
        "strangers\tonce on a disk\t-\tCC BY 4.0\ta letter\tlow", "unknown\t-\t-\t-\t-\t-",
      ])
  }

  @Test("gives an object a dataset in JSON, with the lists of each")
  func objects() throws {
    let text = try lists(.json, ["unknown"]) + lists(.json, ["strangers"])
    #expect(text.contains(#""dataset":"unknown""#) && text.contains(#""lists":[]"#))
    #expect(
      text.contains(
        #"{"what":"once on a disk","url":null,"sources":["a letter"],"confidence":"low"}"#), "\(text)")
  }

  @Test("says to people where lists are, how sure that is, and where no source was found")
  func prose() throws {
    let text = try lists(.text)
    #expect(text.contains("rows with photo ids <https://parks.example/list.csv> [parks.example; high]."))
    #expect(text.contains("no source found for where the list is."))
  }

  @Test("refuses a dataset that has no entry")
  func missing() {
    #expect(throws: Trouble.self) { try lists(.tsv, ["nobody"]) }
  }

  @Test("puts the sources of a claim behind it, once for users that share them")
  func claims() throws {
    let text = try shown(.text) { try $0.answer(["strangers"], prose: Prose(width: 100)) }
    #expect(text.contains("1,200 images [Park Gazette; low]"), "\(text)")
    #expect(text.contains("companies: Alpha (China) and Gamma (New Zealand) [Park Gazette; low]."), "\(text)")
    #expect(text.contains("companies: Beta (United States)."), "\(text)")
    #expect(text.contains("info@parks.example [parks.example; high]"), "\(text)")
  }

  @Test("gives programs a value without its brackets, and its claims apart")
  func values() throws {
    let json = try shown(.json) { try $0.answer(["strangers"], prose: Prose(width: 100)) }
    #expect(json.contains(#""images":{"value":"1200","confidence":"low""#), "\(json)")
    #expect(
      json.contains(#"{"what":"1200","url":null,"sources":["Park Gazette"],"confidence":"low"}"#), "\(json)")
  }
}
