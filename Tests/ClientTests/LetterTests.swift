// The letter that asks a dataset's makers for access and erasure, word by word.

import Catalogue
@testable import Client
import Testing

@Suite("A request letter")
struct LetterTests {
  private func match(_ slug: String, _ photo: Int, isTruncated: Bool = false) throws -> Match {
    let listing = try Invented.listing("\(slug)\tflickr:\(photo)\ta/\(photo).jpg\tnsid=1@N00")
    return Match(
      input: "flickr.com/photos/x/\(photo)", key: "flickr:\(photo)",
      outcome: .found([Match.Finding(slug: slug, listings: [listing])], isTruncated: isTruncated))
  }

  private func letters(_ matches: [Match]) throws -> String {
    Invented.written(LetterWriter(try Invented.index(), isSilent: false), matches)
  }

  @Test("reads as this text does")
  func golden() throws {
    let written = try letters([match("strangers", 1), match("strangers", 2)])
    let golden = try GoldenText.contents("letter")
    #expect(written == golden)
  }

  @Test("leaves open only what nobody but its sender knows")
  func open() throws {
    let letter = try letters([match("strangers", 1)])
    let open = Set(letter.matches(of: /\[([^\]]*)\]/).map { String($0.1) })
    #expect(open == ["brackets", "your name", "your address", "date", "signature"])
  }

  @Test("is one a dataset, whatever the number of inputs; a form feed parts them")
  func several() throws {
    let text = try letters([match("strangers", 1), match("ownalbum", 1), match("strangers", 2)])
    let letters = text.split(separator: "\u{0C}")
    #expect(letters.count == 2)
    #expect(letters[0].contains("Our Own Album") && letters[0].contains("Send it to: the curator"))
    #expect(letters[1].contains("a/1.jpg") && letters[1].contains("a/2.jpg"))
  }

  @Test("claims nothing of low confidence, and says where nothing is known")
  func unknown() throws {
    #expect(try !letters([match("strangers", 1)]).contains("300"))
    let bare = try letters([match("frames", 1)])
    #expect(bare.contains("Who made this dataset is not known here"))
    #expect(bare.contains("I write about the dataset frames.\n"))
  }

  @Test(
    "goes to the address that the catalogue has, with where that stands, and names no user of low confidence")
  func claims() throws {
    let catalogue = """
      dataset: strangers
      users: Alphavision [Park Gazette; high]; Betadefence [a rumour; low]
      contact: info@parks.example [parks.example; medium]
      """
    let index = IndexedDatasets(
      datasets: [], images: 0, catalogue: try Catalogue(catalogue, file: "invented"))
    let text = Invented.written(LetterWriter(index, isSilent: false), [try match("strangers", 1)])
    #expect(text.contains("Send it to: info@parks.example [parks.example; medium]"))
    #expect(text.contains("Alphavision"))
    #expect(!text.contains("Betadefence"))
  }

  @Test("says where there are more rows than it gives")
  func truncated() throws {
    let text = try letters([match("strangers", 1, isTruncated: true)])
    #expect(text.contains("(1 row, and there are\nmore)") || text.contains("and there are more"))
    #expect(text.contains("The list has more rows of these images."))
  }

  @Test("is not written where nothing is found")
  func none() throws {
    #expect(try letters([Match(input: "flickr:1", key: "flickr:1", outcome: .missed)]).isEmpty)
  }
}
