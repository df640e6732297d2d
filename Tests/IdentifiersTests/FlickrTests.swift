// Flickr's addresses, and what only looks like them.

import Testing

@testable import Identifiers

@Suite("Flickr")
struct FlickrTests {
  @Test("every page of a photo gives the photo")
  func pages() {
    check([
      ("https://www.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("http://www.flickr.com/photos/some_alias/12345678901/", "flickr:12345678901"),
      ("HTTPS://WWW.FLICKR.COM/photos/some_alias/12345678901", "flickr:12345678901"),
      ("//www.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("www.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("m.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("http://m.flickr.com/#/photos/some_alias/12345678901/", "flickr:12345678901"),
      ("https://secure.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("https://embedr.flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("https://embedr.flickr.com/photos/12345678901", "flickr:12345678901"),
      ("https://embedr.flickr.com/photos/12345678901/", "flickr:12345678901"),
      ("https://flickr.com./photos/some_alias/12345678901", "flickr:12345678901"),
      ("https://flickr.com:443/photos/some_alias/12345678901", "flickr:12345678901"),
      ("http://flickr.com:80/photos/some_alias/12345678901", "flickr:12345678901"),
      ("https://user:word@flickr.com/photos/some_alias/12345678901", "flickr:12345678901"),
      ("  https://flickr.com/photos/some_alias/12345678901\r\n", "flickr:12345678901"),
      ("https://flickr.com/photos/some_alias/12345678901#comments", "flickr:12345678901"),
      ("https://flickr.com/photos/some_alias/12345678901?size=o", "flickr:12345678901"),
      ("https://flickr.com/photos/some_alias/12345678901/sizes/o/", "flickr:12345678901"),
      ("https://flickr.com/photos/some_alias/12345678901/in/dateposted/", "flickr:12345678901"),
      ("https://flickr.com/photos/some_alias/12345678901/in/album-72157600000000001", "flickr:12345678901"),
      ("https://flickr.com//photos///some_alias//12345678901//", "flickr:12345678901"),
      ("https://flickr.com/photos/./x/../some_alias/12345678901", "flickr:12345678901"),
      ("https://flickr.com/%70hotos/some_alias/1234567%38901", "flickr:12345678901"),
      ("https://flickr.com/photos/12345678@N00/23456789", "flickr:23456789"),
      ("https://flickr.com/photos/12345678@n00/23456789", "flickr:23456789"),
      ("https://flickr.com/photos/12345678%40N00/23456789", "flickr:23456789"),
      ("https://flickr.com/photo/some_alias/23456789", "flickr:23456789"),
      ("https://flickr.com/photos/some_alias/0023456789", "flickr:23456789"),
      ("https://flickr.com/photos/some_alias/18446744073709551615", "flickr:18446744073709551615"),
      ("https://www.flickr.com/photo.gne?id=23456789", "flickr:23456789"),
      ("https://www.flickr.com/photo.gne?foo=1&id=23456789", "flickr:23456789"),
      ("https://www.flickr.com/photo.gne?short=2p4QbKN", "flickr:53208249252"),
      ("https://www.flickr.com/photo_zoom.gne?id=23456789&size=l", "flickr:23456789"),
      ("https://www.flickr.com/photo_exif.gne?id=23456789", "flickr:23456789"),
      ("https://www.flickr.com/photo_edit.gne?id=23456789", "flickr:23456789"),
      ("https://www.flickr.com/video_download.gne?id=23456789", "flickr:23456789"),
      ("https://www.flickr.com/apps/video/stewart.swf?v=1&photo_id=23456789", "flickr:23456789"),
      ("https://flic.kr/p/2p4QbKN", "flickr:53208249252"),
      ("http://flic.kr/p/2p4QbKN/", "flickr:53208249252"),
      ("flic.kr/p/2p4QbKN", "flickr:53208249252"),
      ("flic.kr/p/12p4QbKN", "flickr:53208249252"),
      ("FLIC.KR/p/2", "flickr:1"),
      ("flic.kr/p/Z", "flickr:57"),
      ("flic.kr/p/21", "flickr:58"),
    ])
  }

  @Test("every file of a photo gives the photo, whatever its size and secret")
  func files() {
    let sizes = [
      "", "_s", "_q", "_t", "_m", "_n", "_w", "_z", "_c", "_b", "_h", "_k", "_3k", "_4k", "_f",
      "_5k", "_6k", "_o", "_o_d", "_b_d",
    ]
    var vectors: [Vector] = []
    for host in [
      "live.staticflickr.com/65535", "farm9.staticflickr.com/8001", "farm66.static.flickr.com/82",
      "static.flickr.com/33", "c1.staticflickr.com/9/8001", "photos12.flickr.com", "farm4.flickr.com/12",
    ] {
      for size in sizes {
        vectors.append(("https://\(host)/23456789_0123456789\(size).jpg", "flickr:23456789"))
      }
    }
    vectors += [
      ("http://farm1.static.flickr.com/82/23456789_abcdef0123_o.png", "flickr:23456789"),
      ("http://farm1.static.flickr.com/82/23456789_abcdef0123_o.jpg?zz=1", "flickr:23456789"),
      ("c5.staticflickr.com/6/5159/23456789_7cf094b085_b.jpg?zz=1", "flickr:23456789"),
      ("LIVE.StaticFlickr.com/1/23456789_7cf094b085_b.jpg", "flickr:23456789"),
      ("live.staticflickr.com//1//23456789_7cf094b085_b.jpg", "flickr:23456789"),
      ("https://live.staticflickr.com/video/23456789/0123456789/1080p.mp4", "flickr:23456789"),
      ("https://live.staticflickr.com/video/23456789/0123456789/720p.mp4?s=x", "flickr:23456789"),
    ]
    check(vectors)
  }

  @Test("albums and accounts are told from photos")
  func accounts() {
    check([
      ("https://flickr.com/photos/some_alias/albums/72157600000000001", "flickr-set:72157600000000001"),
      ("https://flickr.com/photos/some_alias/sets/72157600000000001/", "flickr-set:72157600000000001"),
      ("https://flickr.com/photos/some_alias/sets/72157600000000001/page2", "flickr-set:72157600000000001"),
      ("https://flickr.com/photos/some_alias/", "flickr-user:some_alias"),
      ("https://flickr.com/photos/some_alias", "flickr-user:some_alias"),
      ("https://flickr.com/photos/some_alias/?saved=1", "flickr-user:some_alias"),
      ("https://flickr.com/photos/some_alias/albums", "flickr-user:some_alias"),
      ("https://flickr.com/photos/some_alias/page3", "flickr-user:some_alias"),
      ("https://flickr.com/photos/12345678901", "flickr-user:12345678901"),
      ("https://embedr.flickr.com/photos/some_alias", "flickr-user:some_alias"),
      ("https://flickr.com/people/some_alias/", "flickr-user:some_alias"),
      ("https://flickr.com/people/Some-Alias/", "flickr-user:Some-Alias"),
      ("https://flickr.com/people/12345678@n04/", "nsid:12345678@N04"),
      ("https://flickr.com/photos/12345678%40N04/", "nsid:12345678@N04"),
      ("https://flickr.com/people/12345678@N04/contacts", "nsid:12345678@N04"),
      ("https://farm1.staticflickr.com/5/buddyicons/53357914@N04_r.jpg", "nsid:53357914@N04"),
      ("https://c1.staticflickr.com/9/4321/buddyicons/53357914@N04.jpg", "nsid:53357914@N04"),
      ("https://www.flickr.com/buddyicons/53357914@n04.jpg?1234", "nsid:53357914@N04"),
    ])
  }

  @Test("links that only the network can resolve are neither found nor refused")
  func unresolvable() {
    check([
      ("https://flic.kr/s/aHsjAAAAAA", "?FLICKR_ALBUM_LINK"),
      ("flic.kr/s/aHsjAAAAAA", "?FLICKR_ALBUM_LINK"),
      ("https://flic.kr/y/2AAAAAA", "?FLICKR_GALLERY_LINK"),
      ("https://flic.kr/ps/AAAAA", "?FLICKR_PERSON_LINK"),
      ("https://flic.kr/ps", "?FLICKR_PERSON_LINK"),
      ("https://www.flickr.com/gp/some_alias/M1AAAA", "?FLICKR_GUEST_PASS"),
      ("flickr.com/gp/12345678@N02/nS0AAA", "?FLICKR_GUEST_PASS"),
      ("https://flic.kr/g/AAAAA", "?FLICKR_OTHER_LINK"),
      ("web.archive.org/web/2014/http://flic.kr/s/aHsjAAAAAA", "?FLICKR_ALBUM_LINK"),
    ])
  }

  @Test("videos, and pages that are shown at one photo, are that photo")
  func shownPhotos() {
    check([
      ("http://www.flickr.com/videos/12345678@N02/23456789/play/orig/0123456789", "flickr:23456789"),
      ("http://www.flickr.com/videos/12345678@N02/23456789", "flickr:23456789"),
      ("http://flickr.com/videos/some_alias/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/albums/72157600000000001/with/23456789", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/sets/72157600000000001/with/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/sets/72157600000000001/show/with/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/galleries/72157600000000001/with/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/with/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/favorites/with/23456789", "flickr:23456789"),
      ("https://www.flickr.com/groups/some_group/pool/with/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/explore/2014/01/02/with/23456789", "flickr:23456789"),
      ("http://www.flickr.com/x/t/0123456/photos/a/23456789/", "flickr:23456789"),
      ("https://www.flickr.com/photos/a/albums/72157600000000001/with/", "flickr-set:72157600000000001"),
      ("https://www.flickr.com/photos/a/albums/72157600000000001/with/x", "flickr-set:72157600000000001"),
      ("http://photos.flickr.com/23456789_0123456789_o.jpg", "flickr:23456789"),
      ("http://staticflickr.com/1/23456789_0123456789.jpg", "flickr:23456789"),
      ("https://www.flickr.com/groups/some_group/pool/", "url:flickr.com/groups/some_group/pool/"),
      ("https://www.flickr.com/x/y/1/photos/a/23456789", "url:flickr.com/x/y/1/photos/a/23456789"),
    ])
  }

  @Test("what only looks like a photo never becomes one")
  func traps() {
    check([
      ("https://live.staticflickr.com/7372/help.jpg", "url:live.staticflickr.com/7372/help.jpg"),
      (
        "https://live.staticflickr.com/7372/241abc183_d_o.jpg",
        "url:live.staticflickr.com/7372/241abc183_d_o.jpg"
      ),
      ("https://live.staticflickr.com/7372/23456789.jpg", "url:live.staticflickr.com/7372/23456789.jpg"),
      ("https://live.staticflickr.com/7372/0_abc.jpg", "url:live.staticflickr.com/7372/0_abc.jpg"),
      (
        "https://live.staticflickr.com/1/2/3/23456789_ab.jpg",
        "url:live.staticflickr.com/1/2/3/23456789_ab.jpg"
      ),
      ("https://live.staticflickr.com/1/", "url:live.staticflickr.com/1/"),
      ("https://live.staticflickr.com/", "!NO_PATH"),
      (
        "https://live.staticflickr.com/video/abc/1/1080p.mp4",
        "url:live.staticflickr.com/video/abc/1/1080p.mp4"
      ),
      (
        "https://staticflickr.com.example.org/1/23456789_ab.jpg",
        "url:staticflickr.com.example.org/1/23456789_ab.jpg"
      ),
      ("https://notflickr.com/photos/a/23456789", "url:notflickr.com/photos/a/23456789"),
      ("https://notstaticflickr.com/1/23456789_ab.jpg", "url:notstaticflickr.com/1/23456789_ab.jpg"),
      ("https://commons.flickr.org/photos/a/23456789", "url:commons.flickr.org/photos/a/23456789"),
      ("https://photosx.flickr.com/23456789_ab.jpg", "url:photosx.flickr.com/23456789_ab.jpg"),
      ("https://www.flickr.com/photos/a/b/23456789", "url:flickr.com/photos/a/b/23456789"),
      ("https://www.flickr.com/photos/a/23456789x", "url:flickr.com/photos/a/23456789x"),
      ("https://www.flickr.com/photos/a/0", "url:flickr.com/photos/a/0"),
      (
        "https://www.flickr.com/photos/a/18446744073709551616", "url:flickr.com/photos/a/18446744073709551616"
      ),
      ("https://www.flickr.com/photos/a/①②③", "url:flickr.com/photos/a/%E2%91%A0%E2%91%A1%E2%91%A2"),
      ("https://www.flickr.com/photos/a/١٢٣", "url:flickr.com/photos/a/%D9%A1%D9%A2%D9%A3"),
      ("https://www.flickr.com/photos/a/sets/x", "url:flickr.com/photos/a/sets/x"),
      (
        "https://www.flickr.com/photos/a/galleries/72157600000000001",
        "url:flickr.com/photos/a/galleries/72157600000000001"
      ),
      ("https://www.flickr.com/photos/a/pagex", "url:flickr.com/photos/a/pagex"),
      ("https://www.flickr.com/photos/a/page", "url:flickr.com/photos/a/page"),
      ("https://www.flickr.com/photos/tags/", "url:flickr.com/photos/tags/"),
      ("https://www.flickr.com/photos/tags/cat/page2", "url:flickr.com/photos/tags/cat/page2"),
      (
        "https://www.flickr.com/groups/some_group/pool/23456789",
        "url:flickr.com/groups/some_group/pool/23456789"
      ),
      ("https://www.flickr.com/photo.gne", "url:flickr.com/photo.gne"),
      ("https://www.flickr.com/photo.gne?id=", "url:flickr.com/photo.gne?id="),
      ("https://www.flickr.com/photo.gne?xid=23456789", "url:flickr.com/photo.gne?xid=23456789"),
      ("https://www.flickr.com/photo.gne?id=-1", "url:flickr.com/photo.gne?id=-1"),
      (
        "https://www.flickr.com/apps/video/other.swf?photo_id=1",
        "url:flickr.com/apps/video/other.swf?photo_id=1"
      ),
      ("https://www.flickr.com/photo.gne?short=0", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/2p4Qb0N", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/2p4QbIN", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/lll", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/1", "!NOT_SHORT_CODE"),
      ("https://flic.kr/p/ZZZZZZZZZZZZZ", "!NOT_SHORT_CODE"),
      ("https://www.flickr.com/", "!NO_PATH"),
      ("https://flic.kr/", "!NO_PATH"),
      ("https://flic.kr/P/2p4QbKN", "?FLICKR_OTHER_LINK"),
    ])
  }
}
