import Testing

@testable import Client

@Suite("A word that is no identifier")
struct SuggestionTests {
  @Test(
    "is told what it may have meant",
    arguments: [
      ("99347712782_0123456789_b.jpg", "flickr:99347712782"),
      ("photos/99347712782_0a2b4c6d.jpg", "flickr:99347712782"),
      ("99347712782_0123456789_o_d.png", "flickr:99347712782"), ("99347712782", "flickr:99347712782"),
    ])
  func suggestions(word: String, key: String) {
    #expect(Suggestion(for: word)?.text.hasSuffix(" \(key)") == true)
  }

  @Test(
    "gets no suggestion that is a guess",
    arguments: [
      "", "meadow.jpg", "12_34.jpg", "99347712782_xyz.jpg", "0123456_0123456789.jpg", "flickr:1",
      "https://example.org/99347712782_0123456789_b.jpg", "99347712782_0123456789",
    ])
  func none(word: String) { #expect(Suggestion(for: word) == nil) }
}
