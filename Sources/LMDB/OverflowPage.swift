// What LMDB keeps in front of a value that is too long for a leaf: a page header with the number of the value's pages. A
// look-up does without it, but a copy or a deletion trusts it, so a check of the data has to look at it.

internal import Glibc

/// The first page of a long value.
package enum OverflowPage {
  /// Bytes of a page's header (`PAGEHDRSZ` of mdb.c), behind which the value begins.
  private static let headerBytes = 16
  /// Where in it the flags are, and the count of pages.
  private static let (flagsOffset, countOffset) = (10, 12)
  /// `P_OVERFLOW`, and with `P_BRANCH` and `P_LEAF` the kinds that a page is one of.
  private static let (overflowFlag, kindFlags): (UInt16, UInt16) = (0x04, 0x07)

  /// Whether `value`, as a transaction lends it, has pages of its own with a header that LMDB cannot have written.
  package static func isDamaged(_ value: RawSpan) -> Bool {
    let pageBytes = Int(sysconf(Int32(_SC_PAGESIZE)))
    return unsafe value.withUnsafeBytes { bytes in
      // Within a leaf, nothing begins so near to the page's beginning.
      guard let start = bytes.baseAddress, Int(bitPattern: start) & (pageBytes - 1) == headerBytes else {
        return false
      }
      // Safe: the header is on the same page of the map as the value's first byte.
      let header = unsafe UnsafeRawBufferPointer(start: start - headerBytes, count: headerBytes)
      let flags = unsafe header.loadUnaligned(fromByteOffset: flagsOffset, as: UInt16.self)
      let count = unsafe header.loadUnaligned(fromByteOffset: countOffset, as: UInt32.self)
      return flags & kindFlags != overflowFlag
        || Int(count) != (headerBytes + bytes.count + pageBytes - 1) / pageBytes
    }
  }
}
