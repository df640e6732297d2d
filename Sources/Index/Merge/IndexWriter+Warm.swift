// Mapping: the first lookup of a page that is in memory, but not in this process's page tables yet, costs a page fault,
// ten times what a lookup costs. After a start and after a new generation, pages of blocks are mapped ahead, in bounded
// steps, while the writer has nothing else to do.

internal import CLinux
internal import Glibc
internal import LMDB
internal import Synchronization

extension IndexWriter {
  /// Maps some pages of blocks; nothing where blocks would take more than half of the machine's memory.
  ///
  /// - Returns: whether there is more to map.
  package func warm() -> Bool {
    let snapshot = index.snapshot
    let blockCount = snapshot.directories.values.reduce(0) { $0 + $1.count }
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    guard blockCount < sysconf(Int32(_SC_PHYS_PAGES)) / 2, pageBytes == 4_096 else { return false }
    for (space, directory) in snapshot.directories {
      let generation = snapshot.generations[space] ?? 0
      if warmed[space]?.generation != generation { warmed[space] = (generation, 0) }
      guard let next = warmed[space]?.nextBlock, next < directory.count else { continue }
      warmed[space]?.nextBlock = directory.mapPages(from: next, count: limits.warmedBlocks)
      return true
    }
    return false
  }
}

extension FenceDirectory {
  /// Maps the pages of up to `count` blocks from `first` on; those that lie beside each other at once.
  ///
  /// - Returns: the block to go on with.
  func mapPages(from first: Int, count: Int) -> Int {
    let end = min(self.count, first + count)
    var run: Range<UInt>?
    for index in first..<end {
      let page = place(index).pageAddress
      if let known = run, known.upperBound == page.lowerBound {
        run = known.lowerBound..<page.upperBound
        continue
      }
      if let run { Self.map(run) }
      run = page
    }
    if let run { Self.map(run) }
    return end
  }

  private static func map(_ pages: Range<UInt>) {
    // Safe: the range is whole pages of LMDB's map, of which nothing is changed.
    unsafe whichset_map_pages(UnsafeRawPointer(bitPattern: pages.lowerBound), pages.count)
  }
}
