// The closed list of namespaces, with what each fixes: its printed name, whether its values are stored
// exactly, and how well it names an image. What a value may look like is left to IdentifierParser+Values.

import ByteText

/// What kind of thing a key names.
///
/// Raw values are written to disk: never renumber. Below 64 a value is a 64-bit integer and is stored
/// exactly; from 64 on it is text and is stored as a digest.
package enum Namespace: UInt8, CaseIterable, Sendable {
  /// A Flickr photo (or video) id.
  case flickr = 1
  /// A Flickr album ("photoset") id.
  case flickrSet = 2
  /// An image id of MS COCO.
  case coco = 3
  /// A line id of YFCC100M.
  case yfcc = 4
  /// An image id of Open Images: sixteen hexadecimal digits, kept as a 64-bit value.
  case openimages = 5
  /// An IMDb image-page number, the digits after `rm`.
  case imdbRm = 6

  /// A canonical URL, without its scheme.
  case url = 64
  /// A Flickr account id, `12345678@N00`.
  case nsid = 65
  /// A Flickr account's path alias.
  case flickrUser = 66
  /// The `MV5B...` stem of an IMDb or Amazon image file.
  case imdb = 67
  /// An MD5 of the image file.
  case md5 = 68
  /// A SHA-1 of the image file.
  case sha1 = 69
  /// A SHA-256 of the image file.
  case sha256 = 70
  /// A file name in a dataset, `<dataset>/<name>`.
  case file = 71
  /// The hash by which YFCC100M names a photo: no MD5 of a file, though many look like one.
  case yfccHash = 72

  /// The name before the colon of a key, at most 11 ASCII bytes.
  package var name: String { spelling.description }

  /// The name as constant bytes, for hot paths.
  package var spelling: StaticString {
    switch self {
    case .flickr: "flickr"
    case .flickrSet: "flickr-set"
    case .coco: "coco"
    case .yfcc: "yfcc"
    case .openimages: "openimages"
    case .imdbRm: "imdb-rm"
    case .url: "url"
    case .nsid: "nsid"
    case .flickrUser: "flickr-user"
    case .imdb: "imdb"
    case .md5: "md5"
    case .sha1: "sha1"
    case .sha256: "sha256"
    case .file: "file"
    case .yfccHash: "yfcc-hash"
    }
  }

  /// Whether values are integers, stored exactly; otherwise they are text, stored as digests.
  package var isInteger: Bool { rawValue < 64 }

  /// How well a key of this namespace names an image: lower is better, nil where it names no image but
  /// an account or an album.
  package var imageRank: Int? {
    switch self {
    case .flickr: 0
    case .imdb: 1
    case .imdbRm: 2
    case .openimages: 3
    case .yfcc: 4
    case .yfccHash: 5
    case .coco: 6
    case .url: 7
    case .sha256: 8
    case .sha1: 9
    case .md5: 10
    case .file: 11
    case .flickrSet, .nsid, .flickrUser: nil
    }
  }

  /// Whether lists carry its keys beside the images' own names, or leave them out: hashes and accounts. Where no list
  /// has any, that one is not found says nothing.
  package var isOptional: Bool {
    switch self {
    case .nsid, .flickrUser, .yfccHash: true
    default: namesContents
    }
  }

  /// Whether it names the bytes of a file, which equal pictures of different people have in common.
  package var namesContents: Bool {
    switch self {
    case .md5, .sha1, .sha256: true
    default: false
    }
  }

  /// What its keys are, in the plural.
  package var plural: String {
    switch self {
    case .md5: "MD5 hashes"
    case .sha1: "SHA-1 hashes"
    case .sha256: "SHA-256 hashes"
    case .nsid: "ids of Flickr accounts (nsid)"
    case .flickrUser: "names of Flickr accounts (flickr-user)"
    case .yfccHash: "hashes of YFCC100M (yfcc-hash)"
    default: "identifiers of the kind \(name)"
    }
  }

  /// Why a key is neither found nor not found where no list has any of its kind.
  package static func unsearchableReason(_ namespace: Namespace?) -> String {
    "no list of this index has \(namespace?.plural ?? "such identifiers"), so that none can be found"
  }

  /// The namespace of this name, in ASCII letters of any case; nil if there is none.
  package init?(name: Span<UInt8>) {
    guard let candidate = Self.candidate(count: name.count, first: name.isEmpty ? 0 : name[0]),
      name.hasPrefix(candidate.spelling, anyCase: true)
    else { return nil }
    self = candidate
  }

  /// The namespace of this name, in ASCII letters of any case; nil if there is none.
  package init?(name: some StringProtocol) {
    let bytes = Array(name.utf8)
    self.init(name: bytes.span)
  }

  /// Length and first letter tell all names apart, so one comparison settles the rest.
  private static func candidate(count: Int, first: UInt8) -> Namespace? {
    switch (count, ASCII.lowercased(first)) {
    case (3, UInt8(ascii: "u")): .url
    case (3, UInt8(ascii: "m")): .md5
    case (4, UInt8(ascii: "c")): .coco
    case (4, UInt8(ascii: "y")): .yfcc
    case (4, UInt8(ascii: "n")): .nsid
    case (4, UInt8(ascii: "i")): .imdb
    case (4, UInt8(ascii: "s")): .sha1
    case (4, UInt8(ascii: "f")): .file
    case (6, UInt8(ascii: "f")): .flickr
    case (6, UInt8(ascii: "s")): .sha256
    case (7, UInt8(ascii: "i")): .imdbRm
    case (10, UInt8(ascii: "f")): .flickrSet
    case (10, UInt8(ascii: "o")): .openimages
    case (11, UInt8(ascii: "f")): .flickrUser
    case (9, UInt8(ascii: "y")): .yfccHash
    default: nil
    }
  }
}
