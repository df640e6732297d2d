// The names and numbers of what the index keeps in its LMDB environment.
//
//   meta                        "format", "program", "secret", "generation.<namespace>", "next-dataset"
//   datasets                    dataset number (2 bytes) -> DatasetRecord
//   sets                        namespace (1), set number (4) -> count of keys (8), tokens (2 each)
//   keys.<namespace>.<generation>       fence (8 or 16 bytes) -> KeyBlock
//   listings.<namespace>.<generation>   fence, part number (2) -> ListingPart
//
// Keys are big-endian, since LMDB compares them as bytes; everything else is little-endian. A generation that
// `meta` does not name is the rest of a merge that did not end, and is swept when the index is opened.

/// Format version, sub-database names, limits of LMDB's own.
enum IndexFormat {
  /// The format that this program writes, and the newest that it reads.
  static let version = 1
  static let meta = "meta"
  static let datasets = "datasets"
  static let sets = "sets"
  static let formatKey = Array("format".utf8)
  static let programKey = Array("program".utf8)
  static let secretKey = Array("secret".utf8)
  static let nextDatasetKey = Array("next-dataset".utf8)
  /// Sub-databases open at once: meta, datasets, sets, and two a namespace in two generations, with room.
  static let databasesMax = 128

  static func generationKey(_ space: KeySpace) -> [UInt8] { Array("generation.\(space.name)".utf8) }
  static func keys(_ space: KeySpace, _ generation: Int) -> String { "keys.\(space.name).\(generation)" }
  static func listings(_ space: KeySpace, _ generation: Int) -> String {
    "listings.\(space.name).\(generation)"
  }

  static func setKey(_ space: KeySpace, _ set: UInt32) -> [UInt8] {
    var key = [space.id]
    BigEndian.append(UInt64(set), bytes: 4, to: &key)
    return key
  }

  static func datasetKey(_ number: Int) -> [UInt8] {
    var key: [UInt8] = []
    BigEndian.append(UInt64(number), bytes: 2, to: &key)
    return key
  }
}
