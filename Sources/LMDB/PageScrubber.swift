// Pages hold more than what is stored: room between their nodes, and behind a long value. LMDB fills it with what its memory
// held before, values that were deleted included, and a compacting copy takes it along. This zeroes it in a copy while that
// is written, page by page.
//
// A long value lies on pages of its own, in front of the leaf that says how long it is. So some zeroes are due on pages that
// were written before (`takeRanges`).

/// Zeroes the unused bytes of a compacting copy. Its bytes come in order, in any pieces.
package struct PageScrubber: Sendable {
  /// Bytes of a page.
  private let pageBytes: Int
  /// Where the next page begins.
  private var offset = 0
  /// Pages of the present long value that are still to come.
  private var valuePages = 0
  /// Unused ranges that lie ahead, by their pages.
  private var ahead: [Int: Range<Int>] = [:]
  /// Ranges of the copy that were passed and are to be zeroed.
  private var behind: [Range<Int>] = []

  // Where mdb.c has what in a page (`MDB_page`) and in a node (`MDB_node`), on machines of 64 bits.
  private static let headerBytes = 16
  private static let (flagsOffset, lowerOffset, upperOffset) = (10, 12, 14)
  private static let (branchFlag, leafFlag, overflowFlag): (Int, Int, Int) = (0x01, 0x02, 0x04)
  private static let fixedFlag = 0x20
  private static let nodeBytes = 8
  private static let bigFlag = 0x01

  package init(pageBytes: Int) { self.pageBytes = pageBytes }

  /// Zeroes what is unused in the whole pages at the front of `bytes`.
  ///
  /// - Returns: how many bytes these are; what is behind them is to be given again.
  package mutating func scrub(_ bytes: inout [UInt8], count: Int) -> Int {
    var place = 0
    while place + pageBytes <= count {
      scrubPage(&bytes, at: place)
      place += pageBytes
      offset += pageBytes
    }
    return place
  }

  /// Ranges of the copy to be zeroed, once all that was scrubbed has been written.
  package mutating func takeRanges() -> [Range<Int>] {
    defer { behind = [] }
    return behind
  }

  private mutating func scrubPage(_ bytes: inout [UInt8], at place: Int) {
    if valuePages == 0 {
      let flags = Self.short(bytes, place + Self.flagsOffset)
      if flags & Self.overflowFlag != 0 {
        valuePages =
          Self.short(bytes, place + Self.lowerOffset) | Self.short(bytes, place + Self.upperOffset) << 16
      } else if flags & (Self.branchFlag | Self.leafFlag) != 0 {
        scrubNodes(&bytes, at: place, isLeaf: flags & Self.leafFlag != 0 && flags & Self.fixedFlag == 0)
      }
    }
    valuePages = max(0, valuePages - 1)
    // The end of a value whose leaf came first.
    guard !ahead.isEmpty, let unused = ahead.removeValue(forKey: offset / pageBytes) else { return }
    for byte in unused { bytes[place + byte - offset] = 0 }
  }

  private mutating func scrubNodes(_ bytes: inout [UInt8], at place: Int, isLeaf: Bool) {
    let (lower, upper) = (
      Self.short(bytes, place + Self.lowerOffset), Self.short(bytes, place + Self.upperOffset)
    )
    // A page that is not as LMDB writes it is left as it is, for whoever verifies the copy.
    guard lower >= Self.headerBytes, lower <= upper, upper <= pageBytes else { return }
    for byte in lower..<upper { bytes[place + byte] = 0 }
    guard isLeaf else { return }
    for pointer in stride(from: Self.headerBytes, to: lower, by: 2) {
      let node = Self.short(bytes, place + pointer)
      guard node + Self.nodeBytes <= pageBytes else { return }
      let flags = Self.short(bytes, place + node + 4)
      let pageNumber = place + node + Self.nodeBytes + Self.short(bytes, place + node + 6)
      guard flags & Self.bigFlag != 0, pageNumber + 8 <= place + pageBytes else { continue }
      let size = Self.short(bytes, place + node) | Self.short(bytes, place + node + 2) << 16
      note(
        valueOf: size, onPage: (0..<3).reduce(0) { $0 | Self.short(bytes, pageNumber + 2 * $1) << (16 * $1) })
    }
  }

  /// Notes the unused end of a long value's last page.
  private mutating func note(valueOf size: Int, onPage number: Int) {
    let start = number * pageBytes + Self.headerBytes + size
    let end = (start + pageBytes - 1) / pageBytes * pageBytes
    guard start < end else { return }
    if end <= offset { behind.append(start..<end) } else { ahead[end / pageBytes - 1] = start..<end }
  }

  private static func short(_ bytes: [UInt8], _ place: Int) -> Int {
    Int(bytes[place]) | Int(bytes[place + 1]) << 8
  }
}
