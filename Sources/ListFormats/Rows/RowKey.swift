// The namespaces in which a row can give keys, by the names that the wire form has for them (PROTOCOL.md,
// `ROWS`). This target only cuts columns; what a value must look like is decided by who keys it.

import ByteText

/// A namespace of keys.
enum RowKey: CaseIterable {
  case flickr, flickrSet, coco, yfcc, openImages, imdbPage, url, account, flickrUser, imdb, md5, sha1, sha256,
    file, yfccHash

  /// The namespace with this name, or nil.
  init?(_ name: Span<UInt8>) {
    for key in Self.allCases where name.equals(key.name) {
      self = key
      return
    }
    return nil
  }

  /// The name of the namespace, and of the field.
  var name: StaticString {
    switch self {
    case .flickr: "flickr"
    case .flickrSet: "flickr-set"
    case .coco: "coco"
    case .yfcc: "yfcc"
    case .openImages: "openimages"
    case .imdbPage: "imdb-rm"
    case .url: "url"
    case .account: "nsid"
    case .flickrUser: "flickr-user"
    case .imdb: "imdb"
    case .md5: "md5"
    case .sha1: "sha1"
    case .sha256: "sha256"
    case .file: "file"
    case .yfccHash: "yfcc-hash"
    }
  }

  /// Whether such a key names an image, not an account or an album.
  var namesImage: Bool {
    switch self {
    case .account, .flickrUser, .flickrSet: false
    default: true
    }
  }

  /// The bytes of a hash of this namespace; nil if it is none.
  var hashBytes: Int? {
    switch self {
    case .md5: 16
    case .sha1: 20
    case .sha256: 32
    default: nil
    }
  }
}
