// What a rule for a family of hosts is: which hosts, what is done, since which version. The rules themselves stand in
// FamilyRule+Table; what a transformation does stands in FlickrURL, WrappedURL and ImageFamilies.
//
// A rule is there only where the form itself shows that two URLs are one image. Changing a rule changes keys:
// give the new one the next version, so that a list loaded under old rules can be told apart.

/// The version of all rules together. An index records it with what was loaded.
package let ruleVersion = 4

/// One family of URLs.
package struct FamilyRule: Sendable {
  /// What is done with a URL of the family.
  package enum Transformation: Sendable {
    /// Flickr's addresses name photos, albums and accounts.
    case flickr(FlickrSite)
    /// The address holds the image's number in a dataset or a catalogue.
    case number(NumberedSite)
    /// The URL inside is taken out and starts over.
    case unwrap(Wrapping)
    /// One form stands for all sizes of an image.
    case image(ImageFamily)
  }

  /// The kinds of Flickr's hosts.
  package enum FlickrSite: Sendable {
    case page, embedded, short, file
  }

  /// Who gives numbers.
  package enum NumberedSite: Sendable {
    case imdb, coco, openImages
  }

  /// Where an address holds another one.
  package enum Wrapping: Sendable {
    /// `/HOST/PATH`; the query is the proxy's own.
    case hostInPath
    /// `/any/path/http://HOST/PATH?QUERY`.
    case urlInPath
    /// `/web/STAMP/URL`.
    case archive
    /// `?NAME=URL`, below this path alone; an empty one is any path.
    case parameter(path: StaticString, name: StaticString)
    /// Google's `/imgres?imgurl=URL` and `/url?url=URL` or `/url?q=URL`.
    case searchResult
    /// `/i/s/HOST/PATH`.
    case ampCache
    /// `/external/SIGNATURE/https/HOST/PATH`.
    case mediaProxy
  }

  /// Families of sizes of one image.
  package enum ImageFamily: Sendable {
    case imdb, wikimedia, commons, wikia, youtube, vimeo
    case google, googleThumbnail, bingThumbnail
    case pinterest, tumblr, imgur, twitter, reddit, medium, ebay
    case gravatar, wordpress, anyQuery, inaturalist
    case shutterstock, dreamstime, getty, alamy, fiveHundredPixels
    case multimediaCommons
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

  /// A rule.
  package init(
    _ name: String, version: Int, _ summary: String, _ transformation: Transformation, _ hosts: [HostPattern]
  ) {
    self.name = name
    self.version = version
    self.summary = summary
    self.hosts = hosts
    self.transformation = transformation
  }
}
