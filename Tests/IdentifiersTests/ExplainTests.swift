// Explanations: the steps of the parser itself, in order.

import Testing

@testable import Identifiers

@Suite("Explanations")
struct ExplainTests {
  @Test("an explanation names each rule on the way to the key")
  func rules() {
    let steps = IdentifierParser.explain(
      "http://web.archive.org/web/2014/http://i0.wp.com/farm1.static.flickr.com/82/23456789_ab_o.jpg")
    #expect(
      steps.map(\.rule) == ["input", "canonical-url", "web-archive", "wordpress-proxy", "flickr-file", "key"])
    #expect(steps.last?.text == "flickr:23456789")
    #expect(steps[2].text == "i0.wp.com/farm1.static.flickr.com/82/23456789_ab_o.jpg")
    #expect(steps.map(\.version) == [nil, nil, 1, 1, 2, nil])
    #expect(steps[2].description.contains("version 1"))
  }

  @Test(
    "an explanation ends as the parser does",
    arguments: [
      ("flickr:7", ["input", "namespace", "key"]), ("12345", ["input", "invalid"]),
      ("https://www.flickr.com/photos/a/7", ["input", "canonical-url", "flickr-page", "key"]),
      ("https://example.org/a", ["input", "canonical-url", "key"]),
      ("flic.kr/s/a", ["input", "canonical-url", "flickr-short", "unresolvable"]),
      ("md5:" + String(repeating: "A", count: 32), ["input", "namespace", "key"]),
      ("https://i.ytimg.com/vi/Abc-_123xyz/default.jpg", ["input", "canonical-url", "youtube-frame", "key"]),
      ("m.media-amazon.com/images/M/MV5BA@@.jpg", ["input", "canonical-url", "imdb-image", "key"]),
    ])
  func ends(input: String, rules: [String]) {
    let steps = IdentifierParser.explain(input)
    #expect(steps.map(\.rule) == rules)
    let last = steps.last?.text ?? ""
    #expect(identify(input).drop { $0 == "!" || $0 == "?" } == last)
    #expect(steps.allSatisfy { $0.description.contains($0.rule) })
  }
}
