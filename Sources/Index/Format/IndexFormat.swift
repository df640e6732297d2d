// The names and numbers of what the index keeps in its LMDB environment.
//
//   meta                        "format", "program", "secret", "secret-check", "generation.<namespace>",
//                               "next-dataset", "unfinished.<sub-database>", "remains" (see Remains),
//                               "exchange-key" (see ExchangeKey), "sum.<sub-database>" (see SummedRecords),
//                               "young.<namespace>": how many keys of its young level its generation has too
//   datasets                    dataset number (2 bytes) -> DatasetRecord
//   sets                        namespace (1), set number (4) -> count of keys (8), tokens (2 each)
//   keys.<namespace>.<generation>       fence (8 or 12 bytes), BlockHeader -> KeyBlock
//   listings.<namespace>.<generation>   fence, part number (2) -> ListingPart
//   young-keys.<namespace>, young-listings.<namespace>   the same for the young level; missing until there is one
//   suppressed                  see Suppressions; missing where nothing was ever suppressed
//   keyrings                    see Keyrings; missing where nothing was imported from another index
//   receipts                    see ErasureRecord; missing where nothing was ever erased
//
// Keys are big-endian, since LMDB compares them as bytes; everything else is little-endian.
//
// Invariant: a sub-database is swept only if `meta` says so. Either it is named as unfinished (from the transaction
// that creates it until the one that makes it current), or a later generation of its namespace is current.

/// Format version, sub-database names, limits of LMDB's own.
enum IndexFormat {
  /// The format that this program writes, and the newest that it reads.
  static let version = 2
  static let meta = "meta"
  static let datasets = "datasets"
  static let sets = "sets"
  static let suppressed = "suppressed"
  static let keyrings = "keyrings"
  static let receipts = "receipts"
  /// All but those of generations.
  static let records = [meta, datasets, sets, suppressed, keyrings, receipts]
  static let formatKey = Array("format".utf8)
  static let programKey = Array("program".utf8)
  static let secretKey = Array("secret".utf8)
  /// Tells a damaged secret from a sound one; missing in indexes of version 0.1.0.
  static let secretCheckKey = Array("secret-check".utf8)
  static let nextDatasetKey = Array("next-dataset".utf8)
  static let remainsKey = Array("remains".utf8)
  static let exchangeKey = Array("exchange-key".utf8)
  /// Sub-databases open at once: the records, and two a namespace in two generations and a young level, with room.
  static let databasesMax = 192

  static let generationPrefix = "generation."
  static let unfinishedPrefix = "unfinished."
  static let youngPrefix = "young."
  static let sumPrefix = "sum."
  /// Those whose records sum up to what `meta` says.
  static let summed = [datasets, sets, suppressed, keyrings]

  static func generationKey(_ space: KeySpace) -> [UInt8] { Array((generationPrefix + space.name).utf8) }
  static func sumKey(_ database: String) -> [UInt8] { Array((sumPrefix + database).utf8) }
  static func unfinishedKey(_ database: String) -> [UInt8] { Array((unfinishedPrefix + database).utf8) }
  static func keys(_ space: KeySpace, _ generation: Int) -> String { "keys.\(space.name).\(generation)" }
  static func listings(_ space: KeySpace, _ generation: Int) -> String {
    "listings.\(space.name).\(generation)"
  }
  /// Both sub-databases of a generation.
  static func databases(_ space: KeySpace, _ generation: Int) -> [String] {
    [keys(space, generation), listings(space, generation)]
  }

  static func youngKey(_ space: KeySpace) -> [UInt8] { Array((youngPrefix + space.name).utf8) }
  static func youngKeys(_ space: KeySpace) -> String { "young-keys.\(space.name)" }
  static func youngListings(_ space: KeySpace) -> String { "young-listings.\(space.name)" }
  /// Both sub-databases of a young level.
  static func youngDatabases(_ space: KeySpace) -> [String] { [youngKeys(space), youngListings(space)] }

  /// The namespace and the generation that a sub-database's name gives; nil for a name of any other kind.
  static func generation(of database: String) -> (space: Substring, generation: Int)? {
    let parts = database.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "keys" || parts[0] == "listings", let generation = Int(parts[2]),
      generation > 0, String(generation) == parts[2]
    else { return nil }
    return (parts[1], generation)
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
