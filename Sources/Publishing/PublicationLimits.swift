// Every bound of a publication (docs/published.md).

package enum PublicationLimits {
  /// Rows that a file has on average, at most, until there are as many files as there may be.
  package static let meanRowsMax = 1_000
  /// Bits of a digest that name its file.
  package static let bitsMax = 24
  /// Of these bits, those that tell the files of one section apart.
  static let sectionBits = 8
  /// Different sets of datasets in one file.
  package static let setsMax = Int(UInt16.max)
  package static let headBytesMax = 8_192
  package static let manifestBytesMax = 32 << 20
  package static let fileBytesMax = 64 << 20
  /// Datasets of a publication.
  package static let datasetsMax = Int(UInt16.max)

  /// The number of a publication, which grows from the seconds since 1970.
  package static let sequenceMax = 1 << 53

  /// Bytes of fetched files that are kept, those of all publications together. A file of more than an eighth is not kept.
  package static let cacheBytesMax = 256 << 20
  package static let cachedFilesMax = 16_384

  /// How many bits name the file of a digest where there are so many keys.
  package static func bits(keys: Int) -> Int {
    var bits = 0
    while bits < bitsMax, keys > meanRowsMax << bits { bits += 1 }
    return bits
  }

  /// The size that all files of a publication have, where the longest needs `byteCount`: the next of 4, 5, 6, 7, 8, 10, 12,
  /// 14, 16 ... KiB. Few sizes, so that a load seldom changes the size of all files.
  package static func fileBytes(holding byteCount: Int) -> Int {
    var unit = 1_024
    while byteCount > 8 * unit { unit *= 2 }
    return max(4, (byteCount + unit - 1) / unit) * unit
  }
}
