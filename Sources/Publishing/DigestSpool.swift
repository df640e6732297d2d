// Digests with a mark each, taken out in their order, however many come. They go to buckets by their first byte: what is
// full goes to a file without a name, so that nothing of it outlives the program, and one bucket at a time is sorted in
// memory.

package import Console
import Glibc
import Platform

package struct MarkedDigest {
  package let digest: KeyDigest
  package let mark: UInt32
}

package struct DigestSpool: ~Copyable {
  package static let bucketCount = 256
  private static let recordBytes = KeyDigest.byteCount + 4
  private static let pieceBytes = 3_200 * recordBytes

  private let folder: String
  private var file = Descriptor.none
  private var fileBytes = 0
  /// What is not in the file yet, by bucket.
  private var pieces: [[UInt8]]
  /// Where the pieces of each bucket are.
  private var places: [[Int]]

  /// - Parameter folder: where the file is made.
  package init(folder: String) {
    self.folder = folder
    pieces = Array(repeating: [], count: Self.bucketCount)
    places = Array(repeating: [], count: Self.bucketCount)
  }

  package mutating func append(_ digest: KeyDigest, mark: UInt32) throws(Trouble) {
    let bucket = digest.prefix(8)
    BigEndian.append(digest.high, byteCount: 8, to: &pieces[bucket])
    BigEndian.append(digest.low, byteCount: 8, to: &pieces[bucket])
    BigEndian.append(UInt64(mark), byteCount: 4, to: &pieces[bucket])
    guard pieces[bucket].count == Self.pieceBytes else { return }
    let piece = pieces[bucket]
    do throws(SystemFailure) {
      if fileBytes == 0 { try open() }
      try file.writeAll(piece.span)
    } catch {
      throw Trouble("cannot write to \(folder)", error)
    }
    places[bucket].append(fileBytes)
    fileBytes += Self.pieceBytes
    pieces[bucket] = []
    pieces[bucket].reserveCapacity(Self.pieceBytes)
  }

  private mutating func open() throws(SystemFailure) {
    let path = PartFile<SystemFailure>.unforeseenPath(beside: "\(folder)/spool")
    file = try Descriptor(opening: path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW)
    try Folder<SystemFailure>.removeFile(path)
  }

  /// What came into a bucket, sorted by digest. O(n log n).
  package func sorted(_ bucket: Int) throws(Trouble) -> [MarkedDigest] {
    var records: [MarkedDigest] = []
    records.reserveCapacity(
      (places[bucket].count * Self.pieceBytes + pieces[bucket].count) / Self.recordBytes)
    var piece = [UInt8](repeating: 0, count: Self.pieceBytes)
    for place in places[bucket] {
      let what = "cannot read back from \(folder)"
      let count = try Trouble.wrapping(what, try file.read(Self.pieceBytes, at: place, into: &piece))
      guard count == Self.pieceBytes else { throw Trouble(what, code: EIO) }
      Self.unpack(piece.span, to: &records)
    }
    let rest = pieces[bucket]
    Self.unpack(rest.span, to: &records)
    records.sort { $0.digest < $1.digest }
    return records
  }

  private static func unpack(_ bytes: Span<UInt8>, to records: inout [MarkedDigest]) {
    for offset in stride(from: 0, to: bytes.count, by: recordBytes) {
      records.append(
        MarkedDigest(
          digest: KeyDigest(
            high: BigEndian.word(bytes, at: offset), low: BigEndian.word(bytes, at: offset + 8)),
          mark: UInt32(truncatingIfNeeded: BigEndian.number(bytes, at: offset + 16, byteCount: 4))))
    }
  }
}
