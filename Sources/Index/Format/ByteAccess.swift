// Arrays of bytes as LMDB's keys and values, and back; and bytes asked for ahead of their use.

internal import CLinux
internal import LMDB

/// Hints to the processor's caches.
enum Prefetch {
  /// Asks for the cache line of a byte that will be read soon. O(1), and does not wait.
  @inline(__always)
  static func line(of bytes: Span<UInt8>, at offset: Int) {
    // Safe: an address is only named, not read; a prefetch never faults.
    unsafe bytes.withUnsafeBufferPointer { unsafe whichset_prefetch($0.baseAddress! + offset) }
  }
}

extension Array where Element == UInt8 {
  /// The array's bytes.
  var rawSpan: RawSpan {
    @_lifetime(borrow self)
    get {
      // Safe: bytes have no padding to see.
      unsafe span.bytes
    }
  }
}

extension RawSpan {
  /// The bytes, copied out of LMDB's map.
  var copied: [UInt8] {
    // Safe: each offset is inside the span, and a byte has no invalid patterns.
    byteOffsets.map { unsafe unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
  }
}

extension Transaction where Self: ~Copyable {
  /// A copy of the value under `key`, for small records.
  borrowing func record(_ key: [UInt8], in database: Database) throws(LMDBError) -> [UInt8]? {
    guard let value = try get(key.rawSpan, in: database) else { return nil }
    return value.copied
  }
}

extension WriteTransaction {
  /// Stores a record.
  mutating func put(_ key: [UInt8], _ value: [UInt8], in database: Database, flags: PutFlags = [])
    throws(LMDBError)
  {
    try put(key.rawSpan, value.rawSpan, in: database, flags: flags)
  }
}
