// Proxies, archives and search results: the URL inside is what counts, however it was encoded.

import Testing

@testable import Identifiers

@Suite("Wrapped URLs")
struct WrapperTests {
  private static let file = "live.staticflickr.com/65535/23456789_0123456789_b.jpg"
  private static let encoded = "https%3A%2F%2Flive.staticflickr.com%2F65535%2F23456789_0123456789_b.jpg"

  @Test("a proxy gives way to the URL in its parameter, as it stands and percent-encoded")
  func parameters() {
    for proxy in [
      "https://images.weserv.nl/?url=", "https://wsrv.nl/?w=300&url=", "//images.weserv.nl/?h=1&url=",
      "https://external-content.duckduckgo.com/iu/?u=", "https://proxy.duckduckgo.com/iu/?f=1&u=",
      "https://duckduckgo.com/l/?kh=-1&uddg=", "https://www.google.com/imgres?imgurl=",
      "https://www.google.co.uk/imgres?q=a+cat&imgurl=", "https://images.google.de/imgres?imgurl=",
      "https://www.google.com/url?sa=i&url=", "https://www.google.com/url?q=",
      "https://www.bing.com/images/search?view=detailV2&mediaurl=", "https://th.bing.com/th/id/R.0123?riu=",
      "https://yandex.ru/images/search?pos=1&img_url=", "https://images.search.yahoo.com/images/view?imgurl=",
      "https://images1-focus-opensocial.googleusercontent.com/gadgets/proxy?container=focus&url=",
      "https://l.facebook.com/l.php?u=", "https://external.xx.fbcdn.net/safe_image.php?d=1&url=",
      "https://l.instagram.com/?u=", "https://slack-imgs.com/?c=1&o1=ro&url=",
      "https://i.embed.ly/1/display/resize?key=0&url=", "https://t.umblr.com/redirect?z=",
      "https://eur01.safelinks.protection.outlook.com/?url=",
    ] {
      check([
        (proxy + Self.encoded, "flickr:23456789"),
        (proxy + Self.encoded.lowercased() + "&w=300&fit=cover", "flickr:23456789"),
        (proxy + "https://" + Self.file + "&w=300", "flickr:23456789"),
        (proxy + Self.file, "flickr:23456789"),
        (proxy + "http%3a%2f%2fwww.example.org%2fa%2520b.jpg", "url:example.org/a%20b.jpg"),
        (proxy + "http%3A%2F%2Fexample.org%2Fa%252520b.jpg", "url:example.org/a%2520b.jpg"),
        (proxy + "http%3A%2F%2Fexample.org%2Fa.jpg%3Fx%3D1%26y%3D2&z=3", "url:example.org/a.jpg?x=1&y=2"),
        (proxy + "http%3A%2F%2Fexample.org%2Fa+b.jpg", "url:example.org/a%20b.jpg"),
        (proxy + "http%3A%2F%2Fexample.org%2Fa%2Bb.jpg", "url:example.org/a+b.jpg"),
        (proxy + "http%3A%2F%2F%5B2001%3Adb8%3A%3A1%5D%2Fa.jpg", "url:[2001:db8::1]/a.jpg"),
        (proxy + "http%3A%2F%2Fexample.org%2Fa%0Ab", "url:example.org/a%0Ab"),
        (proxy + "http%3A%2F%2Fexa%20mple.org%2Fa", "!BAD_HOST"),
        (proxy + "http%3A%2F%2Fexample.org", "!NO_PATH"),
      ])
    }
    check([
      ("https://images.weserv.nl/?url=ssl:example.org/a.jpg", "url:example.org/a.jpg"),
      ("https://images.weserv.nl/?url=//example.org/a.jpg", "url:example.org/a.jpg"),
      (
        "https://external-content.duckduckgo.com/iu/?u=https%3A%2F%2Fimages.weserv.nl%2F%3Furl%3D"
          + "https%253A%252F%252F\(Self.file)", "flickr:23456789"
      ),
      ("https://www.google.com/url?q=https://flic.kr/s/aHsjAAAAAA", "?FLICKR_ALBUM_LINK"),
    ])
  }

  @Test("two URLs in one proxy stay two")
  func different() {
    let proxy = "https://external-content.duckduckgo.com/iu/?u="
    let inner = [
      "https%3A%2F%2Fexample.org%2Fa.jpg", "https%3A%2F%2Fexample.org%2FA.jpg",
      "https%3A%2F%2Fexample.org%2Fa.jpg%3F1", "https%3A%2F%2Fexample.org%2Fa%2520.jpg",
      "https%3A%2F%2Fexample.org%2Fa%252520.jpg", "https%3A%2F%2Fexample.com%2Fa.jpg",
    ]
    #expect(Set(inner.map { identify(proxy + $0) }).count == inner.count)
  }

  @Test("a parameter that holds no URL, another path and another host wrap nothing")
  func notWrapped() {
    unchanged([
      "images.weserv.nl/?url=cat", "images.weserv.nl/?uri=https://example.org/a.jpg",
      "images.weserv.nl/x?url=https://example.org/a.jpg",
      "external-content.duckduckgo.com/?u=https://a.org/b",
      "google.com/search?q=https://example.org/a.jpg", "google.com/imgres?q=example.org",
      "google.com/url?x=1",
      "google.com.evil.example/imgres?imgurl=https://example.org/a.jpg",
      "notgoogle.com/imgres?imgurl=https://example.org/a.jpg", "l.facebook.com/x?u=https://example.org/a.jpg",
      "evil.example/iu/?u=https://example.org/a.jpg", "duckduckgo.com/?q=https://example.org/a.jpg",
      "wsrv.nl.example.org/?url=https://example.org/a.jpg",
    ])
  }

  @Test("an archive gives way to the archived URL, whatever its host")
  func archives() {
    for archive in [
      "https://web.archive.org/web/20140102030405/", "https://web.archive.org/web/2014*/",
      "https://web.archive.org/web/20140102030405im_/", "https://web.archive.org/web/",
      "http://wayback.archive.org/web/2014/", "https://archive.is/2014/", "https://archive.ph/newest/",
      "https://archive.today/20140102030405/", "https://arquivo.pt/wayback/20140102030405/",
      "https://webarchive.nationalarchives.gov.uk/ukgwa/20140102030405/",
      "https://wayback.archive-it.org/1234/20140102030405/", "https://swap.stanford.edu/was/2014/",
    ] {
      check([
        (archive + "http://" + Self.file, "flickr:23456789"), (archive + Self.encoded, "flickr:23456789"),
        (archive + "https:/" + Self.file, "flickr:23456789"),
        (archive + "http://[2001:DB8::1]/a.jpg", "url:[2001:db8::1]/a.jpg"),
        (archive + "http://[::ffff:192.0.2.1]:8080/a.jpg", "url:[::ffff:192.0.2.1]:8080/a.jpg"),
        (archive + "http://u@[2001:db8::1]:80/a[1].jpg?b=[c]", "url:[2001:db8::1]/a%5B1%5D.jpg?b=%5Bc%5D"),
        (archive + "http://bücher.example/a.jpg", "url:xn--bcher-kva.example/a.jpg"),
        (archive + "http://0x7f.1/a.jpg", "url:127.0.0.1/a.jpg"),
        (
          archive + "http://example.org/a.jpg?b=http://example.com/c",
          "url:example.org/a.jpg?b=http://example.com/c"
        ),
        (archive + "http://[1:2]/a.jpg", "!BAD_IPV6"),
      ])
    }
    unchanged(["archive.is/AbCdE", "archive.is/2014/x", "arquivo.pt/page/search?q=http://example.org/a"])
  }

  @Test("proxies with a path of their own give way to what it holds")
  func paths() {
    let cloud = "res.cloudinary.com/demo/image/fetch/w_300,h_200,c_fill"
    check([
      ("https://\(cloud)/https://\(Self.file)", "flickr:23456789"),
      ("https://\(cloud)/\(Self.encoded)", "flickr:23456789"),
      ("https://cdn.ampproject.org/i/s/\(Self.file)", "flickr:23456789"),
      ("https://www-example-org.cdn.ampproject.org/i/example.org/a.jpg?b=1", "url:example.org/a.jpg?b=1"),
      ("https://www-example-org.cdn.ampproject.org/ii/w1200/s/example.org/a.jpg", "url:example.org/a.jpg"),
      ("https://images-ext-1.discordapp.net/external/AbC-_1/https/\(Self.file)?width=400", "flickr:23456789"),
      (
        "https://images-ext-2.discordapp.net/external/AbC-_1/%3Fx%3D1%26y%3D2/http/example.org/a.jpg?width=4",
        "url:example.org/a.jpg?x=1&y=2"
      ),
      ("https://s.yimg.com/ny/api/res/1.2/AbC--/YXBwaWQ9/https://\(Self.file)", "flickr:23456789"),
    ])
    unchanged([
      "res.cloudinary.com/demo/image/upload/w_300/a.jpg", "cdn.ampproject.org/v0.js",
      "cdn.ampproject.org/i/s/",
      "cdn.ampproject.org/x/s/example.org/a.jpg",
      "images-ext-1.discordapp.net/external/AbC/ftp/example.org/a",
      "images-ext-1.discordapp.net/external/AbC", "images-ext-1.discordapp.net/other/AbC/https/example.org/a",
      "cdn.discordapp.com/external/AbC/https/example.org/a",
    ])
  }
}
