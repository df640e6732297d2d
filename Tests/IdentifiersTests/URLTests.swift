// The canonical form of URLs: what is one spelling of the same address, and what is another address.

import Testing

@testable import Identifiers

@Suite("URLs")
struct URLTests {
  @Test("equivalent spellings give the same key")
  func equivalents() {
    let groups: [(String, [String])] = [
      (
        "url:example.org/a.jpg",
        [
          "http://example.org/a.jpg", "https://example.org/a.jpg", "HTTP://EXAMPLE.ORG/a.jpg",
          "hTTps://Example.Org/a.jpg", "//example.org/a.jpg", "example.org/a.jpg", "www.example.org/a.jpg",
          "http://www.example.org/a.jpg", "http://www.www.example.org/a.jpg", "http://example.org./a.jpg",
          "http://example.org:80/a.jpg", "https://example.org:443/a.jpg", "http://example.org:/a.jpg",
          "http://example.org:0080/a.jpg", "http://user@example.org/a.jpg",
          "http://user:pass@word@example.org/a.jpg", "http://example.org/a.jpg#top",
          "http://example.org/a.jpg?", "http://example.org/a.jpg?#top", "http://example.org/./a.jpg",
          "http://example.org/x/../a.jpg", "http://example.org/x/%2e%2E/a.jpg", "http://example.org/../a.jpg",
          "http://example.org/%61.jpg", "http://example.org/a%2Ejpg", "http:/example.org/a.jpg",
          "http:///example.org/a.jpg", "\t http://example.org/a.jpg \r\n", "url:http://example.org/a.jpg",
          "url:example.org/a.jpg", "URL:www.example.org/a.jpg", "http://%65xample.org/a.jpg",
          "http://ｅｘａｍｐｌｅ．org/a.jpg", "http://exa\u{AD}mple.org/a.jpg",
        ]
      ),
      ("url:example.org/?id=1", ["http://example.org?id=1", "http://example.org/?id=1#x"]),
      (
        "url:example.org/a/",
        ["http://example.org/a/.", "http://example.org/a/b/..", "http://example.org/a/"]
      ),
      (
        "url:example.org//a",
        ["http://example.org//a", "http://example.org//b/../a", "http://example.org/.//a"]
      ),
      ("url:example.org/a/c", ["http://example.org/a//../c", "http://example.org/a/c"]),
      ("url:example.org/a%20b.jpg", ["http://example.org/a b.jpg", "http://example.org/a%20b.jpg"]),
      ("url:example.org/a%7Cb.jpg", ["http://example.org/a|b.jpg", "http://example.org/a%7cb.jpg"]),
      ("url:example.org/%22a%22.jpg", ["http://example.org/\"a\".jpg", "http://example.org/%22a%22.jpg"]),
      ("url:example.org/%C3%BC.jpg", ["http://example.org/ü.jpg", "http://example.org/%c3%bc.jpg"]),
      ("url:example.org/%5B1%5D.jpg", ["http://example.org/[1].jpg", "http://example.org/%5b1%5d.jpg"]),
      ("url:example.org/a%5Cb", ["http://example.org/a\\b", "http://example.org/a%5cb"]),
      ("url:example.org/100%25.jpg", ["http://example.org/100%.jpg", "http://example.org/100%25.jpg"]),
      ("url:example.org/%25zz", ["http://example.org/%zz", "http://example.org/%25zz"]),
      ("url:example.org/%25", ["http://example.org/%", "http://example.org/%25"]),
      ("url:example.org/%254", ["http://example.org/%4", "http://example.org/%254"]),
      ("url:example.org/~a-b_c.d", ["http://example.org/%7Ea%2Db%5Fc%2Ed", "http://example.org/~a-b_c.d"]),
      ("url:example.org/a?q=%20%7C", ["http://example.org/a?q= |", "http://example.org/a?q=%20%7c"]),
      ("url:example.org/a?q=A", ["http://example.org/a?q=%41", "http://example.org/a?q=A"]),
      ("url:example.org/%E2%80", ["http://example.org/%e2%80"]),
    ]
    for (key, spellings) in groups { check(spellings.map { ($0, key) }) }
  }

  @Test("a URL that was copied out of a page's source is the URL itself")
  func characterReferences() {
    let key = "url:example.org/x.jpg?a=1,2&b=3&c=4"
    for mark in ["&", "&amp;", "&AMP;", "&amp;amp;", "&#38;", "&#038;", "&#x26;", "&amp;#38;", "&#x26;amp;"] {
      check([("http://example.org/x.jpg?a=1,2\(mark)b=3\(mark)c=4", key)])
    }
    check([
      ("http://example.org/x.jpg?a=1&ample=2", "url:example.org/x.jpg?a=1&ample=2"),
      ("http://example.org/x.jpg?a=1&amp=2", "url:example.org/x.jpg?a=1&amp=2"),
      ("http://example.org/x.jpg?a=1&#top", "url:example.org/x.jpg?a=1&"),
      ("http://example.org/x.jpg?&amp;", "url:example.org/x.jpg?&"),
      ("http://example.org/x&amp;y.jpg", "url:example.org/x&amp;y.jpg"),
    ])
  }

  @Test("a percent-encoding is decoded once, and bytes that may separate parts stay as they are written")
  func encodings() {
    check([
      ("http://example.org/%2541.jpg", "url:example.org/%2541.jpg"),
      ("http://example.org/%252541.jpg", "url:example.org/%252541.jpg"),
      ("http://example.org/%2525", "url:example.org/%2525"),
      ("http://example.org/%25%34%31", "url:example.org/%2541"),
      ("http://example.org/%%34%31", "url:example.org/%2541"),
      ("http://example.org/a%2fb", "url:example.org/a%2Fb"),
      ("http://example.org/a/b", "url:example.org/a/b"),
      ("http://example.org/a%3fb", "url:example.org/a%3Fb"),
      ("http://example.org/a%23b", "url:example.org/a%23b"),
      ("http://example.org/a'b", "url:example.org/a'b"),
      ("http://example.org/a%27b%28c%29%21%24%26%2A%2C%3A%3B%3D%40d", "url:example.org/a'b(c)!$&*,:;=@d"),
      ("http://example.org/a%2bb", "url:example.org/a%2Bb"),
      ("http://example.org/a?b%28c%29%21%24%27%2a%2c%3A%40%2F%3f", "url:example.org/a?b(c)!$'*,:@/?"),
      ("http://example.org/a?b=%26%3D%3B%2B%23%25", "url:example.org/a?b=%26%3D%3B%2B%23%25"),
      ("http://example.org/a,b;c=d&e!$()*+@:", "url:example.org/a,b;c=d&e!$()*+@:"),
      ("http://example.org/a+b", "url:example.org/a+b"),
      ("http://example.org/%00", "url:example.org/%00"),
      ("http://example.org/a?b=/?c", "url:example.org/a?b=/?c"),
      ("http://example.org/a??", "url:example.org/a??"),
      ("http://example.org/a?b=../c", "url:example.org/a?b=../c"),
      ("http://example.org/a/...", "url:example.org/a/..."),
      ("http://example.org/a/..b/.c", "url:example.org/a/..b/.c"),
    ])
  }

  @Test("other addresses give other keys")
  func differences() {
    let different = [
      "http://example.org/a.jpg", "http://example.org/A.jpg", "http://example.org/a.JPG",
      "http://example.org/a.jpg/", "http://example.org//a.jpg", "http://example.org/a.jpg?x",
      "http://example.org/a.jpg?X", "http://example.org/a.jpg?x&y", "http://example.org/a.jpg?y&x",
      "http://example.org:8080/a.jpg", "https://example.org:80/a.jpg", "http://example.org:443/a.jpg",
      "http://img.example.org/a.jpg", "http://example.com/a.jpg", "http://example.org/a%2Ejpg%20",
      "http://example.org/a%252Ejpg", "http://example.org/%2Fa.jpg", "http://www2.example.org/a.jpg",
      "http://wwwexample.org/a.jpg", "http://example.org/x/a.jpg",
    ]
    #expect(Set(different.map { identify($0) }).count == different.count)
  }

  @Test("a port is dropped only if it is the default of the scheme that is written")
  func ports() {
    check([
      ("http://example.org:8080/a", "url:example.org:8080/a"),
      ("http://example.org:008080/a", "url:example.org:8080/a"),
      ("http://example.org:0/a", "url:example.org:0/a"),
      ("https://example.org:80/a", "url:example.org:80/a"),
      ("http://example.org:443/a", "url:example.org:443/a"),
      ("example.org:80/a", "url:example.org:80/a"),
      ("example.org:8080/a", "url:example.org:8080/a"),
      ("url:localhost:8080/a", "url:localhost:8080/a"),
      ("http://http:8080/a", "url:http:8080/a"),
      ("http://md5:81/a", "url:md5:81/a"),
      ("http://example.org:65535/a", "url:example.org:65535/a"),
      ("http://example.org:65536/a", "!BAD_PORT"),
      ("http://example.org:99999999999999999999/a", "!BAD_PORT"),
      ("http://example.org:8o/a", "!BAD_PORT"),
      ("http://example.org:-1/a", "!BAD_PORT"),
      ("http://a:b:c/a", "!BAD_PORT"),
    ])
  }

  @Test("a URL that has only a host is refused, for it names no image")
  func hostAlone() {
    check(
      [
        "https://example.net", "http://example.net/", "example.net", "http://example.net//", "http://http://",
        "http://example.net/#a", "http://example.net?", "1.2.3.4", "photo.jpg", "http://example.net/.",
        "http://example.net/a/..",
      ].map { ($0, "!NO_PATH") })
  }

  @Test("what is no URL is refused with the reason")
  func refused() {
    check([
      ("", "!EMPTY"), ("  \t\r\n", "!EMPTY"),
      ("12345", "!BARE_NUMBER"), (" 12345 ", "!BARE_NUMBER"), ("0", "!BARE_NUMBER"),
      ("word", "!PLAIN_WORD"), ("two words", "!PLAIN_WORD"), ("①②③", "!PLAIN_WORD"), ("-1", "!PLAIN_WORD"),
      ("folder/photo.jpg", "!PLAIN_WORD"), ("/photo.jpg", "!PLAIN_WORD"), ("#cite_note-1", "!PLAIN_WORD"),
      ("?", "!PLAIN_WORD"), ("12345/1", "!PLAIN_WORD"),
      ("12345678@N00_identity_1/23456789_7.jpg", "!PLAIN_WORD"),
      ("ftp://example.org/a.jpg", "!UNSUPPORTED_SCHEME"), ("data://x", "!UNSUPPORTED_SCHEME"),
      ("mailto:someone", "!UNKNOWN_NAMESPACE"), ("data:image/png", "!UNKNOWN_NAMESPACE"),
      ("flick:123", "!UNKNOWN_NAMESPACE"), (":", "!UNKNOWN_NAMESPACE"), ("http:", "!UNKNOWN_NAMESPACE"),
      ("http://", "!BAD_HOST"), ("https:///", "!BAD_HOST"), ("//", "!BAD_HOST"), ("url:", "!BAD_HOST"),
      ("http://exa mple.org/a", "!BAD_HOST"), ("http://example..org/a", "!BAD_HOST"),
      ("http://.example.org/a", "!BAD_HOST"), ("http://./a", "!BAD_HOST"), ("http://a..", "!BAD_HOST"),
      ("http://exa%mple.org/a", "!BAD_HOST"), ("http://exa%00mple.org/a", "!BAD_HOST"),
      ("http://exa%2Fmple.org/a", "!BAD_HOST"), ("http://exa%3Ample.org/a", "!BAD_HOST"),
      ("http://exa<mple.org/a", "!BAD_HOST"), ("http://%ff.org/a", "!BAD_HOST"),
      ("http://exa%2565mple.org/a", "!BAD_HOST"), ("http://example.org\\a", "!BAD_HOST"),
      ("http://user@/a", "!BAD_HOST"), ("http://:80/a", "!BAD_HOST"),
      ("http://\(String(repeating: "a", count: 64)).org/a", "!BAD_HOST"),
      ("http://\(String(repeating: "abc.", count: 64))org/a", "!BAD_HOST"),
      ("http://example.org/\u{0}", "!CONTROL_BYTE"), ("http://example.org/a\u{7f}b", "!CONTROL_BYTE"),
      ("http://example.org/a\tb", "!CONTROL_BYTE"), ("http://example.org/#\u{1}", "!CONTROL_BYTE"),
      ("http://u\u{1}@example.org/a", "!CONTROL_BYTE"), ("sha1:\u{0}", "!CONTROL_BYTE"),
      ("\u{0}", "!CONTROL_BYTE"),
    ])
  }
}
