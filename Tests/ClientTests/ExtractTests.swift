// Identifiers in running text: what is found, where it ends, and that no split of the text changes that.

@testable import Client
import Testing

@Suite struct ExtractTests {
  /// What is found in a text, in pieces of `step` bytes.
  private func found(
    _ text: [UInt8], step: Int = .max, keys: Bool = false, unique: Bool = false
  ) -> [String] {
    var sink = IdentifierSink(writesKeys: keys, isUnique: unique)
    var finder = IdentifierFinder()
    var mail = MailDecoder()
    var unescaper = TextUnescaper()
    var start = 0
    while start < text.count {
      let end = min(text.count, step == .max ? text.count : start + step)
      var decoded: [UInt8] = []
      var plain: [UInt8] = []
      mail.append(text.span.extracting(start..<end), to: &decoded)
      unescaper.append(decoded.span, to: &plain)
      finder.append(plain.span, to: &sink)
      start = end
    }
    var decoded: [UInt8] = []
    var plain: [UInt8] = []
    mail.finish(to: &decoded)
    unescaper.append(decoded.span, to: &plain)
    unescaper.finish(to: &plain)
    finder.append(plain.span, to: &sink)
    finder.finish(to: &sink)
    return String(decoding: sink.output, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  private func found(_ text: String, keys: Bool = false, unique: Bool = false) -> [String] {
    found(Array(text.utf8), keys: keys, unique: unique)
  }

  /// A text, and the identifiers in it.
  private static let texts: [(String, [String])] = [
    ("see https://example.org/a.jpg.", ["https://example.org/a.jpg"]),
    (
      "https://example.org/a.jpg, https://example.org/b.jpg!",
      ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    ),
    ("HTTPS://EXAMPLE.org/a", ["HTTPS://EXAMPLE.org/a"]),
    ("(https://example.org/a_(b).jpg)", ["https://example.org/a_(b).jpg"]),
    ("https://example.org/a_(b).jpg)", ["https://example.org/a_(b).jpg"]),
    ("[x](https://example.org/a.jpg)more", ["https://example.org/a.jpg"]),
    ("[x](https://example.org/a.jpg \"title\")", ["https://example.org/a.jpg"]),
    ("[https://example.org/a](https://example.org/b)", ["https://example.org/a", "https://example.org/b"]),
    ("![x](//example.org/a.jpg)", ["//example.org/a.jpg"]),
    ("[https://example.org/a label]", ["https://example.org/a"]),
    ("https://example.org/a[1].jpg", ["https://example.org/a[1].jpg"]),
    ("<https://example.org/a.>", ["https://example.org/a."]),
    ("<a href=\"https://example.org/a?b=1&amp;c=2\">", ["https://example.org/a?b=1&c=2"]),
    ("<a href='https://example.org/a.'>", ["https://example.org/a."]),
    ("<img src=//example.org/a.jpg>", ["//example.org/a.jpg"]),
    (
      "<img srcset=\"https://example.org/a.jpg 1x, https://example.org/b.jpg 2x\">",
      ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    ),
    ("&lt;img src=&quot;https://example.org/a.jpg&quot;&gt;", ["https://example.org/a.jpg"]),
    ("https:&#x2F;&#47;example.org&sol;a", ["https://example.org/a"]),
    ("https://example.org/?a&amp;amp;b", ["https://example.org/?a&amp;b"]),
    ("https://example.org/?copy&copy&unknown;x", ["https://example.org/?copy&copy&unknown;x"]),
    (
      #"{"a":"https:\/\/example.org\/a","b":"https://example.org/?c=1\u0026d=2\n"}"#,
      ["https://example.org/a", "https://example.org/?c=1&d=2"]
    ),
    (#"https://example.org/a\_b"#, ["https://example.org/a_b"]),
    (
      "url('https://example.org/a.jpg') url(https://example.org/b.jpg)",
      ["https://example.org/a.jpg", "https://example.org/b.jpg"]
    ),
    ("'https://example.org/a'. it's", ["https://example.org/a"]),
    (
      "**https://example.org/a** _https://example.org/b_ `https://example.org/c`",
      ["https://example.org/a", "https://example.org/b", "https://example.org/c"]
    ),
    ("|https://example.org/a|b|", ["https://example.org/a"]),
    ("“https://example.org/a” «https://example.org/b»", ["https://example.org/a", "https://example.org/b"]),
    ("https://example.org/ü–x.jpg。", ["https://example.org/ü–x.jpg"]),
    (
      "https://example.org/a,https://example.org/b;//example.org/c",
      ["https://example.org/a", "https://example.org/b", "//example.org/c"]
    ),
    ("3Dhttps://example.org/a xhttp://example.org/b", ["https://example.org/a", "http://example.org/b"]),
    (
      "https://web.archive.org/web/2014/http://example.org/a",
      ["https://web.archive.org/web/2014/http://example.org/a"]
    ),
    (
      "www.flickr.com/photos/a/99000000001/ and flic.kr/p/2p4QbKN.",
      ["www.flickr.com/photos/a/99000000001/", "flic.kr/p/2p4QbKN"]
    ),
    ("(live.staticflickr.com/65535/99000000001_ab.jpg)", ["live.staticflickr.com/65535/99000000001_ab.jpg"]),
    ("www.example.org/a i.imgur.com/AbCdEf1.jpg", ["www.example.org/a", "i.imgur.com/AbCdEf1.jpg"]),
    ("flic.kr/s/aHsj", ["flic.kr/s/aHsj"]),
    (
      "flickr:99000000001, (flickr:99000000002) \"flickr:99000000003\".",
      ["flickr:99000000001", "flickr:99000000002", "flickr:99000000003"]
    ),
    ("MD5:d41d8cd98f00b204e9800998ecf8427e.", ["MD5:d41d8cd98f00b204e9800998ecf8427e"]),
    ("urn:sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709", ["sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709"]),
    ("12345678@N00, nsid:12345678@N01;", ["12345678@N00", "nsid:12345678@N01"]),
    ("http://[2001:db8::1]:80/a http://192.0.2.1/b", ["http://[2001:db8::1]:80/a", "http://192.0.2.1/b"]),
    // What is none.
    ("and/or.html example.org/a.jpg main.swift/x e.g./x 1.2/3", []),
    ("12345 d41d8cd98f00b204e9800998ecf8427e someone@example.org mailto:a@flickr.com", []),
    ("https://example.org ftp://example.org/a http:// https://", []),
    ("12345678@N00_identity_1/99000000001_0.jpg x/12345678@N00", []),
    ("note: this // comment, flickr:x md5:123 flickr: 12", []),
    ("/usr/flic.kr/p/2p4QbKN notflickr.com/photos/a/1", []),
  ]

  @Test("are found in every kind of text, and end where they end")
  func kinds() {
    for (text, expected) in Self.texts {
      #expect(found(text) == expected, "\(text)")
      #expect(found("\n\(text)\n") == expected, "\(text)")
    }
  }

  @Test("are the same in any split of the text")
  func splits() {
    let whole = Array(Self.texts.map { $0.0 + "\n" }.joined().utf8)
    let expected = Self.texts.flatMap { $0.1 }
    #expect(found(whole) == expected)
    for step in [1, 2, 3, 5, 7, 64] { #expect(found(whole, step: step) == expected, "in pieces of \(step)") }
  }

  @Test("are found between any bytes, however long a line is, and one over the bound is passed over")
  func garbage() {
    let url = "https://example.org/a.jpg"
    let zeros = [UInt8](repeating: 0, count: 100_000)
    let letters = [UInt8](repeating: UInt8(ascii: "x"), count: 300_000)
    let wrong: [UInt8] = [0xFF, 0xC3, 0x28, 0xE2, 0x82, 0xF4, 0x90, 0x80, 0x80, 0xED, 0xA0, 0x80]
    for noise in [zeros, letters, wrong, Array("é".utf8) + letters] {
      let text = noise + Array(" \(url)".utf8) + wrong + noise + Array("\(url)\u{1}".utf8) + noise
      #expect(found(text) == [url, url])
      #expect(found(text, step: 4_093) == [url, url])
    }
    let longest = url + String(repeating: "a", count: 16_384 - url.utf8.count)
    for more in ["", "a", ".", String(repeating: "a.", count: 100_000)] {
      let expected = more.isEmpty || more == "." ? [longest, url] : [url]
      #expect(found(Array("\(longest)\(more) \(url)".utf8), step: 1_000) == expected, "\(more.utf8.count)")
    }
  }

  @Test("come out of quoted-printable and base64 mail, its attachments passed by")
  func mail() {
    let mail = """
      From: someone@example.org
      Content-Type: multipart/mixed;
       boundary="Part.1"

      --Part.1
      Content-Type: text/html
      Content-Transfer-Encoding: quoted-printable

      <a href=3D"https://www.flickr.com/photos/some=
      body/99000000001/?a=3D1&amp;b=3D2">=C3=BC</a> --Part
      --Part.1
      Content-Transfer-Encoding: base64

      c2VlIGh0dHBzOi8vZXhhbXBsZS5vcmcvYmFz
      ZTY0LmpwZyBoZXJl

      --Part.1
      Content-Type: text/plain

      https://example.org/?id=3D12 and <https://example.org/a>
      --Part.1--

      """
    let expected = [
      "https://www.flickr.com/photos/somebody/99000000001/?a=1&b=2", "https://example.org/base64.jpg",
      "https://example.org/?id=3D12", "https://example.org/a",
    ]
    for line in [
      mail, mail.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n"),
    ] {
      #expect(found(line) == expected)
      for step in [1, 2, 3, 7] { #expect(found(Array(line.utf8), step: step) == expected) }
    }
    let mbox =
      "From x\nContent-Transfer-Encoding: quoted-printable\n\nhttps://a.org/=3D\nFrom y\n\nhttps://a.org/=3D\n"
    #expect(found(mbox) == ["https://a.org/=", "https://a.org/=3D"])
    // Text that only speaks of an encoding is not decoded.
    let prose = "# Mail\nContent-Transfer-Encoding: quoted-printable\n\nhttps://example.org/?id=41\n"
    #expect(found(prose) == ["https://example.org/?id=41"])
  }

  @Test("come with their keys, and once, if that is wanted")
  func keys() {
    let text = "flickr:007 http://farm1.static.flickr.com/1/7_ab.jpg flic.kr/s/a flic.kr/s/b flic.kr/s/a"
    #expect(found(text, keys: true).first == "flickr:007\tflickr:7")
    #expect(found(text, keys: true).last == "flic.kr/s/a\t!unresolvable")
    #expect(found(text, unique: true) == ["flickr:007", "flic.kr/s/a", "flic.kr/s/b"])
  }
}
