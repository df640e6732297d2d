// The rules for hosts whose addresses say more than a URL: which hosts, what is done, since which version.
// This table is the one place where hosts are listed; what a transformation does stands in FlickrURL,
// WrappedURL and ImageFamilies.
//
// A rule is here only where the form itself shows that two URLs are one image. Changing a rule changes keys:
// give the new one the next version, so that a list loaded under old rules can be told apart.

/// The version of all rules together. An index records it with what was loaded.
package let ruleVersion = 1

/// One family of URLs.
package struct FamilyRule: Sendable {
  /// What is done with a URL of the family.
  package enum Transformation: Sendable {
    case flickrPage, flickrShort, flickrFile
    case unwrapPhoton, unwrapEmbedded, unwrapArchive
    case imdbStem
    case wikimediaThumbnail, youtubeFrame, googleSize, shutterstockSize, pinterestSize

    /// Whether it is about Flickr's own hosts.
    var isFlickr: Bool {
      switch self {
      case .flickrPage, .flickrShort, .flickrFile: true
      default: false
      }
    }
  }

  /// Which hosts a rule is for. Hosts are canonical: lower case, without `www.`.
  package enum HostPattern: Sendable {
    /// This host alone.
    case exact(String)
    /// A number between two texts, as in `farm12.static.flickr.com`.
    case numbered(String, String)
    /// All hosts below this one, but not itself.
    case under(String)
  }

  /// A short name, for explanations and documents.
  package let name: String
  /// The `ruleVersion` that it came in, or was last changed in.
  package let version: Int
  /// What it does, in one line.
  package let summary: String
  /// The hosts that it is for.
  package let hosts: [HostPattern]
  /// What it does.
  package let transformation: Transformation

  /// All rules. No host is in two of them.
  package static let all: [FamilyRule] = [
    FamilyRule(
      name: "flickr-page", version: 1, summary: "a Flickr page names a photo, an album or an account",
      hosts: [
        .exact("flickr.com"), .exact("m.flickr.com"), .exact("secure.flickr.com"),
        .exact("embedr.flickr.com"),
      ],
      transformation: .flickrPage),
    FamilyRule(
      name: "flickr-short", version: 1, summary: "a Flickr short link holds the photo's id in base 58",
      hosts: [.exact("flic.kr")],
      transformation: .flickrShort),
    FamilyRule(
      name: "flickr-file", version: 1, summary: "a Flickr file name begins with the photo's id",
      hosts: [
        .under("staticflickr.com"), .exact("static.flickr.com"), .under("static.flickr.com"),
        .numbered("photos", ".flickr.com"), .numbered("farm", ".flickr.com"),
      ],
      transformation: .flickrFile),
    FamilyRule(
      name: "wordpress-proxy", version: 1, summary: "an image proxy of WordPress holds the image's URL",
      hosts: [.numbered("i", ".wp.com")],
      transformation: .unwrapPhoton),
    FamilyRule(
      name: "yahoo-proxy", version: 1, summary: "an image server of Yahoo holds the image's URL",
      hosts: [.exact("l.yimg.com"), .exact("l1.yimg.com"), .exact("l2.yimg.com"), .exact("l3.yimg.com")],
      transformation: .unwrapEmbedded),
    FamilyRule(
      name: "web-archive", version: 1, summary: "the Wayback Machine's address holds the archived URL",
      hosts: [.exact("web.archive.org")],
      transformation: .unwrapArchive),
    FamilyRule(
      name: "imdb-image", version: 1, summary: "the stem before ._V1 names the image, what follows its size",
      hosts: [
        .exact("ia.media-imdb.com"), .exact("m.media-amazon.com"),
        .exact("images-na.ssl-images-amazon.com"),
      ],
      transformation: .imdbStem),
    FamilyRule(
      name: "wikimedia-thumbnail", version: 1, summary: "/thumb/a/ab/NAME/250px-NAME is a size of /a/ab/NAME",
      hosts: [.exact("upload.wikimedia.org")],
      transformation: .wikimediaThumbnail),
    FamilyRule(
      name: "youtube-frame", version: 1, summary: "all sizes of a video's default frame are one image",
      hosts: [
        .exact("i.ytimg.com"), .numbered("i", ".ytimg.com"), .exact("img.youtube.com"),
        .exact("i.ytimg.googleusercontent.com"),
      ],
      transformation: .youtubeFrame),
    FamilyRule(
      name: "google-size", version: 1, summary: "/s1600/ and =s220 are sizes of the same image",
      hosts: [
        .numbered("", ".bp.blogspot.com"), .exact("bp.blogspot.com"), .exact("blogger.googleusercontent.com"),
        .numbered("lh", ".googleusercontent.com"), .numbered("lh", ".ggpht.com"),
        .numbered("yt", ".ggpht.com"),
      ],
      transformation: .googleSize),
    FamilyRule(
      name: "shutterstock-size", version: 1, summary: "the number at the end of the name is the image's id",
      hosts: [
        .exact("image.shutterstock.com"), .exact("shutterstock.com"), .numbered("thumb", ".shutterstock.com"),
      ],
      transformation: .shutterstockSize),
    FamilyRule(
      name: "pinterest-size", version: 1, summary: "/236x/ and /originals/ are sizes of one MD5",
      hosts: [.under("pinimg.com")],
      transformation: .pinterestSize),
  ]
}
