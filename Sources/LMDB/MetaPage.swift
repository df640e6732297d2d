// The first two pages of a data file, to which LMDB writes its commits in turn. It has no checksum of them: one flipped bit in
// a commit's number makes an earlier commit the newest. So behind each commit goes a seal: a copy of what LMDB wrote, in a
// part of the page that it neither uses nor reads. A file without seals, as a copy by LMDB is, gets them when it is opened.
//
// A seal is written only when its commit is on the disk. So a seal can be missing, or be that of the commit before the last
// one in its page; it is never that of a later one.

/// The beginning of one of the two pages.
package struct MetaPage: Sendable {
  /// How much of a page this needs.
  package static let byteCount = sealOffset + mark.count + commitBytes.count

  private let bytes: [UInt8]

  /// The first `byteCount` bytes of a page.
  package init(_ bytes: [UInt8]) {
    precondition(bytes.count == Self.byteCount)
    self.bytes = bytes
  }

  // Where LMDB has what in such a page (`MDB_page`, `MDB_meta` in its mdb.c), on machines of 64 bits.
  private static let flagsOffset = 10
  private static let metaFlag = 8
  private static let magicOffset = 16
  private static let magic = 0xBEEF_C0DE
  private static let versionOffset = 20
  private static let version = 1
  private static let pageBytesOffset = 40
  private static let numberOffset = 144
  /// `MDB_meta`.
  private static let commitBytes = 16..<152

  /// In a disk's sector of its own, which is never written halfway together with LMDB's.
  static let sealOffset = 1_024
  private static let mark = Array("commit:1".utf8)

  /// Whether it is LMDB's, in the format of its versions 0.9.
  package var isLMDB: Bool {
    integer(2, at: Self.flagsOffset) & Self.metaFlag != 0 && integer(4, at: Self.magicOffset) == Self.magic
      && integer(4, at: Self.versionOffset) == Self.version
  }

  /// The size of the file's pages, as the first of the two has it.
  package var pageBytes: Int { integer(4, at: Self.pageBytesOffset) }

  /// The number of the commit.
  package var number: UInt64 { UInt64(truncatingIfNeeded: integer(8, at: Self.numberOffset)) }

  /// Whether the page has the seal of the commit that it has.
  var isSealed: Bool { seal == bytes[Self.commitBytes] }

  /// The seal of the commit that it has, to be written to `sealOffset`.
  var newSeal: [UInt8] { Self.mark + bytes[Self.commitBytes] }

  /// Why two pages cannot be as they were written; nil where they can.
  ///
  /// What the older commit is does not matter, as long as it is the older one.
  package static func damage(_ even: MetaPage, _ odd: MetaPage) -> String? {
    // They are written in turn, even numbers to the first; both are 0 in a new file.
    let (first, second) = (even.number, odd.number)
    let areInTurn = first % 2 == 0 && (second % 2 == 1 || second == 0)
    guard areInTurn, max(first, second) - min(first, second) <= 1 else {
      return "the numbers of the last two commits, \(first) and \(second), cannot both be right"
    }
    let (newest, older) = first < second ? (odd, even) : (even, odd)
    if newest.isRenumbered || !newest.canFollowSeal {
      return "the newest commit, \(newest.number), is not as it was written"
    }
    if let sealed = older.sealedNumber, sealed > older.number {
      return "commit \(sealed) is there no more: \(older.number) is in its place"
    }
    return nil
  }

  /// Whether the commit is the one that is sealed, or one that came after it.
  private var canFollowSeal: Bool { isSealed || sealedNumber.map { $0 < number } ?? true }

  /// Whether the commit is the one that is sealed, but for its number. No two commits are alike: each has new pages.
  private var isRenumbered: Bool {
    guard let seal, sealedNumber != number else { return false }
    return seal.prefix(Self.numberOffset - Self.commitBytes.lowerBound)
      .elementsEqual(bytes[Self.commitBytes.lowerBound..<Self.numberOffset])
  }

  /// What is sealed; nil where nothing is.
  private var seal: ArraySlice<UInt8>? {
    let start = Self.sealOffset + Self.mark.count
    return bytes[Self.sealOffset..<start] == Self.mark[...] ? bytes[start...] : nil
  }

  private var sealedNumber: UInt64? {
    guard seal != nil else { return nil }
    let place = Self.sealOffset + Self.mark.count + Self.numberOffset - Self.commitBytes.lowerBound
    return UInt64(truncatingIfNeeded: integer(8, at: place))
  }

  private func integer(_ count: Int, at place: Int) -> Int {
    bytes[place..<(place + count)].reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
