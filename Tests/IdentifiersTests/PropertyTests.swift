// Promises about all inputs, tried with a seeded generator: the same inputs in every run.

import ByteText
import TestSupport
import Testing

@testable import Identifiers

@Suite("All inputs")
struct PropertyTests {
  /// Pieces that identifiers are made of, good and bad.
  private static let pieces: [String] = [
    "http://", "https://", "http:/", "//", "/", "/", "/", ".", "..", "...", "?", "#", "%", "%2e", "%2F",
    "%25",
    "%41", "%zz", "%4", "@", ":", ":80", ":443", ":8080", "[", "]", "[::1]", "[1:2::3.4.5.6]", "www.", "a",
    "b.c",
    "example.org", "EXAMPLE.org", "flickr.com", "photos", "photo.gne", "id=", "&", "12345678", "0", "0x7f",
    "live.staticflickr.com", "farm1.static.flickr.com", "65535", "23456789_ab_o.jpg", "flic.kr", "p",
    "2p4QbKN",
    "i0.wp.com", "l.yimg.com", "web.archive.org/web", "2014im_", "upload.wikimedia.org/wikipedia/x/thumb",
    "250px-", "a/ab", "i.ytimg.com/vi", "Abc-_123xyz", "hqdefault.jpg", "1.bp.blogspot.com", "s1600", "=s220",
    "image.shutterstock.com", "-123456789.jpg", "i.pinimg.com/236x", "m.media-amazon.com/images/M", "MV5BA@@",
    "._V1_", ".jpg", "ü", "💩", "\u{301}", "。", " ", "|", "\"", "\\", "'", "+", "flickr:", "url:", "md5:",
    "nsid:",
    "wsrv.nl/?url=", "https%3A%2F%2F", "external-content.duckduckgo.com/iu/?u=", "google.com/imgres?imgurl=",
    "cdn.ampproject.org/i/s/", "images-ext-1.discordapp.net/external/a/https/", "gravatar.com/avatar/",
    "0123456789abcdef0123456789abcdef", "64.media.tumblr.com/", "tumblr_abc_500", "i.imgur.com/", "AbCdEf1l",
    "pbs.twimg.com/media/", ":large", "x.files.wordpress.com/", "?w=3", "preview.redd.it/", "-v0-abcdef0123",
    "c8.alamy.com/comp/AB12CD/", "x-AB12CD.jpg", "media.gettyimages.com/id/", "500px.com/photo/", "._SX300_",
    "images/I/51Aa", "i.vimeocdn.com/video/", "_640x360", "miro.medium.com/max/1/1*abcdefghijkl", "s-l500",
    "file:", "imdb:", "12345678@n00", "xn--", "-", "_", "~", "\u{AD}", "flickr-user:", "flickr-set:",
    "openimages:", "yfcc:", "yfcc-hash:", "imdb-rm:rm", "sha1:", "%30", "%40", "12345", "@N00", "%2C",
    "pbs.twimg.com/profile_images/1/", "_normal", "commons.wikimedia.org/w/index.php?title=File:",
    "vignette.wikia.nocookie.net/a/images/a/ab/", "/revision/latest", "?path-prefix=", "&path-prefix=de",
  ]

  private func bytesOf(_ span: Span<UInt8>) -> [UInt8] { span.indices.map { span[$0] } }

  private func assembled(_ generator: inout SeededGenerator) -> String {
    (0..<Int.random(in: 1...9, using: &generator))
      .map { _ in Self.pieces.randomElement(using: &generator)! }.joined()
  }

  @Test("canonicalising twice changes nothing")
  func idempotent() {
    var generator = SeededGenerator(state: 1)
    var parser = IdentifierParser()
    var keys = 0
    for _ in 0..<60_000 {
      let input = assembled(&generator)
      guard case .success(let key) = parser.key(input) else { continue }
      keys += 1
      #expect(parser.key(key.description) == .success(key), "\(input)")
    }
    #expect(keys > 5_000)
  }

  @Test("the shortcut for usual Flickr URLs agrees with the full way")
  func shortcut() {
    var generator = SeededGenerator(state: 2)
    var parser = IdentifierParser()
    let usual = [
      "https://live.staticflickr.com/65535/23456789_0123456789_b.jpg",
      "http://farm3.static.flickr.com/82/23456789_0123456789.jpg",
      "http://farm3.staticflickr.com/82/23456789_0123456789_o_d.jpg",
      "https://www.flickr.com/photos/some_alias/23456789/in/dateposted", "flickr:23456789",
      "http://flickr.com/photos/12345678@N00/23456789/",
    ]
    let parts = [
      "", "1", "65535", "/", "/../", "_", "ab", ".", "..", "%2e", "?", "#", "tags", "@", "-", "~", "0", ":",
      " ",
      "99999999999999999999", "\u{1}", "ü",
    ]
    var photos = 0
    for _ in 0..<40_000 {
      var input = usual.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        let place = input.indices.randomElement(using: &generator)!
        let end = Bool.random(using: &generator) ? place : input.index(after: place)
        input.replaceSubrange(place..<end, with: parts.randomElement(using: &generator)!)
      }
      let bytes = Array(input.utf8)
      guard let photo = FlickrShortcut.photo(bytes.span) else { continue }
      photos += 1
      #expect(parser.parseFully(bytes.span) == .integer(.flickr, photo), "\(input)")
    }
    #expect(photos > 10_000)
  }

  @Test("a URL that is taken as it stands has the key that the full way gives it")
  func plain() {
    var generator = SeededGenerator(state: 5)
    var parser = IdentifierParser()
    let usual = [
      "https://images-7.example.org/archive/2014/03/5f0c9a7d21be4471/portrait-32812033543.jpg",
      "http://www.example.com/a/b.jpg?size=1&name=x", "https://www.www.example.com/photos/12345/a_b.png",
      "http://localhost/pictures/a.gif", "https://i.pinimg.com/236x/01/23/45/0123456789abcdef.jpg",
    ]
    let parts = [
      "", "1", "/", "//", "/../", "/./", "/.a", "_", "ab", "A", ".", "..", "%2e", "?", "=", "&", "#", "@",
      "-", "~",
      "0", ":", ":80", "www.", "0x7f.1", ".1/", " ", "\u{1}", "ü", "\u{7f}",
      String(repeating: "x", count: 64),
    ]
    var plain = 0
    for _ in 0..<60_000 {
      var input = usual.randomElement(using: &generator)!
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        let place = input.indices.randomElement(using: &generator)!
        let end = Bool.random(using: &generator) ? place : input.index(after: place)
        input.replaceSubrange(place..<end, with: parts.randomElement(using: &generator)!)
      }
      let bytes = Array(input.utf8)
      if PlainURL(bytes.span) != nil { plain += 1 }
      let short = parser.parse(bytes.span)
      let text = String(parser.text)
      parser.value.removeAll()
      let full = parser.parseFully(bytes.span.trimmingSpace())
      #expect(short == full && text == String(parser.text), "\(input)")
    }
    #expect(plain > 20_000)
  }

  @Test(
    "every byte in every place of a URL is taken as it stands only where that is its canonical form",
    arguments: [17, 18, 31, 32, 33, 34, 48, 49, 80])
  func plainBytes(count: Int) {
    var parser = IdentifierParser()
    let usual = Array(("http://a.b/" + String(repeating: "c", count: count)).utf8.prefix(7 + count))
    for place in 7..<usual.count {
      for byte in UInt8.min...UInt8.max {
        var bytes = usual
        bytes[place] = byte
        let short = parser.parse(bytes.span)
        let text = String(parser.text)
        parser.value.removeAll()
        let full = parser.parseFully(bytes.span.trimmingSpace())
        guard short == full, text == String(parser.text) else {
          Issue.record("byte \(byte) at \(place) of \(count)")
          return
        }
      }
    }
  }

  @Test("respelling a URL does not change its key")
  func respelled() {
    var generator = SeededGenerator(state: 3)
    var parser = IdentifierParser()
    let letters = Array("abcdefXYZ0189-_~.,()' |ü/".unicodeScalars)
    for _ in 0..<5_000 {
      let path = (0..<Int.random(in: 3...30, using: &generator))
        .map { _ in String(letters.randomElement(using: &generator)!) }.joined()
      let plain = identify("http://example.org/p/x\(path)z", with: &parser)
      var respelled = ""
      for byte in "p/x\(path)z".utf8 {
        let canBeEncoded = byte != UInt8(ascii: "/") && !"(),'".utf8.contains(byte)
        if byte >= 0x80 || (canBeEncoded && Bool.random(using: &generator)) {
          respelled +=
            "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: Bool.random(using: &generator))
        } else {
          respelled.unicodeScalars.append(Unicode.Scalar(byte))
        }
      }
      let host = ["EXAMPLE.org", "www.example.org", "example.org.", "u:p@example.org", "Example.ORG:80"]
        .randomElement(using: &generator)!
      #expect(identify("http://\(host)/q/../\(respelled)#f", with: &parser) == plain, "\(path)")
    }
  }

  @Test("another case, segment or query of a path gives another key")
  func distinct() {
    var generator = SeededGenerator(state: 4)
    var parser = IdentifierParser()
    for _ in 0..<5_000 {
      let name = String(UInt64.random(in: 36...(.max), using: &generator), radix: 36)
      let url = "http://example.org/\(name)/a"
      let key = identify(url, with: &parser)
      for other in [
        "http://example.org/\(name)/A", "http://example.org/\(name)/a/", "http://example.org/\(name)//a",
        url + "?q", url + "%20", "http://example.org/\(name)x/a", "http://a.example.org/\(name)/a",
      ] {
        #expect(identify(other, with: &parser) != key)
      }
    }
  }

  @Test("no bytes are a crash, and a parser that met them is as good as new")
  func garbage() {
    var generator = SeededGenerator(state: 5)
    var parser = IdentifierParser()
    for round in 0..<20_000 {
      var bytes = (0..<Int.random(in: 0...60, using: &generator)).map { _ in
        UInt8.random(in: .min ... .max, using: &generator)
      }
      if round % 2 == 0 {
        bytes = Array(assembled(&generator).utf8)
        for _ in 0..<3 where !bytes.isEmpty {
          bytes[bytes.indices.randomElement(using: &generator)!] = .random(
            in: .min ... .max, using: &generator)
        }
      }
      var fresh = IdentifierParser()
      let result = parser.parse(bytes.span)
      #expect(result == fresh.parse(bytes.span))
      let (text, freshText) = (bytesOf(parser.text), bytesOf(fresh.text))
      #expect(text == freshText)
      if case .text = result { #expect(!text.isEmpty) } else { #expect(text.isEmpty) }
    }
  }

  @Test("anything up to the limit is taken, and one byte more is refused")
  func lengths() {
    let limit = IdentifierLimits.inputBytesMax
    var parser = IdentifierParser()
    for start in [
      "http://example.org/", "http://", "http://example.org/?", "", "flickr:", "file:x/", "//", "http://[",
    ] {
      for unit in [
        "a", " ", "%", "/", "..", "../", "/.", "%2e/", "ü", "💩", ".", ":", "@", "1", "a.", "#", "?", "[", "=",
      ] {
        let longest =
          String((start + String(repeating: unit, count: limit)).utf8.prefix(limit)) ?? start + unit
        var bytes = Array(longest.utf8)
        #expect(parser.parse(bytes.span) != .invalid(.tooLong))
        bytes += Array(repeating: UInt8(ascii: "a"), count: limit + 1 - bytes.count)
        #expect(parser.parse(bytes.span) == .invalid(.tooLong))
      }
    }
    let path = String(repeating: "|", count: limit - 19)
    #expect(
      parser.key("http://example.org/" + path)
        == .success(
          Key(namespace: .url, value: "example.org/" + String(repeating: "%7C", count: limit - 19))))
  }
}
