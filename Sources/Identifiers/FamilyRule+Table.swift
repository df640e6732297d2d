// The rules: the one place where hosts are listed. No host is in two of them.

extension FamilyRule {
  /// All rules.
  package static let all: [FamilyRule] = flickr + numbered + buckets + wrappers + sizes + stock

  private static let flickr: [FamilyRule] = [
    FamilyRule(
      "flickr-page", version: 2, "a Flickr page names a photo, an album or an account", .flickr(.page),
      [.exact("flickr.com"), .exact("m.flickr.com"), .exact("secure.flickr.com")]),
    FamilyRule(
      "flickr-embed", version: 1, "an embedded Flickr page names a photo by its id alone", .flickr(.embedded),
      [.exact("embedr.flickr.com")]),
    FamilyRule(
      "flickr-short", version: 1, "a Flickr short link holds the photo's id in base 58", .flickr(.short),
      [.exact("flic.kr")]),
    FamilyRule(
      "flickr-file", version: 2, "a Flickr file name begins with the photo's id", .flickr(.file),
      [
        .under("staticflickr.com"), .exact("static.flickr.com"), .under("static.flickr.com"),
        .exact("staticflickr.com"), .exact("photos.flickr.com"), .numbered("photos", ".flickr.com"),
        .numbered("farm", ".flickr.com"),
      ]),
  ]

  private static let numbered: [FamilyRule] = [
    FamilyRule(
      "imdb-page", version: 1, "the number behind rm is the image's", .number(.imdb),
      [.exact("imdb.com"), .exact("m.imdb.com")]),
    FamilyRule(
      "coco-file", version: 1, "the file's name is the image's number in COCO", .number(.coco),
      [.exact("images.cocodataset.org")]),
    FamilyRule(
      "openimages-file", version: 1, "the file's name is the image's id in Open Images", .number(.openImages),
      [.exact("open-images-dataset.s3.amazonaws.com")]),
  ]

  private static let buckets: [FamilyRule] = [
    FamilyRule(
      "yfcc-file", version: 3, "the file's name is the photo's hash in YFCC100M", .image(.multimediaCommons),
      ["s3", "s3-us-west-2", "s3.us-west-2", "s3-website-us-west-2"].flatMap {
        [.exact("\($0).amazonaws.com"), .exact("multimedia-commons.\($0).amazonaws.com")]
      })
  ]

  private static let wrappers: [FamilyRule] = [
    FamilyRule(
      "wordpress-proxy", version: 1, "an image proxy of WordPress holds the image's URL",
      .unwrap(.hostInPath),
      [.numbered("i", ".wp.com")]),
    FamilyRule(
      "yahoo-proxy", version: 2, "an image server of Yahoo holds the image's URL", .unwrap(.urlInPath),
      [
        .exact("l.yimg.com"), .numbered("l", ".yimg.com"), .exact("s.yimg.com"), .numbered("s", ".yimg.com"),
      ]),
    FamilyRule(
      "cloudinary-fetch", version: 1, "a Cloudinary address of a fetched image holds its URL",
      .unwrap(.urlInPath), [.exact("res.cloudinary.com")]),
    FamilyRule(
      "web-archive", version: 1, "the Wayback Machine's address holds the archived URL", .unwrap(.archive),
      [.exact("web.archive.org"), .exact("wayback.archive.org"), .exact("web-beta.archive.org")]),
    FamilyRule(
      "other-archive", version: 1, "a web archive's address holds the archived URL", .unwrap(.urlInPath),
      [
        "archive.today", "archive.is", "archive.ph", "archive.fo", "archive.li", "archive.vn", "archive.md",
        "wayback.archive-it.org", "webarchive.nationalarchives.gov.uk", "webarchive.loc.gov", "arquivo.pt",
        "swap.stanford.edu", "webarchive.org.uk",
      ].map(HostPattern.exact)),
    FamilyRule(
      "google-result", version: 1, "a search result of Google holds the URL that it leads to",
      .unwrap(.searchResult),
      googleCountries.flatMap { [.exact("google.\($0)"), .exact("images.google.\($0)")] }),
    FamilyRule(
      "amp-cache", version: 1, "an address of Google's AMP cache holds the cached URL", .unwrap(.ampCache),
      [.exact("cdn.ampproject.org"), .under("cdn.ampproject.org")]),
    FamilyRule(
      "discord-proxy", version: 1, "an image proxy of Discord holds the image's URL", .unwrap(.mediaProxy),
      [.numbered("images-ext-", ".discordapp.net")]),
    parameter("weserv-proxy", "url", below: "/", ["images.weserv.nl", "wsrv.nl"].map(HostPattern.exact)),
    parameter(
      "duckduckgo-proxy", "u", below: "/iu/",
      ["external-content.duckduckgo.com", "proxy.duckduckgo.com", "images.duckduckgo.com"]
        .map(HostPattern.exact)),
    parameter("duckduckgo-result", "uddg", below: "/l/", [.exact("duckduckgo.com")]),
    parameter("bing-result", "mediaurl", below: "/images/search", [.exact("bing.com")]),
    parameter("bing-reference", "riu", below: "", [.exact("th.bing.com")]),
    parameter(
      "yandex-result", "img_url", below: "/images/search",
      ["yandex.com", "yandex.ru", "yandex.by", "yandex.kz", "yandex.ua", "yandex.com.tr"]
        .map(HostPattern.exact)),
    parameter("yahoo-result", "imgurl", below: "/images/view", [.exact("images.search.yahoo.com")]),
    parameter(
      "gadget-proxy", "url", below: "/gadgets/proxy",
      [.numbered("images", "-focus-opensocial.googleusercontent.com")]),
    parameter(
      "facebook-link", "u", below: "/l.php",
      ["facebook.com", "l.facebook.com", "lm.facebook.com"].map(HostPattern.exact)),
    parameter("facebook-proxy", "url", below: "/safe_image.php", [.under("fbcdn.net")]),
    parameter("instagram-link", "u", below: "/", [.exact("l.instagram.com")]),
    parameter("slack-proxy", "url", below: "/", [.exact("slack-imgs.com")]),
    parameter("embedly-proxy", "url", below: "", [.exact("i.embed.ly")]),
    parameter("tumblr-link", "z", below: "/redirect", [.exact("t.umblr.com")]),
    parameter("mail-safelink", "url", below: "/", [.under("safelinks.protection.outlook.com")]),
  ]

  private static func parameter(
    _ name: String, _ parameter: StaticString, below path: StaticString, _ hosts: [HostPattern]
  ) -> FamilyRule {
    FamilyRule(
      name, version: 1, "its parameter \(parameter) holds the URL",
      .unwrap(.parameter(path: path, name: parameter)), hosts)
  }

  /// Where Google's search has a host of its own, as the last labels of its name.
  private static let googleCountries = [
    "com", "ae", "at", "be", "bg", "ca", "ch", "cl", "cz", "de", "dk", "es", "fi", "fr", "gr", "hr", "hu",
    "ie",
    "it", "lt", "lv", "nl", "no", "pl", "pt", "ro", "rs", "ru", "se", "si", "sk", "co.id", "co.il", "co.in",
    "co.jp", "co.ke", "co.kr", "co.nz", "co.th", "co.uk", "co.ve", "co.za", "com.ar", "com.au", "com.bd",
    "com.br", "com.co", "com.eg", "com.hk", "com.mx", "com.my", "com.ng", "com.pe", "com.ph", "com.pk",
    "com.sa", "com.sg", "com.tr", "com.tw", "com.ua", "com.vn",
  ]

  private static let sizes: [FamilyRule] = [
    FamilyRule(
      "imdb-image", version: 2, "the stem of the file's name is the image, what follows its size",
      .image(.imdb),
      [
        "ia.media-imdb.com", "m.media-amazon.com", "images-na.ssl-images-amazon.com",
        "images-eu.ssl-images-amazon.com", "ecx.images-amazon.com", "g-ecx.images-amazon.com",
      ].map(HostPattern.exact)),
    FamilyRule(
      "wikimedia-thumbnail", version: 2, "/thumb/a/ab/NAME/250px-NAME is a size of /a/ab/NAME",
      .image(.wikimedia), [.exact("upload.wikimedia.org")]),
    FamilyRule(
      "commons-page", version: 4, "a file of Commons is stored by the MD5 of its name", .image(.commons),
      [.exact("commons.wikimedia.org"), .exact("commons.m.wikimedia.org")]),
    FamilyRule(
      "wikia-file", version: 4, "the wiki, its language and the file's name are the image", .image(.wikia),
      ["static", "vignette", "images", "img"].flatMap {
        [.exact("\($0).wikia.nocookie.net"), .numbered($0, ".wikia.nocookie.net")]
      } + [.exact("images.wikia.com"), .numbered("images", ".wikia.com")]),
    FamilyRule(
      "youtube-frame", version: 2, "all sizes of a frame of a video are one image", .image(.youtube),
      [
        .exact("i.ytimg.com"), .numbered("i", ".ytimg.com"), .exact("img.youtube.com"),
        .exact("i.ytimg.googleusercontent.com"),
      ]),
    FamilyRule(
      "vimeo-frame", version: 4, "the size stands behind the name of a video's frame", .image(.vimeo),
      [.exact("i.vimeocdn.com")]),
    FamilyRule(
      "google-size", version: 4, "/s1600/ and =s220 are sizes of the image, on all hosts", .image(.google),
      [
        .numbered("", ".bp.blogspot.com"), .exact("bp.blogspot.com"), .exact("blogger.googleusercontent.com"),
        .exact("play-lh.googleusercontent.com"), .numbered("lh", ".googleusercontent.com"),
        .numbered("lh", ".ggpht.com"), .numbered("yt", ".ggpht.com"),
      ]),
    FamilyRule(
      "google-thumbnail", version: 1, "the parameter q holds the thumbnail's id", .image(.googleThumbnail),
      [.numbered("encrypted-tbn", ".gstatic.com"), .numbered("t", ".gstatic.com")]),
    FamilyRule(
      "bing-thumbnail", version: 1, "the parameter id holds the thumbnail's id", .image(.bingThumbnail),
      [.numbered("tse", ".mm.bing.net"), .numbered("ts", ".mm.bing.net")]),
    FamilyRule(
      "pinterest-size", version: 1, "/236x/ and /originals/ are sizes of one MD5", .image(.pinterest),
      [.under("pinimg.com")]),
    FamilyRule(
      "tumblr-size", version: 4, "the size stands behind the file's id, or below the post's", .image(.tumblr),
      [.exact("media.tumblr.com"), .numbered("", ".media.tumblr.com")]),
    FamilyRule(
      "imgur-size", version: 1, "a letter behind the seven of an id is a size", .image(.imgur),
      [.exact("i.imgur.com")]),
    FamilyRule(
      "twitter-size", version: 4, ":large, name=small and _400x400 are sizes", .image(.twitter),
      [.exact("pbs.twimg.com"), .numbered("a", ".twimg.com"), .numbered("si", ".twimg.com")]),
    FamilyRule(
      "reddit-size", version: 1, "a preview has the name of the image", .image(.reddit),
      [.exact("preview.redd.it"), .exact("i.redd.it")]),
    FamilyRule(
      "medium-size", version: 1, "what stands in front of 1*ID is a size", .image(.medium),
      [.exact("miro.medium.com"), .numbered("cdn-images-", ".medium.com")]),
    FamilyRule(
      "ebay-size", version: 1, "s-l500 is a size of the image above it", .image(.ebay),
      [.exact("i.ebayimg.com")]),
    FamilyRule(
      "gravatar-size", version: 1, "the hash in the path is the image, the query a size and a substitute",
      .image(.gravatar),
      [.exact("gravatar.com"), .numbered("", ".gravatar.com")]
        + ["secure.gravatar.com", "en.gravatar.com", "s.gravatar.com"].map(HostPattern.exact)),
    FamilyRule(
      "wordpress-size", version: 1, "w, h and their like are sizes", .image(.wordpress),
      [.under("files.wordpress.com")]),
    FamilyRule(
      "inaturalist-size", version: 2, "the number below /photos/ is the photo's id", .image(.inaturalist),
      [
        .exact("inaturalist-open-data.s3.amazonaws.com"), .exact("static.inaturalist.org"),
        .exact("inaturalist.org"),
      ]),
    FamilyRule(
      "photo-query", version: 1, "the path is the image, the query a size", .image(.anyQuery),
      [.exact("images.unsplash.com"), .exact("images.pexels.com")]),
  ]

  private static let stock: [FamilyRule] = [
    FamilyRule(
      "shutterstock-size", version: 2, "the number at the end of the name is the image's id",
      .image(.shutterstock),
      [
        .exact("shutterstock.com"), .exact("image.shutterstock.com"), .numbered("image", ".shutterstock.com"),
        .exact("thumb.shutterstock.com"), .numbered("thumb", ".shutterstock.com"),
      ]),
    FamilyRule(
      "dreamstime-size", version: 2, "the number at the end of the name is the image's id",
      .image(.dreamstime), [.exact("thumbs.dreamstime.com"), .exact("dreamstime.com")]),
    FamilyRule(
      "getty-size", version: 1, "the number behind picture-id, or below /id/, is the image's id",
      .image(.getty), [.exact("media.gettyimages.com"), .exact("media.istockphoto.com")]),
    FamilyRule(
      "alamy-size", version: 1, "the reference stands in the path and again in the name", .image(.alamy),
      [.under("alamy.com")]),
    FamilyRule(
      "500px-photo", version: 1, "the number below /photo/ is the photo's id", .image(.fiveHundredPixels),
      [.exact("500px.com"), .exact("drscdn.500px.org"), .exact("ppcdn.500px.org"), .exact("pcdn.500px.net")]),
  ]
}
