// The fence directory: in memory, for each block of a namespace, its fence, the address of its page in LMDB's map
// and what its header says. A lookup goes from the leading bits of a key straight to its few candidate fences and
// from there to the key's place in the page, so that no tree is walked and no header is read. Immutable once made but for
// what is known of its blocks' soundness; good exactly as long as the read transaction in which it was made.
//
// The first search in a block checks it (`isSound`): a bit that was flipped on the disk is an error, never a wrong answer.

internal import CLinux
internal import LMDB

/// Which blocks of a namespace a change in place took away and stored.
struct DirectoryEdit {
  /// Fences whose old block is gone, those that were stored again included.
  var removed: Set<StoredKey> = []
  /// Fences of the blocks that were stored, in order, and their LMDB keys.
  var added: [(fence: StoredKey, key: [UInt8])] = []
}

/// The fences and pages of one namespace, ordered.
///
/// Unchecked: all memory is written in `init` and only read afterwards, so sharing it between threads is safe; the bytes of
/// `sound` alone are written later, as atomics, and only from 0 to 1.
@safe final class FenceDirectory: @unchecked Sendable {
  /// A block: its fence, its header, and where its page is.
  @safe struct Place {
    let fence: StoredKey
    fileprivate let block: Block
    fileprivate let byteCount: Int
    fileprivate let isSound: Bool

    /// The block that is stored under `key`, at `page`, which is not read.
    init(key: RawSpan, page: UnsafeRawBufferPointer, hasSecondHalf: Bool) throws(IndexError) {
      fence = try BigEndian.storedKey(key, hasSecondHalf: hasSecondHalf)
      let bytes = key.extracting(droppingFirst: hasSecondHalf ? 12 : 8)
      guard bytes.byteCount == KeyBlock.repeatedHeader.count else {
        throw .corrupt("a block of keys has a header of an impossible size")
      }
      let header = BlockHeader(bytes)
      byteCount = page.count
      isSound = false
      // So that a search never leaves the page, whatever the header says.
      guard header.fits(min(byteCount, IndexLimits.blockBytes)) else {
        throw .corrupt("a block of keys has an impossible header")
      }
      unsafe block = unsafe Block(header, page: page.baseAddress!)
    }

    fileprivate init(fence: StoredKey, block: Block, byteCount: Int, isSound: Bool) {
      self.fence = fence
      unsafe self.block = unsafe block
      self.byteCount = byteCount
      self.isSound = isSound
    }

    /// The block's LMDB key.
    func key(hasSecondHalf: Bool) -> [UInt8] {
      // Safe: the page is as long as its header at least, and valid as long as its transaction.
      KeyBlock.storageKey(fence, unsafe RawSpan(_unsafeBytes: page), hasSecondHalf: hasSecondHalf)
    }

    /// The addresses of the memory page that has the block.
    var pageAddress: Range<UInt> {
      let pageBytes = UInt(4_096)
      let start = unsafe UInt(bitPattern: block.page) / pageBytes * pageBytes
      return start..<(start + pageBytes)
    }

    /// The block's bytes.
    var page: UnsafeRawBufferPointer {
      // Safe: as long as the transaction that gave the page.
      unsafe UnsafeRawBufferPointer(start: block.page, count: byteCount)
    }
  }

  /// A block as the hot path needs it: its header, what follows from it, and where its page is. As large as a cache line,
  /// and in one: a search waits for no other.
  @unsafe struct Block {
    let page: UnsafeRawPointer
    let low: UInt64
    /// Upper bits for each step up, times 2^16.
    private let pace: UInt64
    let setBase: UInt32
    let usualSet: UInt32
    private let keys: UInt16
    let lastUpper: UInt16
    private let lastStretch: UInt16
    private let uppersOffset: UInt16
    private let lowersOffset: UInt16
    private let halvesOffset: UInt16
    private let setsOffset: UInt16
    private let exceptionCount: UInt16
    let lowerBits: UInt8
    let unitShift: UInt8
    let setBits: UInt8
    let hasSecondHalf: Bool
    // What a cache line has left.
    private let unused: (UInt32, UInt32, UInt32) = (0, 0, 0)

    @inline(__always) var count: Int { unsafe Int(keys) }
    @inline(__always) var stretchesBehindFirst: Int { unsafe Int(lastStretch) }
    @inline(__always) var exceptions: Int { unsafe Int(exceptionCount) }
    @inline(__always) var zeros: UnsafeRawPointer { unsafe page + KeyBlock.repeatedHeader.upperBound }
    @inline(__always) var uppers: UnsafeRawPointer { unsafe page + Int(uppersOffset) }
    @inline(__always) var lowers: UnsafeRawPointer { unsafe page + Int(lowersOffset) }
    @inline(__always) var halves: UnsafeRawPointer { unsafe page + Int(halvesOffset) }
    @inline(__always) var sets: UnsafeRawPointer { unsafe page + Int(setsOffset) }

    /// - Parameter header: of a block that fits its page.
    fileprivate init(_ header: BlockHeader, page: UnsafeRawPointer) {
      unsafe self.page = unsafe page
      unsafe low = header.low
      unsafe pace = UInt64(header.upperBits) << 16 / UInt64(max(1, header.lastUpper))
      unsafe setBase = header.setBase
      unsafe usualSet = header.usualSet
      unsafe keys = UInt16(header.count)
      unsafe lastUpper = UInt16(header.lastUpper)
      unsafe lastStretch = UInt16(header.stretches - 1)
      unsafe uppersOffset = UInt16(header.uppersOffset)
      unsafe lowersOffset = UInt16(header.lowersOffset)
      unsafe halvesOffset = UInt16(header.halvesOffset)
      unsafe setsOffset = UInt16(header.setsOffset)
      unsafe exceptionCount = UInt16(header.exceptions)
      unsafe lowerBits = UInt8(header.lowerBits)
      unsafe unitShift = UInt8(header.unitShift)
      unsafe setBits = UInt8(header.setBits)
      unsafe hasSecondHalf = header.hasSecondHalf
    }

    /// About where in the upper bits a key's step up is: keys spread evenly.
    @inline(__always) func guess(_ upper: UInt64) -> Int { unsafe Int((upper &* pace) >> 16) }

    /// Whether the header is that of its page.
    fileprivate func isHeader(of page: RawSpan) -> Bool {
      let own = unsafe Block(BlockHeader(page.extracting(KeyBlock.repeatedHeader)), page: self.page)
      // Safe: all bytes of both are initialised but for padding, of which there is none in front of the last field.
      return unsafe withUnsafeBytes(of: self) { this in
        unsafe withUnsafeBytes(of: own) { unsafe this.elementsEqual($0) }
      }
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
    var byteCounts: UnsafePointer<UInt16>
    /// 1 for blocks that were found sound. All threads that search write it.
    var sound: UnsafeMutablePointer<UInt8>

    /// Whether the block at `place` can be trusted. O(1) once it was found sound.
    @inline(__always) func isSound(_ place: Int) -> Bool {
      unsafe whichset_load_byte(sound + place) != 0 || check(place)
    }

    /// Checks a block, and notes that it is sound.
    @inline(never) private func check(_ place: Int) -> Bool {
      // Safe: searches ask for blocks of this directory only; the page is good while the snapshot is, and a block that says
      // that it is longer than any block is not read.
      let byteCount = unsafe Int(byteCounts[place])
      guard (IndexLimits.blockBytesMin...IndexLimits.blockBytes).contains(byteCount) else { return false }
      let block = unsafe blocks[place]
      let page = unsafe RawSpan(_unsafeStart: block.page, byteCount: byteCount)
      guard let last = KeyBlock.checkedLastKey(page), unsafe block.isHeader(of: page) else { return false }
      let fence = unsafe StoredKey(high: fences[place], low: secondHalves?[place] ?? 0)
      // A fence that is too high would have keys of the next block looked for in this one.
      guard last <= fence, unsafe place + 1 == count || fence.high <= blocks[place + 1].low else {
        return false
      }
      unsafe whichset_store_byte(sound + place, 1)
      return true
    }
  }

  static let cacheLineBytes = 64

  let count: Int
  let view: View
  private let fences: UnsafeMutablePointer<UInt64>
  private let secondHalves: UnsafeMutablePointer<UInt64>?
  private let blocks: UnsafeMutablePointer<Block>
  private let byteCounts: UnsafeMutablePointer<UInt16>
  private let firstInBucket: UnsafeMutablePointer<UInt32>
  private let sound: UnsafeMutablePointer<UInt8>

  /// Makes a directory of `places`, ordered by fence. O(n).
  init(_ places: [Place], hasSecondHalf: Bool) {
    // Safe throughout: each array is allocated for as many elements as are initialised below.
    count = places.count
    let capacity = max(1, places.count)
    unsafe fences = .allocate(capacity: capacity)
    unsafe secondHalves = hasSecondHalf ? .allocate(capacity: capacity) : nil
    unsafe blocks = UnsafeMutableRawPointer.allocate(
      byteCount: capacity * MemoryLayout<Block>.stride, alignment: Self.cacheLineBytes
    ).bindMemory(to: Block.self, capacity: capacity)
    unsafe byteCounts = .allocate(capacity: capacity)
    unsafe sound = .allocate(capacity: capacity)
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
      unsafe (blocks + index).initialize(to: place.block)
      unsafe (byteCounts + index).initialize(to: UInt16(clamping: place.byteCount))
      unsafe (sound + index).initialize(to: place.isSound ? 1 : 0)
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
      firstInBucket: UnsafePointer(firstInBucket), byteCounts: UnsafePointer(byteCounts), sound: sound)
  }

  deinit {
    // Safe: only this object owns the arrays, all of trivial types, and no view outlives the snapshot that holds it.
    unsafe fences.deallocate()
    unsafe secondHalves?.deallocate()
    unsafe blocks.deallocate()
    unsafe byteCounts.deallocate()
    unsafe firstInBucket.deallocate()
    unsafe sound.deallocate()
  }

  /// How many keys the blocks have, as their headers say. O(blocks).
  var keyCount: Int {
    var keys = 0
    // Safe: in bounds.
    for index in 0..<count { keys += unsafe blocks[index].count }
    return keys
  }

  /// The block at `index`.
  func place(_ index: Int) -> Place {
    precondition(index >= 0 && index < count)
    // Safe: in bounds by the precondition.
    return unsafe Place(
      fence: StoredKey(high: fences[index], low: secondHalves?[index] ?? 0), block: blocks[index],
      byteCount: Int(byteCounts[index]), isSound: whichset_load_byte(sound + index) != 0)
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
  /// O(blocks): a copy of a cache line a block.
  func applying(
    _ edit: DirectoryEdit, _ database: Database, in transaction: borrowing ReadTransaction,
    hasSecondHalf: Bool
  ) throws(IndexError) -> FenceDirectory {
    var places: [Place] = []
    places.reserveCapacity(count + edit.added.count)
    var added = edit.added[...]
    func appendAdded() throws(IndexError) {
      let key = added.removeFirst().key
      // Safe: kept only as long as the transaction. The writer has just stored a block under this key.
      let page = unsafe try IndexError.wrapping { () throws(LMDBError) in
        unsafe try transaction.address(of: key.rawSpan, in: database)!
      }
      unsafe places.append(try Place(key: key.rawSpan, page: page, hasSecondHalf: hasSecondHalf))
    }
    for index in 0..<count {
      let standing = place(index)
      while let first = added.first, first.fence <= standing.fence {
        // A block stored again under its fence stands for the old one.
        try appendAdded()
      }
      if !edit.removed.contains(standing.fence) { places.append(standing) }
    }
    while !added.isEmpty { try appendAdded() }
    return FenceDirectory(places, hasSecondHalf: hasSecondHalf)
  }

  /// Reads all places through a cursor, and no page of a block. O(blocks).
  static func scan<Reader: Transaction & ~Copyable>(
    _ database: Database, in transaction: borrowing Reader, hasSecondHalf: Bool
  ) throws(IndexError) -> [Place] {
    var places: [Place] = []
    do {
      places.reserveCapacity(try transaction.stat(database).entries)
      var cursor = try transaction.cursor(database)
      var more = try cursor.first()
      while more {
        // Safe: kept only as long as the transaction, which the snapshot owns beside this directory.
        unsafe places.append(
          try Place(key: cursor.key, page: cursor.valueAddress, hasSecondHalf: hasSecondHalf))
        more = try cursor.next()
      }
    } catch { throw .of(error) }
    return places
  }
}
