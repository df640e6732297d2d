// The names that the wire form gives to the parts of a row (PROTOCOL.md, `ROWS`). Kept here as bytes, since
// this target only cuts columns and never keys them.

/// Names of fields.
enum RowFieldNames {
  /// The namespaces of keys.
  static let namespaces: [[UInt8]] = [
    "flickr", "flickr-set", "coco", "yfcc", "openimages", "imdb-rm", "url", "nsid", "flickr-user", "imdb",
    "md5",
    "sha1", "sha256", "file",
  ].map { Array($0.utf8) }

  /// The field that holds the form as listed.
  static let listed = Array("listed".utf8)

  /// Whether a row can have a field of this name.
  static func isKnown(_ name: Span<UInt8>) -> Bool {
    for known in namespaces where known.count == name.count && name.starts(with: known) { return true }
    return listed.count == name.count && name.starts(with: listed)
  }
}
