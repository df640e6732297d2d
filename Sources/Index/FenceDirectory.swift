// The fence directory: in memory, for each block of a namespace, its fence, the address of its page in LMDB's map
// and what its header says. A lookup goes from the leading bits of a key straight to its few candidate fences and
// from there to the key's place in the page, so that no tree is walked and no header is read. Immutable once made; good exactly as long as the read transaction in which it was made.

internal import LMDB

/// Which blocks of a namespace a change in place took away and stored.
struct DirectoryEdit {
  /// Fences whose old block is gone, those that were stored again included.
  var removed: Set<StoredKey> = []
  /// Fences of the blocks that were stored, in order.
  var added: [StoredKey] = []
}

/// The fences and pages of one namespace, ordered.
///
/// Unchecked: all memory is written in `init` and only read afterwards, so sharing it between threads is safe.
@safe final class FenceDirectory: @unchecked Sendable {
  /// A block: its fence and where its page is.
  @safe struct Place {
    var fence: StoredKey
    var page: UnsafeRawBufferPointer
  }

  /// A block as the hot path needs it: half a cache line.
  @unsafe struct Block {
    let page: UnsafeRawPointer
    let low: UInt64
    let scale: UInt64
    private let words: UInt64

    /// Reads the header of the block at `page`, which is as `KeyBlock` lays it out.
    init(_ page: UnsafeRawPointer) {
      unsafe self.page = unsafe page
      unsafe low = UInt64(littleEndian: page.load(fromByteOffset: 16, as: UInt64.self))
      unsafe scale = UInt64(littleEndian: page.load(fromByteOffset: 24, as: UInt64.self))
      unsafe words = UInt64(littleEndian: page.load(fromByteOffset: 8, as: UInt64.self))
    }

    @inline(__always) var count: Int { unsafe Int(words & 0xFFFF) }
    @inline(__always) var keyBytes: Int { unsafe Int(words >> 16 & 0x7F) }
    @inline(__always) var hasSecondHalf: Bool { unsafe words >> 23 & 1 == 1 }
    @inline(__always) var setBytes: Int { unsafe Int(words >> 24 & 0xFF) }
    @inline(__always) var setBase: UInt32 { unsafe UInt32(truncatingIfNeeded: words >> 32) }
    @inline(__always) var secondHalvesOffset: Int { unsafe KeyBlock.headerBytes + count * keyBytes }
    @inline(__always) var setsOffset: Int {
      unsafe secondHalvesOffset + (hasSecondHalf ? count * 8 : 0)
    }
  }

  /// What the hot path needs, without a reference to count.
  @unsafe struct View {
    var count = 0
    var shift: UInt64 = 64
    var fences: UnsafePointer<UInt64>
    var secondHalves: UnsafePointer<UInt64>?
    var blocks: UnsafePointer<Block>
    var firstInBucket: UnsafePointer<UInt32>
  }

  let count: Int
  let view: View
  private let fences: UnsafeMutablePointer<UInt64>
  private let secondHalves: UnsafeMutablePointer<UInt64>?
  private let blocks: UnsafeMutablePointer<Block>
  private let byteCounts: UnsafeMutablePointer<UInt16>
  private let firstInBucket: UnsafeMutablePointer<UInt32>

  /// Makes a directory of `places`, ordered by fence. O(n).
  init(_ places: [Place], hasSecondHalf: Bool) {
    // Safe throughout: each array is allocated for as many elements as are initialised below.
    count = places.count
    let capacity = max(1, places.count)
    unsafe fences = .allocate(capacity: capacity)
    unsafe secondHalves = hasSecondHalf ? .allocate(capacity: capacity) : nil
    unsafe blocks = .allocate(capacity: capacity)
    unsafe byteCounts = .allocate(capacity: capacity)
    var bits: UInt64 = 0
    while 1 << bits < places.count { bits += 1 }
    let buckets = 1 << Int(bits)
    unsafe firstInBucket = .allocate(capacity: buckets + 1)
    let shift = 64 - bits
    var bucket = 0
    for (index, place) in places.enumerated() {
      unsafe (fences + index).initialize(to: place.fence.high)
      if let secondHalves = unsafe secondHalves {
        unsafe (secondHalves + index).initialize(to: place.fence.low)
      }
      unsafe (blocks + index).initialize(to: Block(place.page.baseAddress!))
      unsafe (byteCounts + index).initialize(to: UInt16(clamping: place.page.count))
      // A bucket's first fence is the first that is not below the bucket's smallest key.
      let own = shift == 64 ? 0 : Int(place.fence.high >> shift)
      while bucket <= own {
        unsafe (firstInBucket + bucket).initialize(to: UInt32(index))
        bucket += 1
      }
    }
    while bucket <= buckets {
      unsafe (firstInBucket + bucket).initialize(to: UInt32(max(0, places.count - 1)))
      bucket += 1
    }
    unsafe view = View(
      count: places.count, shift: shift, fences: UnsafePointer(fences),
      secondHalves: UnsafePointer(secondHalves), blocks: UnsafePointer(blocks),
      firstInBucket: UnsafePointer(firstInBucket))
  }

  deinit {
    // Safe: only this object owns the arrays, all of trivial types, and no view outlives the snapshot that holds it.
    unsafe fences.deallocate()
    unsafe secondHalves?.deallocate()
    unsafe blocks.deallocate()
    unsafe byteCounts.deallocate()
    unsafe firstInBucket.deallocate()
  }

  /// The block at `index`.
  func place(_ index: Int) -> Place {
    precondition(index >= 0 && index < count)
    // Safe: in bounds by the precondition.
    return unsafe Place(
      fence: StoredKey(high: fences[index], low: secondHalves?[index] ?? 0),
      page: UnsafeRawBufferPointer(start: blocks[index].page, count: Int(byteCounts[index])))
  }

  /// The index of the only block that can hold `key`: the first whose fence is not below it, else the last.
  /// Requires a block. O(log n).
  func blockIndex(for key: StoredKey) -> Int {
    var low = 0
    var high = count - 1
    while low < high {
      let middle = (low + high) / 2
      if place(middle).fence < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// This directory with some blocks edited; the pages of the new ones are looked up in `transaction`.
  /// O(blocks): a copy of 16 bytes a block.
  func applying(
    _ edit: DirectoryEdit, _ database: Database, in transaction: borrowing ReadTransaction,
    hasSecondHalf: Bool
  ) throws(LMDBError) -> FenceDirectory {
    var places: [Place] = []
    places.reserveCapacity(count + edit.added.count)
    var added = edit.added[...]
    func appendAdded() throws(LMDBError) {
      let fence = added.removeFirst()
      let key = BigEndian.key(fence, hasSecondHalf: hasSecondHalf)
      // Safe: kept only as long as the transaction. The writer has just stored a block under each of these.
      unsafe places.append(Place(fence: fence, page: try transaction.address(of: key.rawSpan, in: database)!))
    }
    for index in 0..<count {
      let standing = place(index)
      while let first = added.first, first <= standing.fence {
        // A block stored again under its fence stands for the old one.
        try appendAdded()
      }
      if !edit.removed.contains(standing.fence) { places.append(standing) }
    }
    while !added.isEmpty { try appendAdded() }
    return FenceDirectory(places, hasSecondHalf: hasSecondHalf)
  }

  /// Reads all places through a cursor. O(blocks).
  static func scan<Reader: Transaction & ~Copyable>(
    _ database: Database, in transaction: borrowing Reader, hasSecondHalf: Bool
  ) throws(IndexError) -> [Place] {
    var places: [Place] = []
    do {
      places.reserveCapacity(try transaction.stat(database).entries)
      var cursor = try transaction.cursor(database)
      var more = try cursor.first()
      while more {
        let fence = try BigEndian.storedKey(cursor.key, hasSecondHalf: hasSecondHalf)
        // Safe: kept only as long as the transaction, which the snapshot owns beside this directory.
        let page = unsafe cursor.valueAddress
        guard page.count >= KeyBlock.headerBytes else { throw IndexError.corrupt("a block is too short") }
        unsafe places.append(Place(fence: fence, page: page))
        more = try cursor.next()
      }
    } catch let error as LMDBError {
      throw .lmdb(error)
    } catch let error as IndexError {
      throw error
    } catch {
      throw .corrupt("\(error)")
    }
    return places
  }
}
