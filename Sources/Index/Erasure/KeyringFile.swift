// A keyring as bytes, for another index: what is sealed in a file of suppressions.
//
//   "whichset suppressions 1\n"
//   secret of the texts (16), secret of the suppressions (16), seconds since 1970 of the export (8), how many follow (8)
//   each: digest (16), seconds since 1970 (8), digest of the key that was given (16); in the order of the digests

private enum Layout {
  static let magic = Array("whichset suppressions 1\n".utf8)
  static let name = Array("whichset suppressions ".utf8)
  static let headerBytes = magic.count + 48
  static let rowBytes = 40
}

/// Writes a keyring, piece by piece.
package struct KeyringWriter {
  /// Suppressions that it has.
  package let count: Int
  private let header: [UInt8]
  private let rows: [(digest: SuppressionDigest, suppression: Suppression)]
  private var next = -1

  private static let rowsAPiece = 4_096

  /// What an index suppresses itself; nil where that is nothing.
  ///
  /// - Parameter now: seconds since 1970, UTC.
  package init?(_ snapshot: Snapshot, now: Int) {
    guard let secret = snapshot.suppressions.secret, !snapshot.suppressions.isEmpty else { return nil }
    rows = snapshot.suppressions.byDigest.map { ($0, $1) }.sorted { $0.digest < $1.digest }
    count = rows.count
    var header = Layout.magic + snapshot.secret.stored + secret.stored
    LittleEndian.append(UInt64(max(0, now)), bytes: 8, to: &header)
    LittleEndian.append(UInt64(count), bytes: 8, to: &header)
    self.header = header
  }

  /// Appends the next piece; false where there is none.
  package mutating func append(to output: inout [UInt8]) -> Bool {
    guard next < rows.count else { return false }
    guard next >= 0 else {
      output += header
      next = 0
      return true
    }
    let end = min(next + Self.rowsAPiece, rows.count)
    for row in rows[next..<end] { output += row.digest.stored + row.suppression.stored }
    next = end
    return true
  }
}

/// Reads a keyring as it comes.
package struct KeyringReader {
  private var ring: Keyring?
  private var held: [UInt8] = []
  private var count = 0
  private var last: SuppressionDigest?
  private let limits: IndexLimits

  package init(limits: IndexLimits) { self.limits = limits }

  /// Takes more bytes. Throws `unfit` where they are no keyring.
  package mutating func take(_ bytes: [UInt8]) throws(IndexError) {
    held += bytes
    if ring == nil {
      guard held.count >= Layout.headerBytes || !Layout.name.starts(with: held.prefix(Layout.name.count))
      else {
        return
      }
      try readHeader()
    }
    var start = 0
    while start + Layout.rowBytes <= held.count {
      try readRow(held[start..<(start + Layout.rowBytes)])
      start += Layout.rowBytes
    }
    held.removeFirst(start)
  }

  /// The keyring, all of which was taken.
  package func finish() throws(IndexError) -> Keyring {
    guard let ring, held.isEmpty, ring.count == count else { throw Self.damaged }
    return ring
  }

  private mutating func readHeader() throws(IndexError) {
    guard held.starts(with: Layout.magic), held.count >= Layout.headerBytes else {
      if held.starts(with: Layout.name) {
        throw .unfit("the file's format is of another version of whichset; export it with this one")
      }
      throw .unfit("the file holds no suppressions")
    }
    func bytes(_ start: Int, _ count: Int) -> [UInt8] {
      Array(held[(Layout.magic.count + start)..<(Layout.magic.count + start + count)])
    }
    func word(_ start: Int) -> Int? {
      Int(exactly: LittleEndian.load(8, from: bytes(start, 8).rawSpan, at: 0))
    }
    guard let textSecret = IndexSecret(stored: bytes(0, 16)), let secret = IndexSecret(stored: bytes(16, 16)),
      let exported = word(32), let count = word(40)
    else { throw Self.damaged }
    guard count <= limits.importedSuppressionsMax else {
      throw .full("an index takes at most \(limits.importedSuppressionsMax) suppressions of others")
    }
    ring = Keyring(textSecret: textSecret, secret: secret, exported: exported)
    self.count = count
    held.removeFirst(Layout.headerBytes)
  }

  private mutating func readRow(_ bytes: ArraySlice<UInt8>) throws(IndexError) {
    let row = Array(bytes)
    guard let digest = SuppressionDigest(stored: row.rawSpan.extracting(first: 16)),
      let suppression = Suppression(stored: row.rawSpan.extracting(droppingFirst: 16)),
      last.map({ $0 < digest }) ?? true, ring?.insert(digest, suppression) == true
    else { throw Self.damaged }
    last = digest
  }

  private static var damaged: IndexError { .unfit("the file does not hold what it says; export it again") }
}
