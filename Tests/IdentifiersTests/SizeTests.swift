// Families of sizes beyond those of FamilyTests: each with the forms that are one image, and its neighbours that
// are not. All ids are invented.

import ByteText
import Testing

@testable import Identifiers

@Suite("Sizes")
struct SizeTests {
  private static let hash = "0123456789abcdef0123456789abcdef"
  private static let post = "0123456789abcdef-01"

  /// Forms of one image, and its key.
  struct Family: CustomTestStringConvertible, Sendable {
    let rule: String
    let key: String
    let forms: [String]
    /// Forms of other images, or of none.
    let others: [String]
    var testDescription: String { rule }
  }

  private static let families: [Family] = [
    Family(
      rule: "gravatar-size", key: "url:gravatar.com/avatar/\(hash)",
      forms: [
        "www.gravatar.com/avatar/\(hash)", "https://secure.gravatar.com/avatar/\(hash)?s=200&d=identicon&r=g",
        "http://0.gravatar.com/avatar/\(hash).jpg?s=96", "https://gravatar.com/avatar/\(hash.uppercased())",
        "https://i2.wp.com/secure.gravatar.com/avatar/\(hash)?ssl=1",
      ],
      others: [
        "https://www.gravatar.com/avatar/\(hash)?f=y", "https://www.gravatar.com/avatar/\(hash.dropLast())",
        "https://www.gravatar.com/avatar/\(hash.dropLast())0", "https://www.gravatar.com/\(hash)",
        "https://gravatar.com.example.org/avatar/\(hash)?s=1",
      ]),
    Family(
      rule: "tumblr-size", key: "url:media.tumblr.com/\(hash)/tumblr_abCD12_r1.jpg",
      forms: ["500", "1280", "75sq", "raw", "250"].map {
        "https://66.media.tumblr.com/\(hash)/tumblr_abCD12_r1_\($0).jpg"
      } + ["http://media.tumblr.com/\(hash)/tumblr_abCD12_r1_540.jpg"],
      others: [
        "https://66.media.tumblr.com/\(hash)/tumblr_abCD12_r2_500.jpg",
        "https://66.media.tumblr.com/\(hash)/tumblr_abcd12_r1_500.jpg",
        "https://66.media.tumblr.com/\(hash)/tumblr_abCD12_r1_500.gif",
        "https://66.media.tumblr.com/\(hash)/tumblr_abCD12_o1_500.jpg",
        "https://66.media.tumblr.com/\(hash)/tumblr_abCD12_r1_500_500.jpg",
        "https://media.tumblr.com.example.org/\(hash)/tumblr_abCD12_r1_500.jpg",
      ]),
    Family(
      rule: "tumblr-size", key: "url:media.tumblr.com/\(hash)/\(post)",
      forms: [
        "https://64.media.tumblr.com/\(hash)/\(post)/s640x960/0123456789abcdef0123456789abcdef01234567.jpg",
        "https://64.media.tumblr.com/\(hash)/\(post)/s1280x1920/76543210fedcba9876543210fedcba9876543210.png",
      ],
      others: ["https://64.media.tumblr.com/\(hash)/0123456789abcdef-02/s640x960/0.jpg"]),
    Family(
      rule: "imgur-size", key: "url:i.imgur.com/AbCdEf1.jpg",
      forms: ["", "s", "b", "t", "m", "l", "h"].map { "https://i.imgur.com/AbCdEf1\($0).jpg" }
        + ["http://i.imgur.com/AbCdEf1.png?1", "i.imgur.com/AbCdEf1.gif"],
      others: [
        "https://i.imgur.com/AbCdEf2.jpg", "https://i.imgur.com/abCdEf1.jpg", "https://i.imgur.com/AbCdE.jpg",
        "https://i.imgur.com/AbCdEs.jpg", "https://i.imgur.com/AbCdEf1x.jpg", "https://imgur.com/AbCdEf1",
        "https://i.imgur.com/a/AbCdEf1.jpg",
      ]),
    Family(
      rule: "twitter-size", key: "url:pbs.twimg.com/media/AbC-_1",
      forms: [
        "https://pbs.twimg.com/media/AbC-_1.jpg", "https://pbs.twimg.com/media/AbC-_1.jpg:large",
        "https://pbs.twimg.com/media/AbC-_1?format=jpg&name=small",
        "http://pbs.twimg.com/media/AbC-_1.png:orig",
      ],
      others: [
        "https://pbs.twimg.com/media/AbC-_2.jpg:large", "https://pbs.twimg.com/media/abC-_1.jpg",
        "https://pbs.twimg.com/other/AbC-_1.jpg:large", "https://pbs.twimg.com/media/",
        "https://pbs.twimg.com/media/AbC-_1.jpg.jpg",
      ]),
    Family(
      rule: "twitter-size", key: "url:pbs.twimg.com/profile_images/12345/name.jpg",
      forms: ["_normal", "_bigger", "_400x400", "_mini"].map {
        "https://pbs.twimg.com/profile_images/12345/name\($0).jpg"
      } + ["https://pbs.twimg.com/profile_images/12345/name_400x400_normal.jpg"],
      others: [
        "https://pbs.twimg.com/profile_images/12346/name_normal.jpg",
        "https://pbs.twimg.com/profile_images/12345/name_large.jpg",
      ]),
    Family(
      rule: "wordpress-size", key: "url:someone.files.wordpress.com/2012/03/a.jpg",
      forms: [
        "https://someone.files.wordpress.com/2012/03/a.jpg?w=300&h=200&crop=1",
        "http://someone.files.wordpress.com/2012/03/a.jpg",
        "https://i0.wp.com/someone.files.wordpress.com/2012/03/a.jpg?resize=1%2C2",
      ],
      others: [
        "https://other.files.wordpress.com/2012/03/a.jpg?w=300",
        "https://someone.files.wordpress.com/2012/03/b.jpg?w=300",
        "https://someone.files.wordpress.com/2012/03/a.jpg?w=300&id=7",
        "https://someone.wordpress.com/2012/03/a.jpg?w=300",
      ]),
    Family(
      rule: "photo-query", key: "url:images.unsplash.com/photo-1234567890123-0123456789ab",
      forms: [
        "https://images.unsplash.com/photo-1234567890123-0123456789ab?ixlib=rb-1.2.1&w=1080&q=80",
        "https://images.unsplash.com/photo-1234567890123-0123456789ab",
      ],
      others: ["https://images.unsplash.com/photo-1234567890123-0123456789ac?w=1080"]),
    Family(
      rule: "reddit-size", key: "url:i.redd.it/abcdef0123456.jpg",
      forms: [
        "https://preview.redd.it/abcdef0123456.jpg?width=640&crop=smart&auto=webp&s=0",
        "https://i.redd.it/abcdef0123456.jpg",
        "https://preview.redd.it/some-title-v0-abcdef0123456.jpg?width=640",
      ],
      others: [
        "https://i.redd.it/abcdef0123457.jpg", "https://external-preview.redd.it/abcdef0123456.jpg",
        "https://preview.redd.it/award/abcdef0123456.jpg", "https://preview.redd.it/Some.jpg",
      ]),
    Family(
      rule: "medium-size", key: "url:miro.medium.com/1*AbCdEf_-0123.jpeg",
      forms: [
        "https://miro.medium.com/max/800/1*AbCdEf_-0123.jpeg",
        "https://miro.medium.com/v2/resize:fit:1400/format:webp/1*AbCdEf_-0123.jpeg",
        "https://cdn-images-1.medium.com/max/2000/1*AbCdEf_-0123.jpeg",
      ],
      others: [
        "https://miro.medium.com/max/800/1*AbCdEf_-0124.jpeg", "https://miro.medium.com/max/800/a.jpg",
      ]),
    Family(
      rule: "ebay-size", key: "url:i.ebayimg.com/images/g/AbC~0/s-l1600.jpg",
      forms: [
        "https://i.ebayimg.com/images/g/AbC~0/s-l500.jpg",
        "https://i.ebayimg.com/thumbs/images/g/AbC~0/s-l225.webp",
      ],
      others: [
        "https://i.ebayimg.com/images/g/AbD~0/s-l500.jpg", "https://i.ebayimg.com/images/g/AbC~0/x.jpg",
      ]),
    Family(
      rule: "vimeo-frame", key: "url:i.vimeocdn.com/video/123456789",
      forms: [
        "https://i.vimeocdn.com/video/123456789_640.jpg",
        "https://i.vimeocdn.com/video/123456789_640x360.webp",
        "https://i.vimeocdn.com/video/123456789?mw=640", "https://i.vimeocdn.com/video/123456789.jpg",
      ],
      others: [
        "https://i.vimeocdn.com/video/123456788_640.jpg", "https://i.vimeocdn.com/portrait/123456789_640.jpg",
        "https://i.vimeocdn.com/video/123456789-0123abcd-d_640", "https://i.vimeocdn.com/video/abc_640.jpg",
        "https://i.vimeocdn.com/video/123456789_640_640.jpg",
        "https://i.vimeocdn.com/video/123456789.jpg.jpg",
      ]),
    Family(
      rule: "wikia-file", key: "url:static.wikia.nocookie.net/some/images/a/ab/N+1.jpg",
      forms: ["", "?cb=20140102030405", "/scale-to-width-down/250", "/top-crop/width/360/height/450?cb=2"].map
      {
        "https://static.wikia.nocookie.net/some/images/a/ab/N+1.jpg/revision/latest\($0)"
      } + [
        "https://vignette3.wikia.nocookie.net/some/images/a/ab/N%2B1.jpg/revision/latest?cb=20150102030405",
        "http://img3.wikia.nocookie.net/__cb20140102030405/some/images/a/ab/N+1.jpg",
        "http://images2.wikia.nocookie.net/__cb57/some/images/thumb/a/ab/N+1.jpg/250px-N+1.jpg",
        "http://images.wikia.com/some/images/a/ab/N+1.jpg",
      ],
      others: [
        "https://static.wikia.nocookie.net/other/images/a/ab/N+1.jpg/revision/latest",
        "https://static.wikia.nocookie.net/some/images/a/ab/N+1.jpg/revision/20140102030405",
        "https://static.wikia.nocookie.net/some/images/a/ab/N%201.jpg/revision/latest",
        "https://static.wikia.nocookie.net/some/images/a/bb/N+1.jpg",
        "http://images2.wikia.nocookie.net/some/images/thumb/a/ab/N+1.jpg/250px-M+1.jpg",
        "https://static.wikia.nocookie.net/some/images/a/ab/N+1.jpg/revision/latest?path-prefix=de",
        "http://img3.wikia.nocookie.net/__cb57/__cb2014/some/images/a/ab/N+1.jpg",
      ]),
    Family(
      rule: "wikia-file", key: "url:static.wikia.nocookie.net/some/de/images/a/ab/N.png",
      forms: [
        "http://img1.wikia.nocookie.net/__cb20140102030405/some/de/images/a/ab/N.png",
        "https://vignette.wikia.nocookie.net/some/images/a/ab/N.png/revision/latest?cb=2014&path-prefix=de",
      ],
      others: ["http://img1.wikia.nocookie.net/some/fr/images/a/ab/N.png"]),
    Family(
      rule: "commons-page", key: "url:upload.wikimedia.org/wikipedia/commons/e/ea/Meadow_(north),_1+1.jpg",
      forms: [
        "https://commons.wikimedia.org/wiki/File:Meadow_(north),_1+1.jpg",
        "https://commons.wikimedia.org/wiki/File:meadow%20%28north%29%2C_1%2B1.jpg#filelinks",
        "https://commons.wikimedia.org/w/index.php?title=File:Meadow_(north),_1%2B1.jpg&action=edit",
        "https://commons.wikimedia.org/wiki/Special:FilePath/Meadow__(north),_1+1.jpg?width=300",
        "http://commons.m.wikimedia.org/wiki/Image:Meadow_(north),_1+1.jpg",
        "https://commons.wikimedia.org/wiki/Special:Redirect/file/Meadow_(north),_1+1.jpg?width=64",
        "https://upload.wikimedia.org/wikipedia/commons/e/ea/Meadow_%28north%29%2C_1%2B1.jpg?20140102030405",
        "https://upload.wikimedia.org/wikipedia/commons/thumb/e/ea/Meadow_(north),_1+1.jpg/99px-Meadow_(north),_1+1.jpg",
      ],
      others: [
        "https://commons.wikimedia.org/wiki/File:Meadow_(North),_1+1.jpg",
        "https://commons.wikimedia.org/wiki/Category:Meadow_(north),_1+1.jpg",
        "https://commons.wikimedia.org/wiki/File:Meadow_(north),_1%201.jpg",
        "https://commons.wikimedia.org/wiki/File:", "https://commons.wikimedia.org/wiki/File:Meadow",
        "https://commons.wikimedia.org/wiki/", "https://commons.wikimedia.org/w/index.php?action=edit",
        "https://commons.wikimedia.org/w/index.php?title=File:..",
        "https://en.wikipedia.org/wiki/File:Meadow_(north),_1+1.jpg",
        "https://commons.wikimedia.org/wiki/File:Meadow_(north),_1+1.jpg/x",
      ]),
    Family(
      rule: "commons-page", key: "url:upload.wikimedia.org/wikipedia/commons/1/16/%C3%9Cber_den_Wiesen.png",
      forms: [
        "https://commons.wikimedia.org/wiki/File:Über_den_Wiesen.png",
        "https://commons.wikimedia.org/wiki/File:%C3%BCber%20den%20Wiesen.png",
      ],
      others: ["https://commons.wikimedia.org/wiki/File:%FFber_den_Wiesen.png"]),
    Family(
      rule: "inaturalist-size", key: "url:inaturalist.org/photos/123456",
      forms: ["original", "large", "medium", "small", "square", "thumb"].flatMap {
        [
          "https://inaturalist-open-data.s3.amazonaws.com/photos/123456/\($0).jpg",
          "https://static.inaturalist.org/photos/123456/\($0).JPEG?1400000000",
        ]
      } + ["https://www.inaturalist.org/photos/123456"],
      others: [
        "https://static.inaturalist.org/photos/123457/medium.jpg",
        "https://static.inaturalist.org/photos/123456/other.jpg",
        "https://www.inaturalist.org/observations/123456", "https://www.inaturalist.org/photos/12345a",
      ]),
    Family(
      rule: "shutterstock-size", key: "url:image.shutterstock.com/z/1234567.jpg",
      forms: [
        "http://thumb101.shutterstock.com/display_pic_with_logo/12/12,123,1/stock-photo-a-meadow-1234567.jpg",
        "http://thumb.shutterstock.com/thumb_small/12/12/stock-photo-a-meadow-1234567.jpg",
        "https://image1.shutterstock.com/image-photo/wiese-260nw-1234567.jpg",
      ],
      others: [
        "http://thumb1.shutterstock.com/display_pic_with_logo/12/12,123,1/stock-photo-a-meadow-1234568.jpg"
      ]),
    Family(
      rule: "dreamstime-size", key: "url:thumbs.dreamstime.com/z/-12345678.jpg",
      forms: [
        "https://thumbs.dreamstime.com/b/a-meadow-12345678.jpg",
        "https://www.dreamstime.com/a-meadow-thumb12345678.jpg",
      ],
      others: [
        "https://www.dreamstime.com/a-meadow-12345678.jpg",
        "https://www.dreamstime.com/a-meadow-thumb12345679.jpg",
      ]),
    Family(
      rule: "twitter-size", key: "url:pbs.twimg.com/profile_images/12345/AbCdEf.JPG",
      forms: ["_normal", "_bigger", "_mini", "_400x400", ""].flatMap {
        [
          "https://pbs.twimg.com/profile_images/12345/AbCdEf\($0).JPG",
          "http://a3.twimg.com/profile_images/12345/AbCdEf\($0).JPG",
        ]
      },
      others: [
        "https://pbs.twimg.com/profile_images/12345/AbCdEg_normal.JPG",
        "https://pbs.twimg.com/profile_images/12346/AbCdEf_normal.JPG",
      ]),
    Family(
      rule: "twitter-size", key: "url:pbs.twimg.com/profile_images/12345/AbCdEf",
      forms: ["_normal", "_400x400", ""].map { "https://pbs.twimg.com/profile_images/12345/AbCdEf\($0)" },
      others: ["https://pbs.twimg.com/profile_images/12345/"]),
    Family(
      rule: "google-size", key: "url:lh3.googleusercontent.com/-AbCdEfGhIjk/AAAA/BBBB/cccc/a.jpg",
      forms: [
        "http://1.bp.blogspot.com/-AbCdEfGhIjk/AAAA/BBBB/cccc/s1600/a.jpg",
        "http://4.bp.blogspot.com/-AbCdEfGhIjk/AAAA/BBBB/cccc/a.jpg",
        "https://lh6.googleusercontent.com/-AbCdEfGhIjk/AAAA/BBBB/cccc/s72-c/a.jpg",
        "http://lh4.ggpht.com/-AbCdEfGhIjk/AAAA/BBBB/cccc/w400-h300-no/a.jpg",
      ],
      others: [
        "http://1.bp.blogspot.com/-AbCdEfGhIjl/AAAA/BBBB/cccc/s1600/a.jpg",
        "http://1.bp.blogspot.com/short/s1600/a.jpg", "http://2.bp.blogspot.com/short/s1600/a.jpg",
      ]),
    Family(
      rule: "google-size", key: "url:lh3.googleusercontent.com/aBcDeFgHiJk",
      forms: ["", "=s220", "=w1200-h630-p-k", "=s220=s100"].map {
        "https://lh5.googleusercontent.com/aBcDeFgHiJk\($0)"
      },
      others: [
        "https://lh3.googleusercontent.com/aBcDeFgHiJ=s220",
        "https://lh4.googleusercontent.com/aBcDeFgHiJ=s220",
        "https://lh3.googleusercontent.com/=s220", "https://lh3.googleusercontent.com/=s100",
        "https://lh3.googleusercontent.com/aBcDeFgHiJk/=s220",
      ]),
    Family(
      rule: "imdb-image", key: "url:m.media-amazon.com/images/I/51Ab+dEfGhL.jpg",
      forms: [
        "https://images-na.ssl-images-amazon.com/images/I/51Ab%2BdEfGhL.jpg",
        "http://ecx.images-amazon.com/images/I/51Ab+dEfGhL._SX300_.jpg",
        "https://images-eu.ssl-images-amazon.com/images/I/51Ab%2BdEfGhL._AC_SL1500_.jpg",
      ],
      others: [
        "https://images-eu.ssl-images-amazon.com/images/P/51Ab.jpg",
        "https://images-na.ssl-images-amazon.com/images/P/51Ab.jpg",
      ]),
    Family(
      rule: "google-thumbnail", key: "url:encrypted-tbn0.gstatic.com/images?q=tbn:ANd9GcAAAAAAAAAA",
      forms: [
        "https://encrypted-tbn3.gstatic.com/images?q=tbn:ANd9GcAAAAAAAAAA&usqp=CAU",
        "http://t2.gstatic.com/images?q=tbn:ANd9GcAAAAAAAAAA&t=1",
        "https://encrypted-tbn0.gstatic.com/images?s=10&q=tbn:ANd9GcAAAAAAAAAA",
      ],
      others: [
        "https://encrypted-tbn0.gstatic.com/images?q=tbn:ANd9GcAAAAAAAAAB",
        "https://t2.gstatic.com/images?q=cat",
        "https://gstatic.com/images?q=tbn:ANd9GcAAAAAAAAAA",
      ]),
    Family(
      rule: "bing-thumbnail", key: "url:tse1.mm.bing.net/th?id=OIP.AbCdEf0123456789",
      forms: [
        "https://tse4.mm.bing.net/th?id=OIP.AbCdEf0123456789&pid=Api",
        "http://ts1.mm.bing.net/th?w=3&id=OIP.AbCdEf0123456789",
      ],
      others: [
        "https://tse4.mm.bing.net/th?id=OIP.AbCdEf0123456788&pid=Api", "https://tse4.mm.bing.net/th?q=cat",
      ]),
    Family(
      rule: "dreamstime-size", key: "url:thumbs.dreamstime.com/z/-12345678.jpg",
      forms: [
        "https://thumbs.dreamstime.com/z/some-title-12345678.jpg",
        "https://thumbs.dreamstime.com/b/ein-titel-12345678.jpg",
      ],
      others: [
        "https://thumbs.dreamstime.com/z/some-title-12345679.jpg",
        "https://thumbs.dreamstime.com/z/12345678.jpg",
      ]),
    Family(
      rule: "getty-size", key: "url:media.gettyimages.com/id/123456789",
      forms: [
        "https://media.gettyimages.com/photos/some-title-picture-id123456789?s=612x612",
        "https://media.gettyimages.com/id/123456789/photo/some-title.jpg?s=1024x1024&w=gi&k=20&c=x",
      ],
      others: [
        "https://media.gettyimages.com/photos/some-title-picture-id123456788?s=612x612",
        "https://media.istockphoto.com/photos/some-title-picture-id123456789?s=612x612",
        "https://media.gettyimages.com/photos/some-title-123456789",
      ]),
    Family(
      rule: "alamy-size", key: "url:c8.alamy.com/comp/ab12cd/-ab12cd.jpg",
      forms: [
        "https://c8.alamy.com/comp/AB12CD/some-title-AB12CD.jpg",
        "https://l450v.alamy.com/450v/ab12cd/titel-ab12cd.jpg",
      ],
      others: [
        "https://c8.alamy.com/comp/AB12CE/some-title-AB12CE.jpg",
        "https://c8.alamy.com/comp/AB12CD/x-AB12CE.jpg",
      ]),
    Family(
      rule: "500px-photo", key: "url:500px.com/photo/123456",
      forms: [
        "https://500px.com/photo/123456/some-title-by-somebody",
        "https://drscdn.500px.org/photo/123456/q%3D80_m%3D1500/v2?sig=0", "https://500px.com/photo/123456",
        "https://ppcdn.500px.org/123456/0123456789abcdef0123456789abcdef01234567/2048.jpg",
      ],
      others: [
        "https://500px.com/photo/123457", "https://500px.com/p/123456",
        "https://drscdn.500px.org/user_avatar/123456/x",
      ]),
    Family(
      rule: "imdb-image", key: "url:m.media-amazon.com/images/I/51AbCdEfGhL.jpg",
      forms: ["._SX300_", "._AC_SL1500_", "._SY300_QL70_", "._V1_", ""].map {
        "https://m.media-amazon.com/images/I/51AbCdEfGhL\($0).jpg"
      },
      others: [
        "https://m.media-amazon.com/images/I/51AbCdEfGhM._SX300_.jpg",
        "https://m.media-amazon.com/images/I/51AbCdEfGhL._x.jpg",
        "https://m.media-amazon.com/images/G/51AbCdEfGhL._SX300_.jpg",
      ]),
    Family(
      rule: "youtube-frame", key: "url:i.ytimg.com/vi/Abc-_123xyz/2.jpg",
      forms: ["2", "mq2", "hq2", "sd2", "maxres2"].map { "https://i.ytimg.com/vi/Abc-_123xyz/\($0).jpg" },
      others: [
        "https://i.ytimg.com/vi/Abc-_123xyz/hq1.jpg", "https://i.ytimg.com/vi/Abc-_123xyz/hq0.jpg",
        "https://i.ytimg.com/vi/Abc-_123xyz/hq720.jpg", "https://i.ytimg.com/vi/Abc-_123xyw/hq2.jpg",
      ]),
  ]

  @Test(
    "of one image give one key, by the rule that is named, and other images other ones", arguments: families)
  func sizes(_ family: Family) {
    check(family.forms.map { ($0, family.key) })
    #expect(family.forms.contains { IdentifierParser.explain($0).contains { $0.rule == family.rule } })
    for other in family.others { #expect(identify(other) != family.key, "\(other)") }
    #expect(Set(family.others.map { identify($0) }).count == family.others.count)
  }

  /// A rule that takes one size off may leave another, and one that makes a path of a parameter may make one that is
  /// read in another way: the key would name something else when it is asked for.
  @Test("give a key that is its own key, whatever stands twice or in place of a word", arguments: families)
  func ownKey(_ family: Family) {
    var parser = IdentifierParser()
    func check(_ input: [UInt8]) {
      let first = parser.key(input.span)
      guard case .success(let key) = first else { return }
      #expect(parser.key(key.description) == first, "\(String(decoding: input, as: UTF8.self))")
    }
    let parts = [
      "", ".", "..", "...", "/", "a/b", "?", "a?b", "%2F", "%2e%2e", "%23", "=", "&", "_", "images",
    ]
    for form in (family.forms + family.others).map({ Array($0.utf8) }) {
      for start in form.indices {
        for end in (start + 1)...min(form.count, start + 20) {
          check(Array(form[..<end] + form[start...]))
        }
      }
      for word in form.indices.split(whereSeparator: { !Self.isWord(form[$0]) }) {
        for part in parts { check(Array(form[..<word.startIndex] + part.utf8 + form[word.endIndex...])) }
      }
    }
  }

  private static func isWord(_ byte: UInt8) -> Bool { ASCII.isLetter(byte) || ASCII.isDigit(byte) }

  @Test("every rule that there is has a vector in these tests or in FamilyTests, WrapperTests or FlickrTests")
  func allRules() {
    let here = Set(Self.families.map(\.rule))
    let elsewhere: Set = [
      "wikimedia-thumbnail", "pinterest-size", "yfcc-file",
    ]
    let sizes = FamilyRule.all.filter { if case .image = $0.transformation { true } else { false } }
    #expect(Set(sizes.map(\.name)).subtracting(here) == elsewhere)
  }

  @Test("a host that only looks like one with a rule has none")
  func lookAlikes() {
    for rule in FamilyRule.all {
      for host in rule.hosts {
        let name =
          switch host {
          case .exact(let name): name
          case .numbered(let start, let end): start + "7" + end
          case .under(let name): "x." + name
          }
        #expect(HostTable.all.rule(for: name.utf8.span)?.rule.name == rule.name, "\(name)")
        for fake in ["\(name).evil.example", "\(name)x", "\(name)-evil.com"] {
          #expect(HostTable.all.rule(for: fake.utf8.span) == nil, "\(fake)")
        }
        if case .under = host { continue }
        #expect(HostTable.all.rule(for: "not\(name)".utf8.span)?.rule.name != rule.name, "not\(name)")
      }
    }
  }
}
