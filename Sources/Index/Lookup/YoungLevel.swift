// The young level of a namespace: keys of small loads, each with its whole set of datasets and all that is listed for it, in
// blocks of their own. A key that the blocks of the generation have too is shadowed there: what the young level says of it
// holds. So a small load costs by its rows, and not by the blocks in which they would belong; the writer folds the level into
// those when it has grown (`IndexWriter+Fold.swift`).
//
// Invariants: a namespace has a young level only beside blocks. A key leaves it only when its block is written with it.
// The set number that a shadowed key's block still has may be another set's by now, so it is never read.

internal import CLinux

/// One of the two places of a namespace's keys.
enum KeyLevel {
  /// The blocks of the current generation.
  case blocks
  /// The young level, which goes before them.
  case young
}

/// A namespace's young level in a snapshot. Good exactly as long as its directory.
final class YoungLevel: Sendable {
  let directory: FenceDirectory
  let filter: KeyFilter

  /// O(keys): reads all blocks.
  init(_ directory: FenceDirectory) {
    self.directory = directory
    filter = KeyFilter(directory)
  }
}

/// Tells of most keys that a directory's blocks do not have them, with one bit of memory: about one in sixteen of those that
/// they do not have passes. A bit stands for the keys that begin with its number; there are 16 to 32 bits a key.
///
/// Unchecked: all memory is written in `init` and only read afterwards.
@safe final class KeyFilter: @unchecked Sendable {
  /// What the hot path needs, without a reference to count.
  @unsafe struct View {
    var words: UnsafePointer<UInt64>
    var shift: UInt64

    @inline(__always) func word(of high: UInt64) -> UnsafePointer<UInt64> {
      unsafe words + Int((high &>> shift) &>> 6)
    }

    /// False only for keys that no block has.
    @inline(__always) func passes(_ high: UInt64) -> Bool {
      unsafe word(of: high).pointee &>> ((high &>> shift) & 63) & 1 == 1
    }
  }

  let view: View
  private let words: UnsafeMutablePointer<UInt64>

  /// O(keys): reads all blocks.
  init(_ directory: FenceDirectory) {
    var bits: UInt64 = 6
    while 1 << bits < 16 * directory.keyCount { bits += 1 }
    let (count, shift) = (1 << Int(bits - 6), 64 - bits)
    // Safe throughout: all words are initialised here, and the bit of any key is one of theirs.
    unsafe words = .allocate(capacity: count)
    unsafe words.initialize(repeating: 0, count: count)
    unsafe view = View(words: UnsafePointer(words), shift: shift)
    var entries: [BlockEntry] = []
    for index in 0..<directory.count {
      entries.removeAll(keepingCapacity: true)
      do throws(IndexError) {
        try KeyBlock.unpack(unsafe RawSpan(_unsafeBytes: directory.place(index).page), into: &entries)
      } catch {
        // Every key has to be searched for, so that a search in the damaged block is refused.
        unsafe words.update(repeating: .max, count: count)
        return
      }
      for entry in entries {
        let bit = entry.key.high >> shift
        unsafe words[Int(bit >> 6)] |= 1 << (bit & 63)
      }
    }
  }

  deinit { unsafe words.deallocate() }  // safe: owned by this object, which the snapshot of all views holds
}

/// The hot path's table of young levels: a view and a filter for every namespace number.
///
/// Unchecked: written in `init` only. What the views point to is shared safely itself.
@safe final class YoungViews: @unchecked Sendable {
  private let views: UnsafeMutablePointer<FenceDirectory.View>
  private let filters: UnsafeMutablePointer<KeyFilter.View>
  private let empty = YoungLevel(FenceDirectory([], hasSecondHalf: false))

  init(_ levels: [UInt8: YoungLevel]) {
    // Safe throughout: all 256 elements of both are initialised, so any byte is a valid index.
    unsafe views = .allocate(capacity: 256)
    unsafe views.initialize(repeating: empty.directory.view, count: 256)
    unsafe filters = .allocate(capacity: 256)
    unsafe filters.initialize(repeating: empty.filter.view, count: 256)
    for (space, level) in levels {
      unsafe views[Int(space)] = level.directory.view
      unsafe filters[Int(space)] = level.filter.view
    }
  }

  deinit {
    // Safe: of trivial types, and owned by this object alone.
    unsafe views.deallocate()
    unsafe filters.deallocate()
  }

  /// Puts the sets of keys that a young level has in the place of those that were found in the blocks.
  func look(up batch: inout LookupBatch) {
    for index in 0..<batch.count {
      unsafe whichset_prefetch(filters[Int(batch.spaces[index])].word(of: batch.highs[index]))
    }
    let part = batch.part { space, high in unsafe filters[Int(space)].passes(high) }
    guard let part else { return }
    unsafe BlockSearch.run(&part.batch, views: UnsafePointer(views))
    batch.takeSets(of: part)
  }
}

/// The keys behind `low`, up to `high`; nil stands for no bound.
struct KeyRange {
  let low: StoredKey?
  let high: StoredKey?

  /// Where the range is among entries in order.
  func places(in entries: [BlockEntry]) -> Range<Int> {
    let first = low.map { low in entries.firstPlace { $0.key > low } } ?? 0
    return first..<(high.map { high in max(first, entries.firstPlace { $0.key > high }) } ?? entries.count)
  }
}

/// Reads entries of a young level, and what is listed for them, by ranges of keys in order. Each block is read once.
struct YoungCursor {
  private let snapshot: Snapshot
  private let space: KeySpace
  private let directory: FenceDirectory
  private let compression: Compression
  // The block that was read last.
  private var block: Int?
  private var entries: [BlockEntry] = []
  private var groups = ListingGroups()

  /// Nil where the namespace has no young level.
  init?(_ snapshot: Snapshot, _ space: KeySpace, with compression: Compression) {
    guard let level = snapshot.young[space.id] else { return nil }
    self.snapshot = snapshot
    self.space = space
    self.compression = compression
    directory = level.directory
  }

  /// Appends the entries of a range.
  mutating func read(
    _ range: KeyRange, into found: inout [BlockEntry], _ listed: inout ListingGroups
  ) throws(IndexError) {
    var index = range.low.map(directory.blockIndex) ?? 0
    while index < directory.count {
      try read(index)
      let places = range.places(in: entries)
      found += entries[places]
      listed.append(places, of: groups)
      if places.upperBound < entries.count { return }
      index += 1
    }
  }

  /// The first key behind `low`; nil where there is none.
  mutating func key(after low: StoredKey?) throws(IndexError) -> StoredKey? {
    var index = low.map(directory.blockIndex) ?? 0
    while index < directory.count {
      try read(index)
      let first = low.map { low in entries.firstPlace { $0.key > low } } ?? 0
      if first < entries.count { return entries[first].key }
      index += 1
    }
    return nil
  }

  private mutating func read(_ index: Int) throws(IndexError) {
    guard block != index else { return }
    block = nil
    entries.removeAll(keepingCapacity: true)
    try snapshot.unpackBlock(index, of: space, .young, into: &entries)
    try snapshot.check(setsOf: entries, in: space)
    groups = try snapshot.groups(ofBlock: index, of: space, .young, keys: entries.count, with: compression)
    block = index
  }
}

extension [BlockEntry] {
  /// The places of the entries whose keys others have too; both are in order. O(both).
  func shadowed(by others: [BlockEntry]) -> [Int] {
    var (places, place) = ([Int](), 0)
    for other in others {
      while place < count, self[place].key < other.key { place += 1 }
      if place < count, self[place].key == other.key { places.append(place) }
    }
    return places
  }
}

extension Array {
  /// The place of the first element for which `isBehind` holds, as it does for all that follow. O(log n).
  func firstPlace(where isBehind: (Element) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBehind(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
